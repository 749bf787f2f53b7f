import { parseFaults } from '../local/api/fault-words.ts';
import type { Fault } from '../local/api/faults.ts';
import type { RateLimits } from '../local/api/rates.ts';
import type { Region } from '../local/region.ts';
import { UserError } from './command.ts';

/** The faults of answers that `--fault` asks for; those of what takes time are told to the regions. */
export function askedFaults(text: string, regions: readonly Region[]): readonly Fault[] {
  const asked = parseFaults(text);
  if (typeof asked === 'string') throw new UserError(`--fault: ${asked}`);
  const troubles = asked.flatMap((each) => (each.kind === 'end' ? [each.trouble] : []));
  for (const region of regions) {
    region.dispatch({ op: 'SetTroubles', input: { troubles } }, { account: '' });
  }
  return asked.flatMap((each) => (each.kind === 'answer' ? [each.fault] : []));
}

/** The limits that `--rate` asks for; none when it is absent. */
export function ratesIn(text: string | undefined): RateLimits {
  if (text === undefined) return {};
  const [, mutating, reading] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? [];
  if (mutating === undefined)
    throw new UserError(`--rate wants MUTATING/READING such as 10/20, not ${text}.`);
  return { mutating: Number(mutating), reading: Number(reading) };
}
