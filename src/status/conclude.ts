import { refKey } from '../kinds/object.ts';
import { concludeBackendTlsPolicy } from './backend-tls-policy.ts';
import { concludeFinalizers } from './finalizers.ts';
import { concludeGatewayClass } from './gateway-class.ts';
import { concludeGateway } from './gateway.ts';
import { concludeListenerSet } from './listener-set.ts';
import { concludeAccessLogPolicy, concludeIamAuthPolicy } from './policy.ts';
import type { Pass } from './pass.ts';
import { indexPass } from './pass.ts';
import { conclusionOf } from './route-conclusion.ts';
import type { RouteConclusion } from './route-conclusion.ts';
import { concludeServiceExport } from './service-export.ts';
import type { Write } from './write.ts';

/** All that a pass has to tell the cluster. */
export interface Conclusions {
  readonly writes: readonly Write[];
  /** By `refKey`. */
  readonly routes: ReadonlyMap<string, RouteConclusion>;
}

/**
 * Conditions, addresses, annotations, finalizers and events, as differences against the snapshot. What is as it should be
 * is not written; applied once, it gives nothing the second time. Earlier conclusions save drawing the same again.
 */
export function conclude(pass: Pass, before?: Conclusions): Conclusions {
  const indexed = indexPass(pass);
  const { classes, gateways, listenerSets, exports, backendTlsPolicies } = pass.routing;
  const { iamAuthPolicies, accessLogPolicies } = pass.routing;
  const routes = new Map(
    pass.routing.routes.map((route) => {
      const key = refKey(route.ref);
      return [key, conclusionOf(indexed, route, before?.routes.get(key))];
    }),
  );
  const writes = [
    // First: everything else of an object may fail without holding up what its finalizer is waited for.
    ...concludeFinalizers(indexed),
    ...classes.flatMap((ours) => concludeGatewayClass(indexed, ours)),
    ...gateways.flatMap((gateway) => concludeGateway(indexed, gateway)),
    ...listenerSets.flatMap((set) => concludeListenerSet(indexed, set)),
    ...[...routes.values()].flatMap((route) => route.writes),
    ...backendTlsPolicies.flatMap((policy) => concludeBackendTlsPolicy(indexed, policy)),
    ...exports.flatMap((exported) => concludeServiceExport(indexed, exported)),
    ...iamAuthPolicies.flatMap((policy) => concludeIamAuthPolicy(indexed, policy)),
    ...accessLogPolicies.flatMap((policy) => concludeAccessLogPolicy(indexed, policy)),
  ];
  return { writes, routes };
}
