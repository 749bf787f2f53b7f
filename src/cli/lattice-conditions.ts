import { parseFaults } from '../local/api/fault-words.ts';
import type { Fault } from '../local/api/faults.ts';
import type { RateLimits } from '../local/api/rates.ts';
import { isRequestRate, isTimeScale } from '../local/dataplane/xds/limits.ts';
import type { Limits } from '../local/dataplane/xds/limits.ts';
import type { Region } from '../local/region.ts';
import { UserError } from './command.ts';
import type { Option, Values } from './command.ts';

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

/** For commands that run a VPC Lattice with traffic. */
export const limitOptions = {
  'time-scale': {
    value: 'N',
    summary:
      'what idle time-outs and the life of connections are multiplied by: with 0.01 ten minutes are six seconds',
    default: '1',
  },
  'service-rate': {
    value: 'N',
    summary: 'how many requests per second a listener of a service takes; more are answered 429',
  },
} as const satisfies Readonly<Record<string, Option>>;

/** The bounds of traffic that these options ask for. */
export function limitsIn(values: Values): Limits {
  const [scale, rate] = [values.text('time-scale'), values.optional('service-rate')];
  const timeScale = Number(scale);
  if (!isTimeScale(timeScale))
    throw new UserError(`--time-scale is a number above 0, up to 1, not ${scale}.`);
  if (rate === undefined) return { timeScale };
  const requestsPerSecond = Number(rate);
  if (!isRequestRate(requestsPerSecond))
    throw new UserError(`--service-rate is a whole number of requests per second from 1 up, not ${rate}.`);
  return { timeScale, requestsPerSecond };
}

/** The options as another command line of `trellis`; what makes no sense is refused already here. */
export function limitArguments(values: Values): readonly string[] {
  const { timeScale, requestsPerSecond } = limitsIn(values);
  const rate = requestsPerSecond === undefined ? [] : ['--service-rate', String(requestsPerSecond)];
  return ['--time-scale', String(timeScale), ...rate];
}
