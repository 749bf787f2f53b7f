import { isEqual } from '../kinds/equal.ts';
import type { PolicyAncestorStatus } from '../kinds/backend-tls-policy.gen.ts';
import { controllerName } from '../kinds/names.ts';
import type { OurBackendTlsPolicy } from '../routing/routing.ts';
import { merge, stated } from './conditions.ts';
import { transitions } from './events.ts';
import type { IndexedPass } from './pass.ts';
import type { Write } from './write.ts';

const ours = ['Accepted'] as const;

/** The Gateway API has room for no more. */
const mostAncestors = 16;

/** Status of one BackendTLSPolicy: an entry per gateway of ours that would have to honour it, everybody else's as they are. */
export function concludeBackendTlsPolicy(pass: IndexedPass, policy: OurBackendTlsPolicy): readonly Write[] {
  const { object, ref } = policy;
  const before: readonly PolicyAncestorStatus[] = object.status?.ancestors ?? [];
  const accepted = stated('Accepted', pass.findingsOf(ref));
  const others = before.filter((ancestor) => ancestor.controllerName !== controllerName);
  const statements = accepted === undefined ? [] : [accepted];
  const fresh = policy.gateways.map((ancestorRef) => {
    const old = before.find(
      (ancestor) => ancestor.controllerName === controllerName && isEqual(ancestor.ancestorRef, ancestorRef),
    );
    return {
      ancestorRef,
      controllerName,
      conditions: merge(old?.conditions ?? [], statements, { generation: object.metadata.generation, ours }),
    };
  });
  const ancestors = [...others, ...fresh].slice(0, mostAncestors);
  const [old] = before.filter((ancestor) => ancestor.controllerName === controllerName);
  return [
    ...(isEqual(ancestors, before)
      ? []
      : [{ write: 'status', object, status: { ...object.status, ancestors } } as const]),
    ...transitions(object, old?.conditions ?? [], statements),
  ];
}
