import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** There is no Envoy on this machine: the message says how to get one. */
export class EnvoyMissing extends Error {
  override readonly name = 'EnvoyMissing';
}

export interface WhereToLook {
  /** Of `ENVOY_PATH`. When it is set, nothing else counts. */
  readonly envoyPath?: string | undefined;
  /** Of `PATH`. */
  readonly path?: string | undefined;
  /** Where set-up puts it: `.cache/bin`. */
  readonly cache: string;
}

/** The path of the Envoy to run. Throws `EnvoyMissing`. */
export function findEnvoy({ envoyPath, path = '', cache }: WhereToLook): string {
  if (envoyPath !== undefined && envoyPath !== '') {
    if (isProgram(envoyPath)) return envoyPath;
    throw new EnvoyMissing(
      `ENVOY_PATH says ${envoyPath}, but there is no program; point it at an Envoy, or unset it.`,
    );
  }
  const found = [...path.split(delimiter).filter((folder) => folder !== ''), cache]
    .map((folder) => join(folder, 'envoy'))
    .find(isProgram);
  if (found !== undefined) return found;
  throw new EnvoyMissing(
    `Envoy carries the traffic of the local VPC Lattice, and it is neither on PATH nor at ${join(cache, 'envoy')}: ` +
      'install Envoy 1.40 (https://www.envoyproxy.io/docs/envoy/latest/start/install), or set ENVOY_PATH to one.',
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
