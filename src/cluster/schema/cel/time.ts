import type { Duration, Timestamp } from './value.ts';

const timestamp = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d)))?$/u;

/** RFC 3339, or a date alone; nothing when it is neither. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = timestamp.exec(text);
  if (match === null) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    sign,
    zoneHours,
    zoneMinutes,
  ] = match;
  const days = BigInt(daysSince1970(Number(year), Number(month), Number(day)));
  const zone =
    sign === undefined ? 0 : (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
  const seconds = days * 86400n + BigInt(Number(hour) * 3600 + (Number(minute) - zone) * 60 + Number(second));
  return { kind: 'timestamp', nanoseconds: seconds * 1_000_000_000n + nanoseconds(fraction) };
}

function nanoseconds(fraction: string): bigint {
  return BigInt(fraction.slice(1, 10).padEnd(9, '0'));
}

/** Days of the proleptic Gregorian calendar. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468;
}

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Go's notation: `1h30m`, `1.5s`. */
export function parseDuration(text: string): Duration | undefined {
  if (text === '0') return { kind: 'duration', nanoseconds: 0n };
  if (!/^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/u.test(text)) return undefined;
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(
    /(\d*)(?:\.(\d*))?(ns|us|µs|ms|s|m|h)/gu,
  )) {
    const size = units[unit] ?? 0n;
    sum += BigInt(whole === '' ? '0' : whole) * size;
    if (fraction !== '') sum += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  return { kind: 'duration', nanoseconds: text.startsWith('-') ? -sum : sum };
}

/** As CEL writes durations: in seconds. */
export function sayDuration({ nanoseconds: total }: Duration): string {
  const absolute = total < 0n ? -total : total;
  const fraction = (absolute % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/u, '');
  const sign = total < 0n ? '-' : '';
  return `${sign}${absolute / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}s`;
}

/** The parts of a moment in UTC. */
export function calendar({ nanoseconds: total }: Timestamp): {
  readonly year: number;
  /** From 0, as all CEL counts. */
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly secondOfDay: number;
  readonly fraction: string;
} {
  const nano = ((total % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = Number((total - nano) / 1_000_000_000n);
  const days = Math.floor(seconds / 86400);
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const ofEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month: month - 1,
    day: ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    secondOfDay: seconds - days * 86400,
    fraction: nano === 0n ? '' : `.${nano.toString().padStart(9, '0').replace(/0+$/u, '')}`,
  };
}

export function sayTimestamp(moment: Timestamp): string {
  const { year, month, day, secondOfDay, fraction } = calendar(moment);
  const hours = Math.floor(secondOfDay / 3600);
  const minutes = Math.floor(secondOfDay / 60) % 60;
  return `${String(year).padStart(4, '0')}-${two(month + 1)}-${two(day)}T${two(hours)}:${two(minutes)}:${two(secondOfDay % 60)}${fraction}Z`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
