import type { Finding } from '../../findings/finding.ts';
import { covers } from '../../routing/hostnames.ts';
import type { Route } from '../../routing/routing.ts';
import { limits } from '../model/limits.gen.ts';
import type { ServiceUnit } from './mapping.ts';

/** Hostnames that listeners allow, in the order in which the route names what covers them. */
export function inOrderOf(hostnames: readonly string[], allowed: readonly string[]): readonly string[] {
  if (hostnames.length === 0) return [];
  const place = (name: string): number => hostnames.findIndex((hostname) => covers(hostname, name));
  return [...new Set(allowed)].toSorted((a, b) => place(a) - place(b));
}

export function isWildcard(hostname: string): boolean {
  return hostname.startsWith('*');
}

export function isExpressible(hostname: string): boolean {
  const { min, max } = limits.ServiceCustomDomainName;
  return !isWildcard(hostname) && hostname.length >= min && hostname.length <= max;
}

export interface HostnameFindings {
  readonly refusals: readonly Finding[];
  readonly notes: readonly Finding[];
}

/**
 * What becomes of the hostnames of a route, given the services it is in: names beside the one of its service, names that
 * no listener allows, and wildcards, of which Lattice knows none. A route that is left without any name is refused.
 */
export function hostnameFindings(route: Route, units: readonly ServiceUnit[]): HostnameFindings {
  const at = { object: route.ref };
  const allowed = allowedBy(route);
  const served = units.flatMap(({ hostname }) => (hostname === undefined ? [] : [hostname]));
  const wrong = units.length === 0 ? allowed : served.filter((hostname) => !isExpressible(hostname));
  const refused = wrong.length > 0 && wrong.length >= units.length;
  const [first] = served;
  return {
    refusals: isNameless(route, units)
      ? [{ code: 'hostnameMissing', at }]
      : refused
        ? wrong.map((hostname): Finding => ({ code: 'hostnameNotExpressible', at, hostname }))
        : [],
    notes: [
      ...allowed
        .filter((name) => first !== undefined && !served.some((hostname) => isSame(hostname, name)))
        .map((hostname): Finding => ({ code: 'hostnameNotServed', at, hostname, served: first ?? '' })),
      ...notAllowed(route, allowed),
    ],
  };
}

/** TLS that passes through is told apart by the names in it. */
function isNameless({ kind }: Route, units: readonly ServiceUnit[]): boolean {
  return kind === 'TLSRoute' && units.length > 0 && units.every(({ hostname }) => hostname === undefined);
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A route without hostnames has those of its listeners, where services are made by hostname. */
function allowedBy({ parents, hostnames }: Route): readonly string[] {
  const allowed = parents.flatMap(({ attachment }) =>
    attachment.standing === 'attached' &&
    (hostnames.length > 0 || attachment.parameters.mapping === 'perHostname')
      ? attachment.listeners.flatMap((listener) => listener.hostnames)
      : [],
  );
  return hostnames.length === 0 ? [...new Set(allowed)] : inOrderOf(hostnames, allowed);
}

function notAllowed(route: Route, allowed: readonly string[]): readonly Finding[] {
  return route.hostnames.flatMap((hostname, i): readonly Finding[] =>
    allowed.length === 0 || allowed.some((name) => covers(hostname, name))
      ? []
      : [
          {
            code: 'fieldIgnored',
            at: { object: route.ref },
            field: `spec.hostnames[${i}]`,
            because: `No listener that the route is attached to allows ${hostname}.`,
          },
        ],
  );
}
