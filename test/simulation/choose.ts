import type { Random } from '../../src/ports/random.ts';
import { seededRandom } from './seeded-random.ts';

/** Chance of its own for one part of a seed's world, so that one part can change without the others. */
export function chanceOf(seed: number, part: string): Random {
  let hash = 0x811c9dc5;
  for (const character of `${seed} ${part}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return seededRandom((seed % 2 ** 21) * 2 ** 32 + (hash >>> 0));
}

/** From `least` to `most`, both included. */
export function count(random: Random, least: number, most: number): number {
  return least + Math.floor(random.next() * (most - least + 1));
}

/** One of several, or undefined when there is none. */
export function oneOf<T>(random: Random, choices: readonly T[]): T | undefined {
  return choices[Math.floor(random.next() * choices.length)];
}

/** Each with the chance of a coin, but at least one when there is any. */
export function some<T>(random: Random, choices: readonly T[]): readonly T[] {
  const chosen = choices.filter(() => random.next() < 0.5);
  return chosen.length > 0 ? chosen : choices.slice(0, 1);
}

export function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
