import { globSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** The files of the Gateway API's definitions, from the root of the repository. */
export function gatewayDefinitions(): readonly string[] {
  return globSync('config/gateway-api/*.yaml', { cwd: root }).toSorted();
}

/** The files of all definitions that we install. */
export function definitionFiles(): readonly string[] {
  return [...globSync('config/crds/*.yaml', { cwd: root }).toSorted(), ...gatewayDefinitions()];
}
