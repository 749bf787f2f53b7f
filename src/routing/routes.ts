import type { Finding } from '../findings/finding.ts';
import { isEqual } from '../kinds/equal.ts';
import { refOf } from '../kinds/object.ts';
import type { BackendRef } from '../kinds/tls-route.gen.ts';
import { tablesIn } from '../snapshot/snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { attach } from './attachment.ts';
import type { Parents } from './attachment.ts';
import { resolveBackend } from './backends/backends.ts';
import { rankGrpcMatches, rankMatches } from './precedence.ts';
import type { Parent, Route, RouteFilter, RouteRule } from './routing.ts';

export interface ResolvedRoute {
  readonly route: Route;
  readonly findings: readonly Finding[];
}

/** What was made of the routes of a snapshot, by their objects. */
export interface RoutesOf {
  readonly snapshot: Snapshot;
  readonly resolved: ReadonlyMap<Route['object'], ResolvedRoute>;
}

/**
 * All routes of all kinds, judged one by one. A kind of route is a table and its matches. What comes out as before is the
 * same value as before, and is not made again where nothing beside the routes has changed.
 */
export function resolveRoutes(snapshot: Snapshot, parents: Parents, before?: RoutesOf): RoutesOf {
  const { httpRoutes, grpcRoutes, tlsRoutes } = snapshot;
  const isAlone = before !== undefined && differInRoutesOnly(snapshot, before.snapshot);
  const resolved = new Map<Route['object'], ResolvedRoute>();
  const add = (object: Route['object'], resolve: () => ResolvedRoute): void => {
    const earlier = before?.resolved.get(object);
    const made = isAlone && earlier !== undefined ? earlier : resolve();
    resolved.set(object, earlier !== undefined && isEqual(made, earlier) ? earlier : made);
  };
  for (const object of httpRoutes.all) {
    add(object, () => {
      const { common, findings } = resolveCommon(snapshot, parents, object);
      const matches = rankMatches(object.spec.rules);
      return { route: { kind: 'HTTPRoute', object, ...common, ...doubtOf(httpRoutes), matches }, findings };
    });
  }
  for (const object of grpcRoutes.all) {
    add(object, () => {
      const { common, findings } = resolveCommon(snapshot, parents, object);
      const matches = rankGrpcMatches(object.spec.rules ?? []);
      return { route: { kind: 'GRPCRoute', object, ...common, ...doubtOf(grpcRoutes), matches }, findings };
    });
  }
  for (const object of tlsRoutes.all) {
    add(object, () => {
      const { common, findings } = resolveCommon(snapshot, parents, object);
      return { route: { kind: 'TLSRoute', object, ...common, ...doubtOf(tlsRoutes) }, findings };
    });
  }
  return { snapshot, resolved };
}

/** All that a route is judged by, besides itself, is as it was. */
function differInRoutesOnly(snapshot: Snapshot, before: Snapshot): boolean {
  const [now, then] = [tablesIn(snapshot), tablesIn(before)];
  return now.every((table, at) => {
    const earlier = then[at];
    const isOfRoutes = table.kind.kind.endsWith('Route');
    return table.state === earlier?.state && (isOfRoutes || table.read === earlier.read);
  });
}

/** Why there may be routes that are not in the snapshot, or not readable there. */
export function unseenRoutes({ httpRoutes, grpcRoutes, tlsRoutes }: Snapshot): string | undefined {
  const tables = [httpRoutes, grpcRoutes, tlsRoutes];
  for (const { gap, doubt, unreadable } of tables) {
    const [first] = unreadable;
    const because = doubt ?? gap;
    if (because !== undefined) return because;
    if (first !== undefined) return `${first.object.kind} ${first.object.name} is unreadable`;
  }
  return undefined;
}

type Common = Pick<Route, 'ref' | 'deleting' | 'parents' | 'hostnames' | 'rules'>;

/** What all kinds of rules have in common. */
interface RuleObject {
  readonly filters?: readonly RouteFilter[];
  readonly backendRefs?: readonly (BackendRef & { readonly filters?: readonly RouteFilter[] })[];
}

function resolveCommon(
  snapshot: Snapshot,
  parents: Parents,
  object: Route['object'],
): { readonly common: Common; readonly findings: readonly Finding[] } {
  const ref = refOf(object);
  const attached = (object.spec.parentRefs ?? []).map((_, index) => attach(snapshot, parents, object, index));
  const ours = attached.flatMap(({ parent }) => (parent === undefined ? [] : [parent]));
  const grants = grantsFor(ours);
  const rules: readonly RuleObject[] = object.spec.rules ?? [];
  const resolved = rules.map(({ filters = [], backendRefs = [] }, index) => {
    const backends = backendRefs.map((reference, backend) =>
      resolveBackend(snapshot, reference, { route: ref, rule: index, index: backend }, grants),
    );
    const rule: RouteRule = {
      index,
      filters,
      backendFilters: backendRefs.map((reference) => reference.filters ?? []),
      backends: backends.map(({ backend }) => backend),
    };
    return { rule, findings: backends.flatMap(({ findings }) => findings) };
  });
  return {
    common: {
      ref,
      deleting: object.metadata.deletionTimestamp !== undefined,
      parents: ours,
      hostnames: object.spec.hostnames ?? [],
      rules: resolved.map(({ rule }) => rule),
    },
    findings: [
      ...attached.flatMap(({ findings }) => findings),
      // What backends a route of somebody else's names is somebody else's business.
      ...(ours.length === 0 ? [] : resolved.flatMap(({ findings }) => findings)),
    ],
  };
}

/** A route is the same behind all its gateways: where one of them enforces grants, they are enforced. */
function grantsFor(parents: readonly Parent[]): 'warn' | 'enforce' {
  return parents.some(
    ({ attachment }) =>
      attachment.standing === 'attached' && attachment.parameters.referenceGrants === 'enforce',
  )
    ? 'enforce'
    : 'warn';
}

function doubtOf({ doubt }: { readonly doubt?: string }): { readonly doubt?: string } {
  return doubt === undefined ? {} : { doubt };
}
