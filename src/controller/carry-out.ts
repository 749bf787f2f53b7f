import { createHash } from 'node:crypto';
import type { Event } from '../kinds/core.gen.ts';
import type { Kind, KubeObject } from '../kinds/object.ts';
import { refKey, refOf } from '../kinds/object.ts';
import { kinds } from '../kinds/kinds.ts';
import { StatusError } from '../kube/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Write } from '../status/write.ts';
import type { KubePort } from './ports.ts';
import { stamped } from './stamp.ts';

/** What carrying out a write takes. */
export interface CarryOutPorts {
  readonly kube: Pick<KubePort, 'client' | 'wrote'>;
  readonly clock: Clock;
  readonly log: Log;
  /** No write begins after its end. */
  readonly lifetime: AbortSignal;
}

/**
 * `overtaken` is lost to a newer version of the object, which is on its way to us, and like `failed` is computed again by a
 * pass that follows; `gone` is lost with the object.
 */
export type WriteResult = 'done' | 'overtaken' | 'gone' | 'failed';

/** `latest` is what the write before this one to the same object returned. */
export async function carryOut(
  { kube, clock, log, lifetime }: CarryOutPorts,
  write: Write,
  latest: KubeObject | undefined,
): Promise<{ readonly result: WriteResult; readonly object?: KubeObject }> {
  try {
    if (write.write === 'event') {
      await tell(kube, eventOf(write, clock.now()), lifetime);
      return { result: 'done' };
    }
    const current = latest ?? write.object;
    const after = await kube.client.patch(
      kindOf(write.object),
      { namespace: write.object.metadata.namespace ?? '', name: write.object.metadata.name },
      { type: 'merge', ...bodyOf(write, current, clock.now()) },
      lifetime,
    );
    kube.wrote(current, after);
    return { result: 'done', object: after };
  } catch (error) {
    lifetime.throwIfAborted();
    // An event changes no object, so nothing newer of it is on its way.
    if (write.write !== 'event' && error instanceof StatusError) {
      if (error.code === 409) return { result: 'overtaken' };
      if (error.code === 404) return { result: 'gone' };
    }
    log.warn('write failed', { write: write.write, object: nameOf(write), error });
    return { result: 'failed' };
  }
}

/** A merge patch that holds only against the version it was computed from. */
function bodyOf(
  write: Exclude<Write, { write: 'event' }>,
  { metadata: { resourceVersion, uid } }: KubeObject,
  now: number,
): { readonly body: unknown; readonly subresource?: string } {
  const precondition = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  switch (write.write) {
    case 'status':
      return {
        subresource: 'status',
        body: { metadata: precondition, status: stamped(write.status, write.object, now) },
      };
    case 'finalizers':
      return { body: { metadata: { ...precondition, finalizers: write.finalizers } } };
    case 'annotations':
      return { body: { metadata: { ...precondition, annotations: write.annotations } } };
  }
}

/** What was told before of the same object in the same words is counted, not told again beside it. */
async function tell({ client }: CarryOutPorts['kube'], event: Event, signal: AbortSignal): Promise<void> {
  try {
    await client.create(kinds.Event, event, signal);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 409) throw error;
    const { name, namespace = '' } = event.metadata;
    const before = await client.get(kinds.Event, { namespace, name }, signal);
    const count = 'count' in before && typeof before.count === 'number' ? before.count : 1;
    const body = { count: count + 1, lastTimestamp: event.lastTimestamp };
    await client.patch(kinds.Event, { namespace, name }, { type: 'merge', body }, signal);
  }
}

/** In the form of core/v1, in which every cluster has them and `kubectl describe` looks for them. */
function eventOf(write: Extract<Write, { write: 'event' }>, now: number): Event {
  const { about, uid, type, reason, message } = write;
  const at = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${about.name}.${wordOf([uid, type, reason, message])}`,
      namespace: about.namespace === '' ? 'default' : about.namespace,
    },
    involvedObject: {
      apiVersion: apiVersionOf(about.kind, about.group),
      kind: about.kind,
      namespace: about.namespace,
      name: about.name,
      uid,
    },
    type,
    reason,
    message,
    source: { component },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    reportingComponent: component,
  };
}

/** The same for the same, so that the same event is found again. */
function wordOf(values: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
}

const component = 'gateway-api-controller';

function kindOf(object: KubeObject): Kind {
  const { group, kind } = refOf(object);
  const known = knownKind(kind, group);
  if (known === undefined) throw new Error(`${kind} of ${group} is written and not in the table of kinds`);
  // As it was read: the server may have an older version only.
  return { ...known, version: object.apiVersion.split('/').at(-1) ?? known.version };
}

function apiVersionOf(kind: string, group: string): string {
  const version = knownKind(kind, group)?.version ?? 'v1';
  return group === '' ? version : `${group}/${version}`;
}

function knownKind(kind: string, group: string): Kind | undefined {
  return Object.values(kinds).find((candidate) => candidate.kind === kind && candidate.group === group);
}

function nameOf(write: Write): string {
  return refKey(write.write === 'event' ? write.about : refOf(write.object));
}
