import { parseFaults } from '../local/api/fault-words.ts';
import type { Fault } from '../local/api/faults.ts';
import type { RateLimits } from '../local/api/rates.ts';
import { isRequestRate, isTimeScale } from '../local/dataplane/xds/limits.ts';
import type { Limits } from '../local/dataplane/xds/limits.ts';
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

/** The bounds of traffic that `--time-scale` and `--service-rate` ask for. */
export function limitsIn(scale: string, rate: string | undefined): Limits {
  const timeScale = Number(scale);
  if (!isTimeScale(timeScale))
    throw new UserError(`--time-scale is a number above 0, up to 1, not ${scale}.`);
  if (rate === undefined) return { timeScale };
  const requestsPerSecond = Number(rate);
  if (!isRequestRate(requestsPerSecond))
    throw new UserError(`--service-rate is a whole number of requests per second from 1 up, not ${rate}.`);
  return { timeScale, requestsPerSecond };
}
