import type { KubeClient, Patch } from '../../kube/client.ts';
import { isStatus } from '../../kube/errors.ts';
import { keyOf } from '../../kube/object.ts';
import type { Log } from '../../ports/log.ts';
import { isObject, objectIn } from '../workloads/json.ts';
import type { JsonObject } from '../workloads/json.ts';
import { uidOf } from '../workloads/write.ts';
import type { Write } from '../workloads/write.ts';
import type { Recorder } from './recorder.ts';
import type { Written } from './written.ts';

export interface Hands {
  readonly client: KubeClient;
  readonly written: Written;
  readonly recorder: Recorder;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What became of a pass's writes. */
export interface Carried {
  /** Something is different now: the next step can be worked out at once. */
  readonly changed: boolean;
  /** Something has to be tried again. */
  readonly failed: boolean;
}

/** Carries out what a pass decided; a write that conflicts or fails holds up no other. */
export async function carryOut(writes: readonly Write[], hands: Hands): Promise<Carried> {
  const done = await Promise.all(combined(writes).map(async (write) => attempt(write, hands)));
  return { changed: done.includes('changed'), failed: done.includes('failed') };
}

async function attempt(write: Write, hands: Hands): Promise<'changed' | 'same' | 'failed'> {
  try {
    return (await perform(write, hands)) ? 'changed' : 'same';
  } catch (error) {
    if (hands.signal.aborted) return 'same';
    const { kind, metadata } = write.object;
    const fields = { op: write.op, kind, namespace: metadata.namespace, name: metadata.name };
    // Somebody else changed or removed it: the watch is about to show us, and the next pass knows better.
    if (isStatus(error, 409) || isStatus(error, 404)) hands.log.debug('a write came too late', fields);
    else hands.log.warn('a write failed', { ...fields, error });
    return 'failed';
  }
}

/** Resolves with whether anything is different now: a status that says what it said is no news. */
async function perform(write: Write, { client, written, recorder, signal }: Hands): Promise<boolean> {
  const { object } = write;
  const { uid, resourceVersion } = object.metadata;
  switch (write.op) {
    case 'create':
      written.put(write.kind, await client.create(write.kind, object, signal));
      return true;
    case 'patch':
    case 'patchStatus': {
      const patch: Patch =
        write.op === 'patch'
          ? // Only onto what we have seen: a size that was worked out from an older state must not come late.
            { type: 'merge', body: merged({ metadata: { uid, resourceVersion } }, write.patch) }
          : { type: 'merge', body: { metadata: { uid }, status: write.status }, subresource: 'status' };
      const answer = await client.patch(write.kind, keyOf(object), patch, signal);
      written.put(write.kind, answer);
      return answer.metadata.resourceVersion !== resourceVersion;
    }
    case 'delete': {
      const options = { uid: uidOf(object), propagationPolicy: write.propagation };
      await client.delete(write.kind, keyOf(object), options, signal);
      written.deleted(write.kind, object);
      return true;
    }
    case 'event':
      recorder.record(object, write.event);
      return false;
  }
}

/** Patches of one object become one: each names the version it saw, so a second would conflict with the first. */
function combined(writes: readonly Write[]): readonly Write[] {
  const result: Write[] = [];
  const at = new Map<string, number>();
  for (const write of writes) {
    const uid = uidOf(write.object);
    const index = write.op === 'patch' ? at.get(uid) : undefined;
    const before = index === undefined ? undefined : result[index];
    if (index !== undefined && before?.op === 'patch' && write.op === 'patch') {
      result[index] = { ...before, patch: merged(before.patch, write.patch) };
      continue;
    }
    if (write.op === 'patch') at.set(uid, result.length);
    result.push(write);
  }
  return result;
}

function merged(first: JsonObject, second: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...first };
  for (const [field, value] of Object.entries(second)) {
    result[field] = isObject(value) ? merged(objectIn(result[field]), value) : value;
  }
  return result;
}
