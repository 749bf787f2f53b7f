import type { Finding } from '../findings/finding.ts';
import type { ListenerSet } from '../kinds/listener-set.gen.ts';
import { gatewayGroup } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refKey, refOf } from '../kinds/object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { find } from '../snapshot/table.ts';
import type { GatewayFacts, Gateways } from './gateways.ts';
import { gatewayStanding } from './gateways.ts';
import type { ListenerFacts } from './listeners.ts';
import { judgeListeners } from './listeners.ts';
import { compareAge } from './precedence.ts';
import { selects } from './selectors.ts';

/** A ListenerSet that names one of our gateways, or one that may be. */
export interface ListenerSetFacts {
  readonly ref: ObjectRef;
  readonly object: ListenerSet;
  readonly gateway: ObjectRef;
  readonly standing: ListenerSetStanding;
  /** Empty unless it is allowed. */
  readonly listeners: readonly ListenerFacts[];
}

export type ListenerSetStanding =
  | { readonly standing: 'allowed'; readonly gateway: GatewayFacts }
  | { readonly standing: 'refused' }
  | { readonly standing: 'unknown'; readonly because: string };

export interface ListenerSets {
  /** By `refKey`. */
  readonly ours: ReadonlyMap<string, ListenerSetFacts>;
  readonly findings: readonly Finding[];
}

/** Judges the listener sets of our gateways, the oldest first: who came first keeps a contested place. */
export function resolveListenerSets(snapshot: Snapshot, gateways: Gateways): ListenerSets {
  const ours = new Map<string, ListenerSetFacts>();
  const findings: Finding[] = [];
  const taken = new Map<string, readonly ListenerFacts[]>();
  for (const object of snapshot.listenerSets.all.toSorted(compareAge)) {
    const ref = refOf(object);
    const gateway = gatewayOf(object);
    if (gateway === undefined) continue;
    const standing = standingOf(snapshot, gateways, object, gateway);
    if (standing === undefined) continue;
    const base = { ref, object, gateway };
    if (standing.standing !== 'allowed') {
      ours.set(refKey(ref), { ...base, standing, listeners: [] });
      if (standing.standing === 'refused') {
        findings.push({ code: 'listenerSetNotAllowed', at: { object: ref }, gateway });
      }
      continue;
    }
    const key = refKey(gateway);
    const earlier = taken.get(key) ?? standing.gateway.listeners;
    const judged = judgeListeners(snapshot, ref, { listeners: object.spec.listeners, earlier });
    if (object.metadata.deletionTimestamp === undefined) taken.set(key, [...earlier, ...judged.listeners]);
    ours.set(refKey(ref), { ...base, standing, listeners: judged.listeners });
    findings.push(...judged.findings);
  }
  return { ours, findings };
}

function gatewayOf({ metadata, spec }: ListenerSet): ObjectRef | undefined {
  const { group, kind, namespace = metadata.namespace ?? '', name } = spec.parentRef;
  return group === gatewayGroup && kind === 'Gateway' ? { group, kind, namespace, name } : undefined;
}

/** Undefined: somebody else's. */
function standingOf(
  snapshot: Snapshot,
  gateways: Gateways,
  { metadata }: ListenerSet,
  ref: ObjectRef,
): ListenerSetStanding | undefined {
  const standing = gatewayStanding(snapshot, gateways, ref);
  switch (standing.standing) {
    case 'foreign':
    case 'missing':
      return undefined;
    case 'unknown':
      return { standing: 'unknown', because: standing.because };
    case 'ours':
      break;
  }
  const { gateway } = standing;
  const { from, selector } = gateway.object.spec.allowedListeners?.namespaces ?? { from: 'None' };
  const namespace = metadata.namespace ?? '';
  const answer = (allowed: boolean): ListenerSetStanding =>
    allowed ? { standing: 'allowed', gateway } : { standing: 'refused' };
  switch (from) {
    case 'None':
      return answer(false);
    case 'All':
      return answer(true);
    case 'Same':
      return answer(namespace === ref.namespace);
    case 'Selector': {
      const found = find(snapshot.namespaces, '', namespace);
      if (found.found === 'unknown') return { standing: 'unknown', because: found.because };
      if (found.found === 'none') {
        return { standing: 'unknown', because: `namespace ${namespace} has not been seen` };
      }
      return answer(selects(selector, found.object.metadata.labels ?? {}));
    }
  }
}
