import { isEqual } from '../../kinds/equal.ts';
import type { Lookup } from '../model/known.ts';
import type { Draft, Made } from './draft.ts';
import { add } from './draft.ts';
import type { Settings } from './settings.ts';

/** A part of the model, and all that it was made of. */
export interface Part<Input, Result> {
  readonly input: Input;
  readonly settings: Settings;
  /** What was looked up, and what was there. */
  readonly looks: readonly Look[];
  readonly made: Made;
  readonly result: Result;
}

interface Look {
  readonly where: keyof typeof places;
  readonly key: string;
  readonly saw: unknown;
}

/** All that parts can look at. */
const places = {
  entries: ({ known }: Draft): Lookup<unknown> => known.entries,
  answers: ({ known }: Draft): Lookup<unknown> => known.answers,
  collections: ({ known }: Draft): Lookup<unknown> => known.collections,
  knownOf: ({ knownOf }: Draft): Lookup<unknown> => knownOf,
  usersOf: ({ usersOf }: Draft): Lookup<unknown> => usersOf,
  groupsOf: ({ groupsOf }: Draft): Lookup<unknown> => groupsOf,
} as const;

/**
 * Adds a part to a draft: the one of an earlier pass where it was made of the same, and all that it looked up is as it was.
 * `make` must depend on nothing else.
 */
export function addPart<Input, Result>(
  draft: Draft,
  input: Input,
  make: (draft: Draft, input: Input) => Result,
  before: Part<Input, Result> | undefined,
): Part<Input, Result> {
  const part = before !== undefined && holds(draft, input, before) ? before : makePart(draft, input, make);
  add(draft, part.made);
  return part;
}

function holds<Input>(
  draft: Draft,
  input: Input,
  { settings, looks, ...before }: Part<Input, unknown>,
): boolean {
  return (
    settings === draft.settings &&
    isEqual(input, before.input) &&
    looks.every(({ where, key, saw }) => isEqual(places[where](draft).get(key), saw))
  );
}

function makePart<Input, Result>(
  draft: Draft,
  input: Input,
  make: (draft: Draft, input: Input) => Result,
): Part<Input, Result> {
  const looks: Look[] = [];
  const watched = <Value>(where: keyof typeof places, lookup: Lookup<Value>): Lookup<Value> => {
    const get = (key: string): Value | undefined => {
      const saw = lookup.get(key);
      looks.push({ where, key, saw });
      return saw;
    };
    return { get, has: (key) => get(key) !== undefined };
  };
  const { known, settings } = draft;
  const own: Draft = {
    ...draft,
    known: {
      entries: watched('entries', known.entries),
      answers: watched('answers', known.answers),
      collections: watched('collections', known.collections),
    },
    knownOf: watched('knownOf', draft.knownOf),
    usersOf: watched('usersOf', draft.usersOf),
    groupsOf: watched('groupsOf', draft.groupsOf),
    entries: new Map(),
    questions: new Map(),
    searches: [],
    findings: [],
  };
  const result = make(own, input);
  const { entries, questions, searches, findings } = own;
  return { input, settings, looks, made: { entries, questions, searches, findings }, result };
}
