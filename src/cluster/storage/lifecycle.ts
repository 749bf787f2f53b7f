import { equal, listAt, numberAt, objectAt, own, textAt, without, withoutAt } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { Generation } from '../schema/kind.ts';

/** What storage must know of a kind. A `ResourceKind` has it. */
export interface Traits {
  readonly generation: Generation;
  readonly graceful: boolean;
  readonly bornWithStatus: boolean;
  /** What of the metadata an update of the status may change too. */
  readonly statusTakes: readonly string[];
}

export interface Birth {
  readonly uid: string;
  /** RFC 3339, whole seconds. */
  readonly timestamp: string;
  /** Ends a generated name. */
  readonly suffix: string;
  readonly namespace: string;
}

/** Fields of the metadata that only the server sets. */
const servers = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'generation',
];

/** A new object as it will be kept: named, identified, dated; without a status if status has its own door. */
export function prepareCreate(
  traits: Traits & { readonly hasStatus: boolean },
  object: JsonObject,
  birth: Birth,
): JsonObject {
  const given = without(objectAt(object, 'metadata'), ...servers);
  const prefix = textAt(given, 'generateName');
  const name = textAt(given, 'name');
  const metadata: JsonObject = {
    ...given,
    ...(name === '' && prefix !== '' ? { name: `${prefix.slice(0, 58)}${birth.suffix}` } : {}),
    ...(birth.namespace === '' ? {} : { namespace: birth.namespace }),
    uid: birth.uid,
    creationTimestamp: birth.timestamp,
    ...(traits.generation === 'none'
      ? pick(objectAt(object, 'metadata'), ['generation'])
      : { generation: 1 }),
  };
  const body = traits.hasStatus && !traits.bornWithStatus ? without(object, 'status') : object;
  return { ...body, metadata };
}

/** Which part of an object a request may write. */
export type Part = 'everything' | 'all but status' | 'status';

/**
 * An update as it will be kept. The server's metadata stays, of the rest only the part that this door may write
 * changes, and the generation counts what the kind says it counts.
 */
export function prepareUpdate(
  traits: Traits,
  part: Part,
  change: { readonly before: JsonObject; readonly after: JsonObject },
): JsonObject {
  const { before, after } = change;
  const merged =
    part === 'status'
      ? withStatusOf(traits, before, after)
      : part === 'everything'
        ? after
        : keepStatus(before, after);
  const was = objectAt(before, 'metadata');
  const given = objectAt(merged, 'metadata');
  const kept = pick(
    was,
    servers.filter((key) => key !== 'resourceVersion'),
  );
  const candidate: JsonObject = {
    ...merged,
    metadata: {
      ...without(given, ...servers),
      ...kept,
      ...claimed(was, given),
      ...resourceVersionOf(was),
    },
  };
  const generation = numberAt(was, 'generation') ?? 1;
  if (traits.generation === 'none') return withoutAt(candidate, ['metadata', 'generation']);
  const isStatus = part === 'status' && traits.statusTakes.length > 0;
  const next =
    !isStatus && isNewGeneration(traits.generation, before, candidate) ? generation + 1 : generation;
  return { ...candidate, metadata: { ...objectAt(candidate, 'metadata'), generation: next } };
}

/** A claim on what cannot change is kept, so that validation can refuse it. */
function claimed(was: JsonObject, given: JsonObject): JsonObject {
  const uid = textAt(given, 'uid');
  const isMarked = textAt(was, 'deletionTimestamp') !== '';
  return {
    ...(uid === '' || uid === textAt(was, 'uid') ? {} : { uid }),
    ...(isMarked ? {} : pick(given, ['deletionTimestamp', 'deletionGracePeriodSeconds'])),
  };
}

function resourceVersionOf(metadata: JsonObject): JsonObject {
  return pick(metadata, ['resourceVersion']);
}

/**
 * Status updates carry the status, and of the metadata nothing but the managed fields; those of the built-in kinds its
 * annotations too, in which controllers keep what they know, and of some their labels.
 */
function withStatusOf(traits: Traits, before: JsonObject, after: JsonObject): JsonObject {
  if (traits.statusTakes.length > 0) {
    const kept = objectAt(before, 'metadata');
    const given = objectAt(after, 'metadata');
    const taken = [...traits.statusTakes, 'managedFields', 'uid'];
    const metadata = { ...without(kept, ...taken.filter((key) => key !== 'uid')), ...pick(given, taken) };
    return { ...without(before, 'status'), ...pick(after, ['status']), metadata };
  }
  const managed = pick(objectAt(after, 'metadata'), ['managedFields', 'uid']);
  return {
    ...without(before, 'status'),
    ...pick(after, ['status']),
    metadata: { ...without(objectAt(before, 'metadata'), 'managedFields'), ...managed },
  };
}

function keepStatus(before: JsonObject, after: JsonObject): JsonObject {
  return { ...without(after, 'status'), ...pick(before, ['status']) };
}

function isNewGeneration(
  generation: Exclude<Generation, 'none'>,
  before: JsonObject,
  after: JsonObject,
): boolean {
  switch (generation) {
    case 'spec':
      return !equal(own(before, 'spec'), own(after, 'spec'));
    case 'specOrAnnotations':
      return (
        !equal(own(before, 'spec'), own(after, 'spec')) ||
        !equal(objectAt(before, 'metadata', 'annotations'), objectAt(after, 'metadata', 'annotations'))
      );
    case 'content':
      return !equal(contentOf(before), contentOf(after));
  }
}

function contentOf(object: JsonObject): JsonObject {
  return without(object, 'apiVersion', 'kind', 'metadata', 'status');
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key): readonly (readonly [string, Json])[] => {
      const value = own(object, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** Nothing holds a deleted object back any longer. */
export function isOver(object: JsonObject): boolean {
  const metadata = objectAt(object, 'metadata');
  return (
    textAt(metadata, 'deletionTimestamp') !== '' &&
    listAt(metadata, 'finalizers').length === 0 &&
    (numberAt(metadata, 'deletionGracePeriodSeconds') ?? 0) === 0
  );
}
