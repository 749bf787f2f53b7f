import { isEqual } from '../../kinds/equal.ts';
import type { Lookup } from './known.ts';

/** What was looked up in a place, and what was there. */
export interface Look<Place extends string> {
  readonly where: Place;
  readonly key: string;
  readonly saw: unknown;
}

/** Makes of a place one of which it is written down what is looked up there. */
export function watching<Place extends string>(
  looks: Look<Place>[],
): <Value>(where: Place, lookup: Lookup<Value>) => Lookup<Value> {
  return <Value>(where: Place, lookup: Lookup<Value>): Lookup<Value> => {
    const get = (key: string): Value | undefined => {
      const saw = lookup.get(key);
      looks.push({ where, key, saw });
      return saw;
    };
    return { get, has: (key) => get(key) !== undefined };
  };
}

/** Whoever looked there would see the same now. */
export function seesTheSame<Place extends string>(
  looks: readonly Look<Place>[],
  places: Readonly<Record<Place, Lookup<unknown>>>,
): boolean {
  return looks.every(({ where, key, saw }) => isEqual(places[where].get(key), saw));
}
