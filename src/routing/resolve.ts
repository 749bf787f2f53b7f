import type { Finding } from '../findings/finding.ts';
import type { HTTPRoute } from '../kinds/http-route.gen.ts';
import { refKey, refOf } from '../kinds/object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { attach } from './attachment.ts';
import type { GrantMode } from './backends/backends.ts';
import { resolveBackend } from './backends/backends.ts';
import { resolveExports } from './exports.ts';
import type { GatewayFacts, Gateways } from './gateways.ts';
import { resolveGateways } from './gateways.ts';
import { rankMatches } from './precedence.ts';
import type { HttpRoute, HttpRule, OurGateway, Route, Routing } from './routing.ts';

export interface ResolveOptions {
  /** What a reference across namespaces without a ReferenceGrant comes to. */
  readonly referenceGrants: GrantMode;
}

/** The Gateway API's own rules over a snapshot. Knows no cloud, and never throws on what a user wrote. */
export function resolve(
  snapshot: Snapshot,
  { referenceGrants }: ResolveOptions = { referenceGrants: 'warn' },
): Routing {
  const gateways = resolveGateways(snapshot);
  const routes = snapshot.httpRoutes.all.map((route) =>
    resolveHttpRoute(snapshot, gateways, route, referenceGrants),
  );
  const { exports, findings } = resolveExports(snapshot);
  const doubt = snapshot.gateways.doubt ?? snapshot.gatewayClasses.doubt;
  return {
    classes: gateways.classes,
    gateways: [...gateways.ours.values()].map((gateway) => ({
      ...withCounts(
        gateway,
        routes.map(({ route }) => route),
      ),
      ...(doubt === undefined ? {} : { doubt }),
    })),
    routes: routes.map(({ route }) => route),
    exports,
    findings: [
      ...unreadable(snapshot),
      ...gateways.findings,
      ...routes.flatMap(({ findings }) => findings),
      ...findings,
    ],
  };
}

function resolveHttpRoute(
  snapshot: Snapshot,
  gateways: Gateways,
  object: HTTPRoute,
  grants: GrantMode,
): { readonly route: HttpRoute; readonly findings: readonly Finding[] } {
  const ref = refOf(object);
  const { doubt } = snapshot.httpRoutes;
  const attached = (object.spec.parentRefs ?? []).map((_, index) =>
    attach(snapshot, gateways, object, index),
  );
  const parents = attached.flatMap(({ parent }) => (parent === undefined ? [] : [parent]));
  const resolved = object.spec.rules.map((rule, index) => {
    const backends = (rule.backendRefs ?? []).map((reference, backend) =>
      resolveBackend(snapshot, reference, { route: ref, rule: index, index: backend }, grants),
    );
    const one: HttpRule = {
      index,
      object: rule,
      filters: rule.filters ?? [],
      backends: backends.map(({ backend }) => backend),
    };
    return { rule: one, findings: backends.flatMap(({ findings }) => findings) };
  });
  const ofBackends = resolved.flatMap(({ findings }) => findings);
  return {
    route: {
      kind: 'HTTPRoute',
      ref,
      object,
      deleting: object.metadata.deletionTimestamp !== undefined,
      parents,
      hostnames: object.spec.hostnames ?? [],
      rules: resolved.map(({ rule }) => rule),
      matches: rankMatches(object.spec.rules),
      ...(doubt === undefined ? {} : { doubt }),
    },
    findings: [
      ...attached.flatMap(({ findings }) => findings),
      // What backends a route of somebody else's names is somebody else's business.
      ...(parents.length === 0 ? [] : ofBackends),
    ],
  };
}

function withCounts(
  { ref, object, deleting, listeners }: GatewayFacts,
  routes: readonly Route[],
): OurGateway {
  return {
    ref,
    object,
    deleting,
    listeners: listeners.map(({ object: listener, supportedKinds, accepted }) => ({
      name: listener.name,
      port: listener.port,
      protocol: listener.protocol,
      ...(listener.hostname === undefined ? {} : { hostname: listener.hostname }),
      supportedKinds,
      accepted,
      attachedRoutes: routes.filter((route) => isAttached(route, refKey(ref), listener.name)).length,
    })),
  };
}

function isAttached({ deleting, parents }: Route, gateway: string, listener: string): boolean {
  return (
    !deleting &&
    parents.some(
      ({ gateway: parent, attachment }) =>
        refKey(parent) === gateway &&
        attachment.standing === 'attached' &&
        attachment.listeners.some(({ name }) => name === listener),
    )
  );
}

function unreadable(snapshot: Snapshot): readonly Finding[] {
  const tables = [
    snapshot.gatewayClasses,
    snapshot.gateways,
    snapshot.httpRoutes,
    snapshot.referenceGrants,
    snapshot.services,
    snapshot.endpointSlices,
    snapshot.namespaces,
    snapshot.serviceExports,
    snapshot.serviceImports,
  ];
  return tables.flatMap((table) =>
    table.unreadable.map(({ object, problem }) => ({ code: 'unreadable', at: { object }, problem })),
  );
}
