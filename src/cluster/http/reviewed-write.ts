import { objectAt, textAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import { completeObject } from '../schema/object.ts';
import { prepareUpdate } from '../storage/lifecycle.ts';
import { find } from '../storage/state.ts';
import { normalize } from './admission.ts';
import { keyOf, nameSuffix } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import { conflict } from './status.ts';
import { isReviewed, mutated, validated } from './webhooks/review.ts';
import { createObject, readFor, updateObject, withNames } from './write.ts';
import type { Birth, Update } from './write.ts';

/** An object as it is kept, and what webhooks have to say about it. */
export interface Written {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}

/** Creates an object as `createObject` does, when every webhook that is registered for it agrees. */
export async function createReviewed(context: Context, call: ResourceCall, birth: Birth): Promise<Written> {
  if (!isReviewed(context, call)) return { object: createObject(context, call, birth), warnings: [] };
  const { options } = birth;
  const { dryRun } = options;
  const { kind, version, target } = call;
  const given = objectAt(birth.object, 'metadata');
  const prefix = textAt(given, 'generateName');
  const metadata = {
    ...given,
    ...(textAt(given, 'name') === '' && prefix !== ''
      ? { name: prefix.slice(0, 58) + nameSuffix(context.random) }
      : {}),
    ...(kind.namespaced ? { namespace: target.namespace } : {}),
  };
  const candidate = completeObject(kind, version, normalize(kind, { ...birth.object, metadata }));
  const changed = await mutated(context, call, { operation: 'CREATE', object: candidate, dryRun });
  const next = { ...birth, object: reread(call, changed.object ?? candidate) };
  const kept = createObject(context, call, { ...next, options: { ...options, dryRun: true } });
  const more = await validated(context, call, { operation: 'CREATE', object: kept, dryRun });
  return { object: createObject(context, call, next), warnings: [...changed.warnings, ...more] };
}

/** How often a write begins again because somebody else wrote while the webhooks were asked. */
const attempts = 5;

/** Updates an object as `updateObject` does, when every webhook agrees. `make` tells the update anew from what there is. */
export async function updateReviewed(
  context: Context,
  call: ResourceCall,
  make: () => Update,
): Promise<Written> {
  const { kind, target } = call;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const update = make();
    const before = find(context.store.state, keyOf(kind, target.namespace, target.name));
    if (before === undefined || !isReviewed(context, call)) {
      return { object: updateObject(context, call, update), warnings: [] };
    }
    const { dryRun } = update.options;
    const candidate = candidateOf(call, update, before);
    const changed = await mutated(context, call, { operation: 'UPDATE', object: candidate, before, dryRun });
    if (find(context.store.state, keyOf(kind, target.namespace, target.name)) !== before) continue;
    const next = { ...update, object: withVersion(reread(call, changed.object ?? candidate), update.object) };
    const kept = updateObject(context, call, { ...next, options: { ...update.options, dryRun: true } });
    const more = await validated(context, call, { operation: 'UPDATE', object: kept, before, dryRun });
    if (find(context.store.state, keyOf(kind, target.namespace, target.name)) !== before) continue;
    return { object: updateObject(context, call, next), warnings: [...changed.warnings, ...more] };
  }
  throw conflict(
    kind,
    target.name,
    'the object was modified again and again while webhooks were asked; try again',
  );
}

/** Asks webhooks whether an object may go. */
export async function reviewDeletion(
  context: Context,
  call: ResourceCall,
  { name, before, dryRun }: { readonly name: string; readonly before: JsonObject; readonly dryRun: boolean },
): Promise<readonly string[]> {
  if (!isReviewed(context, call)) return [];
  const named = { ...call, target: { ...call.target, name } };
  const write = { operation: 'DELETE', before, dryRun } as const;
  const { warnings } = await mutated(context, named, write);
  return [...warnings, ...(await validated(context, named, write))];
}

function candidateOf(
  { kind, version }: ResourceCall,
  { object, part }: Update,
  before: JsonObject,
): JsonObject {
  const prepared = prepareUpdate(kind, part, { before, after: withNames(object, before) });
  return completeObject(kind, version, normalize(kind, prepared));
}

/** What a webhook made of an object, with nothing in it that its kind does not know. */
function reread(call: ResourceCall, object: JsonObject): JsonObject {
  const { kind, version } = call;
  const typed = {
    apiVersion: kind.group === '' ? version.name : `${kind.group}/${version.name}`,
    kind: kind.kind,
  };
  const options = { dryRun: false, fieldValidation: 'Ignore', fieldManager: '', force: false } as const;
  return readFor(call, { ...object, ...typed }, options).object;
}

/** The writer's own claim on a version, or none: the candidate carries that of what it was made from. */
function withVersion(object: JsonObject, asked: JsonObject): JsonObject {
  const { resourceVersion: _, ...metadata } = objectAt(object, 'metadata');
  const version = textAt(asked, 'metadata', 'resourceVersion');
  return { ...object, metadata: version === '' ? metadata : { ...metadata, resourceVersion: version } };
}
