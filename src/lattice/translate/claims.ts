import { annotations } from '../../kinds/names.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import { covers } from '../../routing/hostnames.ts';
import { compareAge } from '../../routing/precedence.ts';
import type { Route } from '../../routing/routing.ts';
import { serviceName } from './names.ts';
import type { Networks } from './networks.ts';

/** Who has what only one can have. The older route has the older claim, whoever came first to Lattice. */
export interface Claims {
  readonly names: ReadonlyMap<string, ObjectRef>;
  /** By `hostnameKey`. */
  readonly hostnames: ReadonlyMap<string, ObjectRef>;
}

export function claimsOf(routes: readonly Route[], networks: Networks): Claims {
  const names = new Map<string, ObjectRef>();
  const hostnames = new Map<string, ObjectRef>();
  for (const route of byAge(routes.filter(asks))) {
    const name = wantedServiceName(route);
    if (!names.has(name)) names.set(name, route.ref);
    for (const network of networksOf(route, networks)) {
      const [hostname] = allowedHostnames(route);
      if (hostname === undefined) continue;
      const key = hostnameKey(network, hostname);
      if (!hostnames.has(key)) hostnames.set(key, route.ref);
    }
  }
  return { names, hostnames };
}

/** The route's hostnames as far as listeners it is attached to allow them, in the route's order. */
export function allowedHostnames({ hostnames, parents }: Route): readonly string[] {
  if (hostnames.length === 0) return [];
  const allowed = parents.flatMap(({ attachment }) =>
    attachment.standing === 'attached' ? attachment.listeners.flatMap((listener) => listener.hostnames) : [],
  );
  const place = (name: string): number => hostnames.findIndex((hostname) => covers(hostname, name));
  return [...new Set(allowed)].toSorted((a, b) => place(a) - place(b));
}

/** A custom domain name is unique within a network. */
export function hostnameKey(network: string, hostname: string): string {
  return `${network} ${hostname.toLowerCase()}`;
}

/** What the route's service is to be called; not yet checked. */
export function wantedServiceName({ ref, object }: Route): string {
  const override = object.metadata.annotations?.[annotations.serviceNameOverride] ?? '';
  return override === '' ? serviceName(ref.name, ref.namespace) : override;
}

/** Names of the networks that the route's gateways stand for. */
export function networksOf({ parents }: Route, networks: Networks): readonly string[] {
  const names = parents.flatMap(({ gateway, attachment }) => {
    const network = networks.get(refKey(gateway));
    return attachment.standing === 'attached' && network !== undefined ? [network.name] : [];
  });
  return [...new Set(names)];
}

export function byAge(routes: readonly Route[]): readonly Route[] {
  return routes.toSorted((a, b) => compareAge(a.object, b.object));
}

function asks({ deleting, doubt, parents }: Route): boolean {
  return (
    !deleting && doubt === undefined && parents.some(({ attachment }) => attachment.standing === 'attached')
  );
}
