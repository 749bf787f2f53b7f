import type { Issue, Literal } from './expression.ts';

export type Token =
  | { readonly kind: 'name'; readonly at: number; readonly text: string }
  | { readonly kind: 'literal'; readonly at: number; readonly value: Literal }
  | { readonly kind: 'symbol'; readonly at: number; readonly text: string }
  | { readonly kind: 'end'; readonly at: number };

/** Longest first, so that none is taken for the beginning of another. */
const symbols = ['&&', '||', '==', '!=', '<=', '>=', ...Array.from('<>+-*/%!?:.,()[]{}')];

const keywords: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const number =
  /^(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+u?|\d+u?)/u;
const name = /^[_a-zA-Z][_a-zA-Z0-9]*/u;
const quote = /^(?:[rR]|[bB])?(?:[rR]|[bB])?("""|'''|"|')/u;
const space = /^(?:\s+|\/\/[^\n]*)+/u;

/** The tokens of an expression, the end included, or the first thing that is none. */
export function tokenize(text: string): readonly Token[] | Issue {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(space, text, at).length;
    if (at >= text.length) return [...tokens, { kind: 'end', at }];
    const found = tokenAt(text, at);
    if ('message' in found) return found;
    tokens.push(found.token);
    at = found.end;
  }
}

function tokenAt(text: string, at: number): { readonly token: Token; readonly end: number } | Issue {
  const opening = match(quote, text, at);
  if (opening !== '') return quoted(text, at, opening);
  const digits = match(number, text, at);
  if (digits !== '')
    return { token: { kind: 'literal', at, value: numeral(digits) }, end: at + digits.length };
  const word = match(name, text, at);
  if (word !== '') {
    const value = keywords.get(word);
    const token: Token =
      value === undefined ? { kind: 'name', at, text: word } : { kind: 'literal', at, value };
    return { token, end: at + word.length };
  }
  const symbol = symbols.find((one) => text.startsWith(one, at));
  if (symbol === undefined) {
    return { at, message: `Syntax error: token recognition error at: '${text.charAt(at)}'` };
  }
  return { token: { kind: 'symbol', at, text: symbol }, end: at + symbol.length };
}

function match(pattern: RegExp, text: string, at: number): string {
  return pattern.exec(text.slice(at))?.[0] ?? '';
}

function numeral(digits: string): Literal {
  if (digits.endsWith('u') && !digits.startsWith('0x'))
    return { kind: 'uint', value: BigInt(digits.slice(0, -1)) };
  if (digits.startsWith('0x')) {
    return digits.endsWith('u') ? { kind: 'uint', value: BigInt(digits.slice(0, -1)) } : BigInt(digits);
  }
  return /[.eE]/u.test(digits) ? Number(digits) : BigInt(digits);
}

function quoted(
  text: string,
  at: number,
  opening: string,
): { readonly token: Token; readonly end: number } | Issue {
  const [, prefix = '', mark = ''] = /^([a-zA-Z]*)(.*)$/su.exec(opening) ?? [];
  const raw = /r/iu.test(prefix);
  const start = at + opening.length;
  let end = start;
  while (!text.startsWith(mark, end)) {
    if (end >= text.length || (mark.length === 1 && text.charAt(end) === '\n')) {
      return { at, message: `Syntax error: token recognition error at: '${text.slice(at, end)}'` };
    }
    end += !raw && text.charAt(end) === '\\' ? 2 : 1;
  }
  const inner = text.slice(start, end);
  const value = raw || !inner.includes('\\') ? inner : unescape(inner);
  if (value === undefined) return { at, message: 'Syntax error: unable to unescape string' };
  const literal: Literal = /b/iu.test(prefix) ? { kind: 'bytes', bytes: utf8(value) } : value;
  return { token: { kind: 'literal', at, value: literal }, end: end + mark.length };
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ...['\\', '?', '"', "'", '`'].map((same): [string, string] => [same, same]),
]);

const escape =
  /\\(?:x([0-9a-fA-F]{2})|X([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))/gsu;

function unescape(text: string): string | undefined {
  let wrong = false;
  const plain = text.replaceAll(escape, (_, ...groups: readonly unknown[]) => {
    const hex = groups.slice(0, 4).find((group) => typeof group === 'string');
    const [, , , , octal, letter] = groups;
    if (typeof hex === 'string') return codePoint(Number.parseInt(hex, 16));
    if (typeof octal === 'string') return codePoint(Number.parseInt(octal, 8));
    const known = typeof letter === 'string' ? escapes.get(letter) : undefined;
    wrong ||= known === undefined;
    return known ?? '';
  });
  return wrong ? undefined : plain;
}

function codePoint(code: number): string {
  return code > 0x10ffff ? '\u{fffd}' : String.fromCodePoint(code);
}

/** The bytes of a text; pure code has no TextEncoder. */
export function utf8(text: string): readonly number[] {
  return Array.from(text).flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) return [code];
    const tail = (shift: number): number => 0x80 | ((code >> shift) & 0x3f);
    if (code < 0x800) return [0xc0 | (code >> 6), tail(0)];
    if (code < 0x10000) return [0xe0 | (code >> 12), tail(6), tail(0)];
    return [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
  });
}
