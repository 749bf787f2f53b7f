import type { Access } from './access.ts';
import type { PolicyVersion } from './document.ts';
import { keyReader } from './keys.ts';

/** Whether a text is what a pattern says; undefined when the pattern has a variable without a value in this request. */
export type Matcher = (text: string, access: Access) => boolean | undefined;

export interface PatternRules {
  /** Decides whether there are policy variables. */
  readonly version: PolicyVersion;
  /** How the pattern and a text are compared once variables have their values. */
  readonly compare: Comparison;
}

/** A resolved pattern as a test of texts. */
export type Comparison = (units: readonly Unit[]) => (text: string) => boolean;

/** A UTF-16 code unit that stands for itself, or a wildcard. */
export type Unit = string | typeof anyText | typeof anyOne;

export const anyText = { wildcard: '*' } as const;
export const anyOne = { wildcard: '?' } as const;

/** A matcher for a pattern as it stands in a policy. */
export function compilePattern(pattern: string, { version, compare }: PatternRules): Matcher {
  const tokens = version === '2012-10-17' ? tokenize(pattern) : [pattern];
  const fixed = tokens.every((token) => typeof token === 'string' || 'literal' in token);
  if (fixed) return compare(unitsOf(tokens, undefined) ?? []);
  return (text, access) => {
    const units = unitsOf(tokens, access);
    return units === undefined ? undefined : compare(units)(text);
  };
}

/** The variables in a pattern that are not closed or have no name; such a policy is refused. */
export function hasBrokenVariable(pattern: string): boolean {
  return tokenize(pattern).some((token) => typeof token === 'string' && token.includes('${'));
}

/** Wildcards stand for themselves: only the same text matches. */
export const equals: Comparison = (units) => {
  const literal = literalOf(units);
  return (text) => text === literal;
};

export const equalsIgnoringCase: Comparison = (units) => {
  const literal = literalOf(units).toLowerCase();
  return (text) => text.toLowerCase() === literal;
};

/** `*` stands for any text, `?` for any one character. Time grows with the product of the lengths at worst. */
export const like: Comparison = (units) => {
  const [first = '', ...rest] = segmentsOf(units);
  const last = rest.pop();
  if (last === undefined) return (text) => text.length === first.length && isAt(first, text, 0);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !isAt(first, text, 0) || !isAt(last, text, end)) return false;
    let from = first.length;
    for (const segment of rest) {
      from = indexOf(segment, text, from);
      if (from < 0) return false;
      from += segment.length;
    }
    return from <= end;
  };
};

/** As `like`, part by part of an ARN, so that a wildcard in one part never stands for another. The last has the rest. */
export const arnLike: Comparison = (units) => {
  if (units.length === 1 && units[0] === anyText) return (text) => arnParts(text).length === 6;
  const parts: Unit[][] = [[]];
  for (const unit of units) {
    if (unit === ':' && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(unit);
  }
  const tests = parts.map(like);
  return (text) => {
    const values = arnParts(text);
    return (
      tests.length === 6 && values.length === 6 && tests.every((test, index) => test(values[index] ?? ''))
    );
  };
};

function arnParts(text: string): readonly string[] {
  const parts = text.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

type Token =
  | string
  | { readonly literal: string }
  | { readonly variable: string; readonly fallback?: string };

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (const found of pattern.matchAll(/\$\{\s*([^{}'\s,]+)\s*(?:,\s*'([^']*)'\s*)?\}/g)) {
    const [whole, name = '', fallback] = found;
    if (found.index > from) tokens.push(pattern.slice(from, found.index));
    from = found.index + whole.length;
    if (/^[*?$]$/.test(name)) tokens.push({ literal: name });
    else tokens.push({ variable: name, ...(fallback === undefined ? {} : { fallback }) });
  }
  if (from < pattern.length || tokens.length === 0) tokens.push(pattern.slice(from));
  return tokens;
}

function unitsOf(tokens: readonly Token[], access: Access | undefined): readonly Unit[] | undefined {
  const units: Unit[] = [];
  for (const token of tokens) {
    if (typeof token === 'string') {
      for (const unit of token.split('')) units.push(unit === '*' ? anyText : unit === '?' ? anyOne : unit);
      continue;
    }
    const value = 'literal' in token ? token.literal : valueOf(token, access);
    if (value === undefined) return undefined;
    units.push(...value.split(''));
  }
  return units;
}

/** Of a variable with several values no one could be chosen, so it has none. */
function valueOf(
  token: { readonly variable: string; readonly fallback?: string },
  access: Access | undefined,
): string | undefined {
  const values = access === undefined ? undefined : keyReader(token.variable)(access);
  return values?.length === 1 ? values[0] : token.fallback;
}

/** What stands between the `*`: a text, or units where a `?` is among them. */
type Segment = string | readonly Unit[];

function segmentsOf(units: readonly Unit[]): readonly Segment[] {
  const segments: Unit[][] = [[]];
  for (const unit of units) {
    if (unit === anyText) segments.push([]);
    else segments.at(-1)?.push(unit);
  }
  return segments.map((segment) => (segment.includes(anyOne) ? segment : literalOf(segment)));
}

function literalOf(units: readonly Unit[]): string {
  return units.map((unit) => (typeof unit === 'string' ? unit : unit.wildcard)).join('');
}

function isAt(segment: Segment, text: string, from: number): boolean {
  if (typeof segment === 'string') return text.startsWith(segment, from);
  return segment.every(
    (unit, index) => from + index < text.length && (unit === anyOne || unit === text[from + index]),
  );
}

function indexOf(segment: Segment, text: string, from: number): number {
  if (typeof segment === 'string') return text.indexOf(segment, from);
  for (let at = from; at + segment.length <= text.length; at++) if (isAt(segment, text, at)) return at;
  return -1;
}
