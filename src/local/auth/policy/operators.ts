import { parseIso } from '../instant.ts';
import { contains, parseAddress, parseBlock } from './address.ts';
import type { OperatorName, PolicyVersion } from './document.ts';
import { arnLike, compilePattern, equals, equalsIgnoringCase, hasBrokenVariable, like } from './pattern.ts';
import type { Comparison, Matcher } from './pattern.ts';

/** What an operator means, for one value of the request and one of the policy. */
export interface Operator {
  /** `NotEquals` and its like hold where the match does not. */
  readonly negated: boolean;
  readonly compile: (value: string, version: PolicyVersion) => Matcher;
  /** What a value in a policy must be; undefined if it is that. */
  readonly expects: (value: string, version: PolicyVersion) => string | undefined;
}

const aDate = 'a date in ISO 8601 form or seconds since 1970';

/** `Null` asks for the key, not for its value, and is the compiler's own matter. */
export const operators: Readonly<Record<Exclude<OperatorName, 'Null'>, Operator>> = {
  StringEquals: textual(equals),
  StringNotEquals: not(textual(equals)),
  StringEqualsIgnoreCase: textual(equalsIgnoringCase),
  StringNotEqualsIgnoreCase: not(textual(equalsIgnoringCase)),
  StringLike: textual(like),
  StringNotLike: not(textual(like)),
  NumericEquals: ordered(parseNumber, 'a number', (a, b) => a === b),
  NumericNotEquals: not(ordered(parseNumber, 'a number', (a, b) => a === b)),
  NumericLessThan: ordered(parseNumber, 'a number', (a, b) => a < b),
  NumericLessThanEquals: ordered(parseNumber, 'a number', (a, b) => a <= b),
  NumericGreaterThan: ordered(parseNumber, 'a number', (a, b) => a > b),
  NumericGreaterThanEquals: ordered(parseNumber, 'a number', (a, b) => a >= b),
  DateEquals: ordered(parseDate, aDate, (a, b) => a === b),
  DateNotEquals: not(ordered(parseDate, aDate, (a, b) => a === b)),
  DateLessThan: ordered(parseDate, aDate, (a, b) => a < b),
  DateLessThanEquals: ordered(parseDate, aDate, (a, b) => a <= b),
  DateGreaterThan: ordered(parseDate, aDate, (a, b) => a > b),
  DateGreaterThanEquals: ordered(parseDate, aDate, (a, b) => a >= b),
  Bool: ordered(parseBool, 'true or false', (a, b) => a === b),
  BinaryEquals: ordered(parseBinary, 'base64', (a, b) => a === b),
  IpAddress: inBlock(),
  NotIpAddress: not(inBlock()),
  ArnEquals: textual(arnLike),
  ArnNotEquals: not(textual(arnLike)),
  ArnLike: textual(arnLike),
  ArnNotLike: not(textual(arnLike)),
};

/** Texts may have wildcards, where the comparison knows them, and variables. */
function textual(compare: Comparison): Operator {
  return {
    negated: false,
    compile: (value, version) => compilePattern(value, { version, compare }),
    expects: (value, version) =>
      version === '2012-10-17' && hasBrokenVariable(value)
        ? 'a text in which each ${ begins a policy variable'
        : undefined,
  };
}

function ordered<Value>(
  parse: (text: string) => Value | undefined,
  expected: string,
  holds: (given: Value, wanted: Value) => boolean,
): Operator {
  return {
    negated: false,
    compile: (value) => {
      const wanted = parse(value);
      return (text) => {
        const given = parse(text);
        return given !== undefined && wanted !== undefined && holds(given, wanted);
      };
    },
    expects: (value) => (parse(value) === undefined ? expected : undefined),
  };
}

function inBlock(): Operator {
  return {
    negated: false,
    compile: (value) => {
      const block = parseBlock(value);
      return (text) => {
        const address = parseAddress(text);
        return block !== undefined && address !== undefined && contains(block, address);
      };
    },
    expects: (value) => (parseBlock(value) === undefined ? 'an IP address or a CIDR block' : undefined),
  };
}

function not(operator: Operator): Operator {
  return { ...operator, negated: true };
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Five digits and more are seconds since 1970; four are a year. */
function parseDate(text: string): number | undefined {
  return /^\d{5,12}$/.test(text) ? Number(text) * 1000 : parseIso(text);
}

function parseBool(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower === 'true' : undefined;
}

/** Base64 without its padding, which is not data. */
function parseBinary(text: string): string | undefined {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text)
    ? text.replace(/=+$/, '')
    : undefined;
}
