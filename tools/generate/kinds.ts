/**
 * Writes `src/kinds/*.gen.ts`: types and shapes of the kinds we know, from the CRDs in config/ and from core-kinds.yaml.
 * With `--check` it writes nothing and fails when a file is not current.
 */
import { join } from 'node:path';
import { emitModules } from './kind-modules.ts';
import { readSources } from './kind-sources.ts';
import { writeOrCheck } from './write.ts';

const root = join(import.meta.dirname, '../..');

/** The kinds of config/ that the product reads. CRDs that are only installed have no row. */
const wanted = [
  'GatewayClass',
  'Gateway',
  'HTTPRoute',
  'GRPCRoute',
  'TLSRoute',
  'ReferenceGrant',
  'ServiceExport',
  'ServiceImport',
  'TargetGroupPolicy',
  'IAMAuthPolicy',
  'AccessLogPolicy',
  'VpcAssociationPolicy',
  'ServiceNetwork',
];

const modules = emitModules(readSources(root, wanted));
writeOrCheck(root, new Map([...modules].map(([name, text]) => [`src/kinds/${name}.gen.ts`, text])));
