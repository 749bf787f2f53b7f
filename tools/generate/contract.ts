/**
 * Writes the contract of the local VPC Lattice from the AWS service model:
 *
 *   node tools/generate/contract.ts                        from config/aws/vpc-lattice.json
 *   node tools/generate/contract.ts --from service-2.json  takes a newer model first
 *
 * The model is public (Apache-2.0): botocore/data/vpc-lattice/2022-11-30/service-2.json(.gz) of the botocore package.
 * We keep it without its documentation, and a test compares it with the operations that the SDK for JavaScript exports.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseModel } from './service-model.ts';
import { generatedFiles } from './contract-source.ts';

const stored = 'config/aws/vpc-lattice.json';

const [flag, from, ...rest] = process.argv.slice(2);
if (
  (flag !== undefined && flag !== '--from') ||
  (flag === '--from' && from === undefined) ||
  rest.length > 0
) {
  console.error('usage: node tools/generate/contract.ts [--from service-2.json[.gz]]');
  process.exit(2);
}
if (from !== undefined) {
  const bytes = readFileSync(from);
  const text = (from.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  writeFileSync(stored, `${JSON.stringify(parseModel(JSON.parse(text)), undefined, 1)}\n`);
}

const model = parseModel(JSON.parse(readFileSync(stored, 'utf8')));
for (const [path, source] of Object.entries(generatedFiles(model))) writeFileSync(path, source);
