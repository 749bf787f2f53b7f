import { createLatticeApi } from '../../src/local/api/api.ts';
import { createRegion } from '../../src/local/region.ts';
import type { Region, RegionOptions } from '../../src/local/region.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { virtualTime } from '../simulation/virtual-clock.ts';

/** A local VPC Lattice of one region, without a data plane. */
export interface LatticeWorld {
  readonly region: Region;
  readonly wire: Wire;
}

/** A log that nobody reads. */
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

/** Ids are the same in every run. Times are those of the clock; the region is not closed by anybody. */
export function latticeWorld(clock: Clock, options: Partial<RegionOptions> = {}): LatticeWorld {
  const ports = { clock, random: seededRandom(1), log: quiet };
  const region = createRegion({ region: regionName, ...ports, ...options });
  return { region, wire: createLatticeApi([region], ports) };
}

/** A clock that stands still until a test moves it. */
export interface StandingClock extends Clock {
  readonly advance: (ms: number) => Promise<void>;
}

/** A virtual clock of its own. Clients that sign by the time of this machine need it to begin now. */
export function standingClock(epoch?: number): StandingClock {
  const time = virtualTime(seededRandom(1), epoch);
  return { ...time.clock(), advance: (ms) => time.pass(ms) };
}
