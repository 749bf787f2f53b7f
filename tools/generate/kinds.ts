/**
 * Writes `src/kinds/*.gen.ts`: types and shapes of the kinds we know, from the CRDs in config/ and from core-kinds.yaml.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitModules } from './kind-modules.ts';
import { readSources } from './kind-sources.ts';

const root = join(import.meta.dirname, '../..');

/** The kinds of config/ that the product reads. CRDs that are only installed have no row. */
const wanted = [
  'GatewayClass',
  'Gateway',
  'ListenerSet',
  'HTTPRoute',
  'GRPCRoute',
  'TLSRoute',
  'ReferenceGrant',
  'BackendTLSPolicy',
  'ServiceExport',
  'ServiceImport',
  'TargetGroupPolicy',
  'IAMAuthPolicy',
  'AccessLogPolicy',
  'VpcAssociationPolicy',
  'ServiceNetwork',
];

for (const [name, text] of emitModules(readSources(root, wanted))) {
  writeFileSync(join(root, `src/kinds/${name}.gen.ts`), text);
}
