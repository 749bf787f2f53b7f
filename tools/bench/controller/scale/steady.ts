import type { InPlace } from './in-place.ts';

const hour = 3_600_000;

export interface Steady {
  /** To either API. */
  readonly writes: number;
  /** Of Lattice: the audit. */
  readonly reads: number;
  readonly passes: number;
}

/** What a controller does in an hour of virtual time in which nobody changes anything. */
export async function measureSteadyHour({ pass, rest, sleep, calls }: InPlace): Promise<Steady> {
  let told = 0;
  let passes = 0;
  for (let elapsed = 0; elapsed < hour; passes += 1) {
    told += (await pass()).length;
    const ms = rest();
    await sleep(ms);
    elapsed += ms;
  }
  const { writes, reads } = calls();
  return { writes: told + writes, reads, passes };
}
