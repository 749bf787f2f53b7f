import type { InPlace } from './in-place.ts';

const warm = 20;
const measured = 40;

/** Milliseconds of processor time of passes that find all in place: from the stores to the plan. */
export function measurePasses({ think }: InPlace): readonly number[] {
  const times: number[] = [];
  for (let number = 0; number < warm + measured; number += 1) {
    const began = process.cpuUsage();
    const { steps } = think();
    const { user, system } = process.cpuUsage(began);
    if (steps.some(({ op }) => op !== 'keep')) throw new Error('there was something to do');
    if (number >= warm) times.push((user + system) / 1_000);
  }
  return times;
}
