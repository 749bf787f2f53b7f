import { createLatticeApi } from '../../src/local/api/api.ts';
import { createRegion } from '../../src/local/region.ts';
import type { Region, RegionOptions } from '../../src/local/region.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import type { Wire } from '../../src/ports/wire.ts';

/** A local VPC Lattice of one region, without a data plane. */
export interface LatticeWorld {
  readonly region: Region;
  readonly wire: Wire;
}

export const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => quiet,
};

/** What the credentials of our clients stand for. */
export const regionName = 'us-west-2';
export const account = '000000000000';

export function latticeWorld(clock: Clock, options: Partial<RegionOptions> = {}): LatticeWorld {
  const ports = { clock, random: systemRandom, log: quiet };
  const region = createRegion({ region: regionName, ...ports, ...options });
  return { region, wire: createLatticeApi([region], ports) };
}
