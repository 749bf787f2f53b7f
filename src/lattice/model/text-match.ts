import type { HeaderMatch, PathMatch } from './resource.ts';

/** Whether a path, or the value of a header, is what Lattice takes for a match of it. */
export function isTextMatched(
  { kind, value, caseSensitive }: Pick<PathMatch | HeaderMatch, 'kind' | 'value' | 'caseSensitive'>,
  given: string,
): boolean {
  const [wanted, text] = caseSensitive ? [value, given] : [inLowerCase(value), inLowerCase(given)];
  switch (kind) {
    case 'exact':
      return text === wanted;
    case 'prefix':
      return text.startsWith(wanted);
    case 'contains':
      return text.includes(wanted);
  }
}

/** Only ASCII has cases in HTTP. */
export function inLowerCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
