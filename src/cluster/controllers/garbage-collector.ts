import type { Kind } from '../../kinds/object.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { ServedKind } from '../../kube/discovery.ts';
import { isStatus } from '../../kube/errors.ts';
import { keyOf } from '../../kube/object.ts';
import { reflect } from '../../kube/reflector.ts';
import type { Change, Store } from '../../kube/store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import { disposals } from '../workloads/garbage.ts';
import type { Disposal, Item, Owner } from '../workloads/garbage.ts';
import { canonical } from '../workloads/json.ts';
import { eventKind } from '../workloads/kinds.ts';
import { uidOf } from '../workloads/write.ts';
import { startLoop } from './loop.ts';
import type { Pass } from './loop.ts';

export interface GarbageCollectorOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const definitionKind: Kind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** Follows every kind that the API serves, and carries out what ownership asks for, until the signal. */
export function startGarbageCollector(options: GarbageCollectorOptions): void {
  const { client, log, signal } = options;
  const followed = new Map<string, { readonly store: Store; readonly stop: AbortController }>();
  const collecting = startLoop('garbage collector', collect, options);
  const finding = startLoop('kinds of the garbage collector', findKinds, options);
  const scope = { metadataOnly: true };
  reflect({ ...options, scope, kind: definitionKind, onChange: () => finding.wake() });
  finding.wake();

  /** Follows kinds that are new, and no longer follows those that are gone. */
  async function findKinds(): Promise<Pass> {
    const { kinds, unreadable } = await client.discover(signal);
    const wanted = new Map(collectable(kinds).map((kind) => [kindKey(kind), kind]));
    for (const [key, kind] of wanted) if (!followed.has(key)) followed.set(key, follow(kind));
    for (const [key, { stop }] of followed) {
      if (wanted.has(key) || unreadable.length > 0) continue;
      stop.abort(new Error('the kind is no longer served'));
      followed.delete(key);
    }
    collecting.wake();
    return { failed: unreadable.length > 0 };
  }

  function follow(kind: Kind): { readonly store: Store; readonly stop: AbortController } {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const store = reflect({ ...options, scope, kind, signal: both });
    store.subscribe((change) => {
      if (concernsOwnership(change)) collecting.wake();
    });
    return { store, stop };
  }

  async function collect(): Promise<Pass> {
    const stores = Array.from(followed.values(), ({ store }) => store).filter(({ synced }) => synced);
    const items = stores.flatMap((store) =>
      store.list().map((object): Item => ({ kind: store.kind, object })),
    );
    const wanted = disposals(
      items,
      stores.map(({ kind }) => kind),
    );
    const done = await Promise.all(wanted.map(async (disposal) => attempt(disposal)));
    return { failed: !done.every(Boolean) };
  }

  async function attempt(disposal: Disposal): Promise<boolean> {
    try {
      await perform(disposal, client, signal);
      return true;
    } catch (error) {
      if (signal.aborted || isStatus(error, 404)) return true;
      // It changed in a way that does not concern us, so nothing will wake us: try again.
      if (isStatus(error, 409)) return false;
      const { kind, metadata } = disposal.item.object;
      log.warn('clean-up failed', {
        op: disposal.op,
        kind,
        namespace: metadata.namespace,
        name: metadata.name,
        error,
      });
      return false;
    }
  }
}

/** One version of each kind is enough; events own nothing and are many. */
function collectable(kinds: readonly ServedKind[]): readonly ServedKind[] {
  const seen = new Set<string>([kindKey(eventKind), 'events.events.k8s.io']);
  return kinds.filter((kind) => {
    const key = kindKey(kind);
    const usable = ['list', 'watch', 'delete'].every((verb) => kind.verbs.includes(verb));
    if (!usable || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function kindKey({ group, plural }: Kind): string {
  return `${plural}.${group}`;
}

/** What is new asks for nothing unless it has owners or is on its way out already. */
function concernsOwnership(change: Change): boolean {
  if (change.op === 'added') {
    const { ownerReferences = [], deletionTimestamp } = change.object.metadata;
    return ownerReferences.length > 0 || deletionTimestamp !== undefined;
  }
  if (change.op !== 'modified') return true;
  const [before, after] = [change.before, change.object].map(({ metadata }) =>
    canonical([metadata.ownerReferences, metadata.deletionTimestamp, metadata.finalizers]),
  );
  return before !== after;
}

async function perform(disposal: Disposal, client: KubeClient, signal: AbortSignal): Promise<void> {
  const { kind, object } = disposal.item;
  const { ownerReferences = [], finalizers = [], resourceVersion } = object.metadata;
  const uid = uidOf(object);
  switch (disposal.op) {
    case 'collect':
      for (const owner of disposal.absent) if (await isThere(owner, client, signal)) return;
      await client.delete(kind, keyOf(object), { uid, propagationPolicy: 'Background' }, signal);
      return;
    case 'delete':
      await client.delete(kind, keyOf(object), { uid, propagationPolicy: disposal.propagation }, signal);
      return;
    case 'dropOwners': {
      const kept = ownerReferences.filter((owner) => !disposal.uids.includes(owner.uid));
      const body = { metadata: { uid, resourceVersion, ownerReferences: kept } };
      await client.patch(kind, keyOf(object), { type: 'merge', body }, signal);
      return;
    }
    case 'dropFinalizer': {
      const kept = finalizers.filter((finalizer) => finalizer !== disposal.finalizer);
      const body = { metadata: { uid, resourceVersion, finalizers: kept } };
      await client.patch(kind, keyOf(object), { type: 'merge', body }, signal);
    }
  }
}

/** Asks the API itself. A kind that is not served proves nothing about its objects, so that counts as there. */
async function isThere(owner: Owner, client: KubeClient, signal: AbortSignal): Promise<boolean> {
  try {
    const { metadata } = await client.get(owner.kind, owner, signal);
    return metadata.uid === owner.uid;
  } catch (error) {
    if (isStatus(error, 404) && error.details['name'] === owner.name) return false;
    throw error;
  }
}
