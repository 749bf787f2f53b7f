/**
 * Points in time as milliseconds since 1970, and the ways in which requests and policies write them. Pure code has no
 * `Date`, and a policy must not be read by its lenient parser.
 */

/** `20150830T123600Z`, the form of signatures. Anything else is undefined. */
export function parseBasic(text: string): number | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return parts.length === 0 ? undefined : instantOf(parts.map(Number));
}

/** `2015-08-30T12:36:00Z` with fraction or offset, or shortened to the minute, day, month or year, as ISO 8601 allows. */
export function parseIso(text: string): number | undefined {
  const found =
    /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d))?)?)?$/.exec(
      text,
    );
  if (found === null) return undefined;
  const [, year, month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] =
    found;
  const whole = instantOf([year, month, day, hour, minute, second].map(Number));
  const offset = offsetOf(zone);
  if (whole === undefined || offset === undefined) return undefined;
  return whole + Number(fraction.slice(0, 3).padEnd(3, '0')) - offset;
}

/** `Sun, 30 Aug 2015 12:36:00 GMT`, the form of the Date header. */
export function parseHttpDate(text: string): number | undefined {
  const [, day, month = '', year, ...time] =
    /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text) ?? [];
  const position = months.indexOf(month);
  return position < 0 ? undefined : instantOf([year, position + 1, day, ...time].map(Number));
}

export function formatBasic(instant: number): string {
  const [year, month, day, hour, minute, second] = partsOf(instant);
  return `${year}${month}${day}T${hour}${minute}${second}Z`;
}

/** To the second, as `aws:CurrentTime` has it. */
export function formatIso(instant: number): string {
  const [year, month, day, hour, minute, second] = partsOf(instant);
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const dayMs = 86_400_000;

function instantOf(parts: readonly number[]): number | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  // A leap second counts as the first second of the next minute.
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const days = daysBefore(year, month) + day - 1;
  const next = month === 12 ? daysBefore(year + 1, 1) : daysBefore(year, month + 1);
  if (days >= next) return undefined;
  return days * dayMs + hour * 3_600_000 + minute * 60_000 + second * 1000;
}

/** Days from 1970-01-01 to the first of a month, by counting years from March so that leap days come last. */
function daysBefore(year: number, month: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const fromMarch = (month + 9) % 12;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return 365 * shifted + leapDays + Math.floor((153 * fromMarch + 2) / 5) - 719_468;
}

function offsetOf(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const [, sign, hours = '', minutes = ''] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000);
}

function partsOf(instant: number): readonly string[] {
  const days = Math.floor(instant / dayMs);
  const rest = instant - days * dayMs;
  // The inverse of `daysBefore`: era of 400 years, year of the era, day of a year that begins in March.
  const since = days + 719_468;
  const era = Math.floor(since / 146_097);
  const dayOfEra = since - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const time = [3_600_000, 60_000, 1000].map(
    (unit, index) => Math.floor(rest / unit) % (index === 0 ? 24 : 60),
  );
  return [
    String(year).padStart(4, '0'),
    ...[month, day, ...time].map((part) => String(part).padStart(2, '0')),
  ];
}
