import type { Finding } from '../findings/finding.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refKey } from '../kinds/object.ts';
import { tablesIn } from '../snapshot/snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { resolveBackendTls } from './backend-tls.ts';
import { resolveExports } from './exports.ts';
import type { GatewayFacts } from './gateways.ts';
import { resolveGateways } from './gateways.ts';
import type { ListenerSetFacts } from './listener-sets.ts';
import { resolveListenerSets } from './listener-sets.ts';
import { isValid } from './listeners.ts';
import type { ListenerFacts } from './listeners.ts';
import { resolvePolicies } from './policies.ts';
import { resolveRoutes, unseenRoutes } from './routes.ts';
import type { Listener, OurGateway, OurListenerSet, Route, Routing } from './routing.ts';

/**
 * The Gateway API's own rules over a snapshot. Knows no cloud, and never throws on what a user wrote. What came of an earlier
 * snapshot saves judging again what would come out the same.
 */
export function resolve(snapshot: Snapshot, before?: Routing): Routing {
  const gateways = resolveGateways(snapshot);
  const listenerSets = resolveListenerSets(snapshot, gateways);
  const routesOf = resolveRoutes(snapshot, { gateways, listenerSets }, before?.routesOf);
  const resolved = [...routesOf.resolved.values()];
  const { exports, findings } = resolveExports(snapshot);
  const routes = resolved.map(({ route }) => route);
  const backendTls = resolveBackendTls(snapshot, routes);
  const policies = resolvePolicies(snapshot, { gateways, routes });
  const doubt = snapshot.gateways.doubt ?? snapshot.gatewayClasses.doubt;
  const ofSets = snapshot.listenerSets.doubt ?? doubt;
  const sets = [...listenerSets.ours.values()];
  const unseen = unseenRoutes(snapshot);
  return {
    classes: gateways.classes,
    gateways: [...gateways.ours.values()].map((gateway) => ({
      ...concludeGateway(gateway, sets, routes),
      ...doubtOf(doubt ?? doubtAboutParameters(gateway)),
    })),
    formerGateways: snapshot.gateways.doubt === undefined ? gateways.former : [],
    listenerSets: sets.map((set) => ({
      ...concludeSet(set, routes),
      ...doubtOf(ofSets),
    })),
    routes,
    routesOf,
    exports,
    backendTlsPolicies: backendTls.policies,
    iamAuthPolicies: policies.iamAuthPolicies,
    accessLogPolicies: policies.accessLogPolicies,
    ...(unseen === undefined ? {} : { unseenRoutes: unseen }),
    findings: [
      ...unreadable(snapshot),
      ...gateways.findings,
      ...listenerSets.findings,
      ...resolved.flatMap((one) => one.findings),
      ...findings,
      ...backendTls.findings,
      ...policies.findings,
    ],
  };
}

function doubtAboutParameters({ parameters }: GatewayFacts): string | undefined {
  return 'because' in parameters && !parameters.invalid ? parameters.because : undefined;
}

function doubtOf(doubt: string | undefined): { readonly doubt?: string } {
  return doubt === undefined ? {} : { doubt };
}

function concludeGateway(
  { ref, object, deleting, listeners, parameters }: GatewayFacts,
  sets: readonly ListenerSetFacts[],
  routes: readonly Route[],
): OurGateway {
  return {
    ref,
    object,
    deleting,
    listeners: listeners.map((listener) => withCount(listener, routes)),
    parameters: 'because' in parameters ? undefined : parameters,
    attachedListenerSets: sets.filter(
      (set) => refKey(set.gateway) === refKey(ref) && set.listeners.some(isValid),
    ).length,
  };
}

function concludeSet(
  { ref, object, gateway, standing, listeners }: ListenerSetFacts,
  routes: readonly Route[],
): OurListenerSet {
  return {
    ref,
    object,
    gateway,
    standing: standing.standing,
    listeners: listeners.map((listener) => withCount(listener, routes)),
  };
}

function withCount(
  { holder, object, supportedKinds, accepted, resolved }: ListenerFacts,
  routes: readonly Route[],
): Listener {
  const attachedRoutes = routes.filter((route) => isAttached(route, holder, object.name)).length;
  return { name: object.name, supportedKinds, accepted, resolved, attachedRoutes };
}

function isAttached({ deleting, parents }: Route, holder: ObjectRef, listener: string): boolean {
  return (
    !deleting &&
    parents.some(
      (parent) =>
        refKey(parent.holder) === refKey(holder) &&
        parent.attachment.standing === 'attached' &&
        parent.attachment.listeners.some(({ name }) => name === listener),
    )
  );
}

function unreadable(snapshot: Snapshot): readonly Finding[] {
  return tablesIn(snapshot).flatMap((table) =>
    table.unreadable.map(({ object, problem }) => ({ code: 'unreadable', at: { object }, problem })),
  );
}
