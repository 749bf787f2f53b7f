import type { Finding } from '../findings/finding.ts';
import type { BackendTLSPolicy } from '../kinds/backend-tls-policy.gen.ts';
import { controllerName } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refKey, refOf } from '../kinds/object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { OurBackendTlsPolicy, Route } from './routing.ts';

/**
 * The policies that ask our gateways to speak TLS with a backend and to look at its certificate: those whose Service a
 * route of ours uses. All others are somebody else's business.
 */
export function resolveBackendTls(
  snapshot: Snapshot,
  routes: readonly Route[],
): { readonly policies: readonly OurBackendTlsPolicy[]; readonly findings: readonly Finding[] } {
  const { doubt } = snapshot.backendTlsPolicies;
  if (snapshot.backendTlsPolicies.all.length === 0 || doubt !== undefined)
    return { policies: [], findings: [] };
  const users = usersOfServices(routes);
  const policies = snapshot.backendTlsPolicies.all.flatMap((object): readonly OurBackendTlsPolicy[] => {
    const used = targetsOf(object).flatMap((service) => users.get(refKey(service)) ?? []);
    const gateways = new Map(
      used.flatMap(({ parents }) => attachedTo(parents)).map((ref) => [refKey(ref), ref]),
    );
    const ours = object.status?.ancestors.some(({ controllerName: by }) => by === controllerName) === true;
    return used.length === 0 && !ours
      ? []
      : [{ ref: refOf(object), object, gateways: [...gateways.values()] }];
  });
  return {
    policies,
    findings: policies
      .filter(({ gateways }) => gateways.length > 0)
      .map(({ ref }) => ({ code: 'backendTlsNotSupported', at: { object: ref } })),
  };
}

function targetsOf({ metadata, spec }: BackendTLSPolicy): readonly ObjectRef[] {
  return spec.targetRefs.map(({ group, kind, name }) => ({
    group,
    kind,
    namespace: metadata.namespace ?? '',
    name,
  }));
}

function usersOfServices(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const users = new Map<string, Route[]>();
  for (const route of routes) {
    if (route.deleting || attachedTo(route.parents).length === 0) continue;
    const services = new Set(route.rules.flatMap(({ backends }) => backends.map(({ ref }) => refKey(ref))));
    for (const service of services) users.set(service, [...(users.get(service) ?? []), route]);
  }
  return users;
}

function attachedTo(parents: Route['parents']): readonly ObjectRef[] {
  return parents.flatMap(({ gateway, attachment }) => (attachment.standing === 'attached' ? [gateway] : []));
}
