/** Chance as pure code takes it: a number in [0, 1) per call. */
export type Chance = () => number;

/** Letters and digits that spell no words and cannot be mistaken for one another, as Kubernetes uses in names. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const longestBase = 63 - suffixLength;

/** `base` followed by five random characters; `base` ends in a dash and is cut so that the name stays a DNS label. */
export function generatedName(base: string, chance: Chance): string {
  let suffix = '';
  for (let i = 0; i < suffixLength; i += 1) suffix += alphabet[Math.floor(chance() * alphabet.length)] ?? 'b';
  return base.slice(0, longestBase) + suffix;
}

/** A number in the alphabet of generated names: each decimal digit becomes one character. */
export function safeEncoded(number: number): string {
  return Array.from(
    String(number),
    (digit) => alphabet[(digit.codePointAt(0) ?? 0) % alphabet.length] ?? 'b',
  ).join('');
}
