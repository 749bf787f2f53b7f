import { isEqual } from '../../kinds/equal.ts';
import type { Lookup } from '../model/known.ts';
import { seesTheSame, watching } from '../model/looks.ts';
import type { Look } from '../model/looks.ts';
import type { Draft, Made } from './draft.ts';
import { add } from './draft.ts';
import type { Settings } from './settings.ts';

/** A part of the model, and all that it was made of. */
export interface Part<Input, Result> {
  readonly input: Input;
  readonly settings: Settings;
  /** What was looked up, and what was there. */
  readonly looks: readonly Look<Place>[];
  readonly made: Made;
  readonly result: Result;
}

/** All that parts can look at. */
type Place = 'entries' | 'answers' | 'collections' | 'knownOf' | 'usersOf' | 'groupsOf';

function placesIn({ known, knownOf, usersOf, groupsOf }: Draft): Readonly<Record<Place, Lookup<unknown>>> {
  const { entries, answers, collections } = known;
  return { entries, answers, collections, knownOf, usersOf, groupsOf };
}

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
  return settings === draft.settings && isEqual(input, before.input) && seesTheSame(looks, placesIn(draft));
}

function makePart<Input, Result>(
  draft: Draft,
  input: Input,
  make: (draft: Draft, input: Input) => Result,
): Part<Input, Result> {
  const looks: Look<Place>[] = [];
  const watch = watching(looks);
  const { known, settings } = draft;
  const own: Draft = {
    ...draft,
    known: {
      entries: watch('entries', known.entries),
      answers: watch('answers', known.answers),
      collections: watch('collections', known.collections),
    },
    knownOf: watch('knownOf', draft.knownOf),
    usersOf: watch('usersOf', draft.usersOf),
    groupsOf: watch('groupsOf', draft.groupsOf),
    entries: new Map(),
    questions: new Map(),
    searches: [],
    findings: [],
  };
  const result = make(own, input);
  const { entries, questions, searches, findings } = own;
  return { input, settings, looks, made: { entries, questions, searches, findings }, result };
}
