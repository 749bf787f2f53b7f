import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generatedFiles } from '../../tools/generate/contract-source.ts';
import { parseModel } from '../../tools/generate/service-model.ts';

const root = new URL('../../', import.meta.url);

test('what is generated from the AWS service model is what its generator writes today', () => {
  const model = parseModel(JSON.parse(readFileSync(new URL('config/aws/vpc-lattice.json', root), 'utf8')));
  for (const [path, source] of Object.entries(generatedFiles(model))) {
    assert.equal(readFileSync(new URL(path, root), 'utf8'), source, `${path}: npm run generate writes it`);
  }
});
