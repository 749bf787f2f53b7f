import type { Finding } from '../../findings/finding.ts';
import { refKey } from '../../kinds/object.ts';
import { covers } from '../../routing/hostnames.ts';
import type { HttpRoute } from '../../routing/routing.ts';
import { limits } from '../model/limits.gen.ts';
import type { Claims } from './claims.ts';
import { allowedHostnames, hostnameKey, networksOf, wantedServiceName } from './claims.ts';
import { isServiceName } from './names.ts';
import type { Networks } from './networks.ts';
import { quotas } from './quotas.ts';
import type { LatticeRule } from './rules.ts';
import { listenerPorts } from './service.ts';

interface Preflight {
  readonly refusals: readonly Finding[];
  readonly notes: readonly Finding[];
}

/** What Lattice would refuse of a whole route, told before anything is tried. */
export function preflight(
  route: HttpRoute,
  {
    claims,
    networks,
    rules,
  }: { readonly claims: Claims; readonly networks: Networks; readonly rules: readonly LatticeRule[] },
): Preflight {
  const { served, notes } = hostnames(route);
  return {
    refusals: [
      ...nameRefusals(route, claims),
      ...served.flatMap((hostname) => hostnameRefusals(route, hostname, { claims, networks })),
      ...quotaRefusals(route, rules),
    ],
    notes,
  };
}

function nameRefusals(route: HttpRoute, { names }: Claims): readonly Finding[] {
  const at = { object: route.ref };
  const name = wantedServiceName(route);
  if (!isServiceName(name)) return [{ code: 'serviceNameNotExpressible', at, name }];
  const by = names.get(name);
  return by === undefined || refKey(by) === refKey(route.ref)
    ? []
    : [{ code: 'serviceNameTaken', at, name, by }];
}

/** A service has one name of its own beside the one that Lattice gives it. */
function hostnames(route: HttpRoute): {
  readonly served: readonly string[];
  readonly notes: readonly Finding[];
} {
  const at = { object: route.ref };
  const [first, ...others] = allowedHostnames(route);
  if (first === undefined) return { served: [], notes: [] };
  const notServed = others.map((hostname): Finding => ({
    code: 'hostnameNotServed',
    at,
    hostname,
    served: first,
  }));
  const notAllowed = route.hostnames.flatMap((hostname, i): readonly Finding[] =>
    [first, ...others].some((allowed) => covers(hostname, allowed))
      ? []
      : [
          {
            code: 'fieldIgnored',
            at,
            field: `spec.hostnames[${i}]`,
            because: `No listener that the route is attached to allows ${hostname}.`,
          },
        ],
  );
  return { served: [first], notes: [...notServed, ...notAllowed] };
}

function hostnameRefusals(
  route: HttpRoute,
  hostname: string,
  { claims, networks }: { readonly claims: Claims; readonly networks: Networks },
): readonly Finding[] {
  const at = { object: route.ref };
  const { min, max } = limits.ServiceCustomDomainName;
  if (hostname.startsWith('*') || hostname.length < min || hostname.length > max) {
    return [{ code: 'hostnameNotExpressible', at, hostname }];
  }
  const holders = networksOf(route, networks).flatMap((network) => {
    const by = claims.hostnames.get(hostnameKey(network, hostname));
    return by === undefined || refKey(by) === refKey(route.ref) ? [] : [by];
  });
  const [by] = holders;
  return by === undefined ? [] : [{ code: 'hostnameTaken', at, hostname, by }];
}

function quotaRefusals(route: HttpRoute, rules: readonly LatticeRule[]): readonly Finding[] {
  const at = { object: route.ref };
  const groups = new Set(
    rules.flatMap(({ action }) =>
      action.state === 'known' && action.action.kind === 'forward'
        ? action.action.groups.map(({ group }) => group.ref)
        : [],
    ),
  );
  const counts = [
    { what: 'listeners', count: listenerPorts(route).length, limit: quotas.listenersPerService },
    { what: 'rules', count: rules.length, limit: quotas.rulesPerListener },
    { what: 'targetGroups', count: groups.size, limit: quotas.targetGroupsPerService },
  ] as const;
  return counts
    .filter(({ count, limit }) => count > limit)
    .map(({ what, count, limit }) => ({ code: 'tooMany', at, what, count, limit }));
}
