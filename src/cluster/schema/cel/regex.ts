/**
 * A pattern in RE2's syntax as JavaScript's. Flags in the middle, as `^(?i)a`, become a group around what they govern.
 * Nothing when it cannot be read.
 */
export function toRegExp(pattern: string, flags = ''): RegExp | undefined {
  try {
    return new RegExp(translated(pattern), `u${flags}`);
  } catch {
    return undefined;
  }
}

const pieces: readonly (readonly [RegExp, string])[] = [
  [/\(\?P</gu, '(?<'],
  [/\\A/gu, '^'],
  [/\\z/gu, '$'],
  [/\[\[:alnum:\]\]/gu, '[0-9A-Za-z]'],
  [/\[\[:alpha:\]\]/gu, '[A-Za-z]'],
  [/\[\[:digit:\]\]/gu, '[0-9]'],
  // A minus or a slash may be escaped anywhere in RE2.
  [/\\([-_/@:%&,;=~"'<> ])/gu, '\\x{$1}'],
];

function translated(pattern: string): string {
  const plain = pieces.reduce((text, [from, to]) => text.replaceAll(from, to), pattern);
  const escaped = plain.replaceAll(
    /\\x\{(.)\}/gu,
    (_, sign: string) => `\\x${(sign.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
  const [, before = '', flag = '', after = ''] = /^(\^?)\(\?([ims]+)\)(.*)$/su.exec(escaped) ?? [];
  return flag === '' ? escaped : `${before}(?${flag}:${after})`;
}
