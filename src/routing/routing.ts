import type { Finding } from '../findings/finding.ts';
import type { GatewayClass } from '../kinds/gateway-class.gen.ts';
import type { Gateway, RouteGroupKind } from '../kinds/gateway.gen.ts';
import type { HTTPRoute, HTTPRouteFilter, HTTPRouteMatch, HTTPRouteRule } from '../kinds/http-route.gen.ts';
import type { ObjectRef } from '../kinds/object.ts';
import type { ServiceExport } from '../kinds/service-export.gen.ts';
import type { ParentReference } from '../kinds/shared.gen.ts';
import type { Backend, Endpoints } from './backends/backend.ts';

/**
 * What the Gateway API says about a cluster, and nothing of any cloud: who is attached to what, under which hostnames,
 * by whose permission, in which order matches win, and what the backends are.
 */
export interface Routing {
  readonly classes: readonly GatewayClass[];
  /** Ours, with the deleting ones, by namespace and name. */
  readonly gateways: readonly OurGateway[];
  /** All routes there are, ours or not, by namespace and name: also those that ask for nothing any more. */
  readonly routes: readonly Route[];
  readonly exports: readonly Export[];
  readonly findings: readonly Finding[];
}

export interface OurGateway {
  readonly ref: ObjectRef;
  readonly object: Gateway;
  readonly deleting: boolean;
  readonly listeners: readonly Listener[];
  /** Why nothing can be concluded from this object. */
  readonly doubt?: string;
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  /** What its protocol and its `allowedRoutes.kinds` have in common. */
  readonly supportedKinds: readonly RouteGroupKind[];
  /** Routes can attach: the protocol is one of ours and nobody else claims the same place. */
  readonly accepted: boolean;
  /** How many routes are attached. */
  readonly attachedRoutes: number;
}

/** One kind today; a route of another kind is another member. */
export type Route = HttpRoute;

export interface HttpRoute {
  readonly kind: 'HTTPRoute';
  readonly ref: ObjectRef;
  readonly object: HTTPRoute;
  readonly deleting: boolean;
  /** One per parentRef that names a gateway of ours, or one that may be. */
  readonly parents: readonly Parent[];
  readonly hostnames: readonly string[];
  readonly rules: readonly HttpRule[];
  /** All matches of all rules, the first one wins. */
  readonly matches: readonly RankedMatch[];
  /** Why nothing can be concluded from this object. */
  readonly doubt?: string;
}

export interface Parent {
  /** Index in the route's parentRefs. */
  readonly index: number;
  readonly reference: ParentReference;
  readonly gateway: ObjectRef;
  /** The gateway's own; empty when it is not known. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly attachment: Attachment;
}

export type Attachment =
  | { readonly standing: 'attached'; readonly listeners: readonly AttachedListener[] }
  /** A finding says why. */
  | { readonly standing: 'rejected' }
  | { readonly standing: 'unknown'; readonly because: string };

export interface AttachedListener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** What route and listener have in common; empty: any. */
  readonly hostnames: readonly string[];
}

export interface HttpRule {
  readonly index: number;
  readonly object: HTTPRouteRule;
  readonly filters: readonly HTTPRouteFilter[];
  readonly backends: readonly Backend[];
}

/** One match and the rule it belongs to; both by index. */
export interface RankedMatch {
  readonly rule: number;
  readonly match: number;
  readonly object: HTTPRouteMatch;
}

/** A ServiceExport of ours. */
export interface Export {
  readonly ref: ObjectRef;
  readonly object: ServiceExport;
  /** It is being deleted, or has opted out. */
  readonly leaving: boolean;
  readonly ports: readonly ExportedPort[];
  /** Why nothing may be taken away on the word of this object. */
  readonly doubt?: string;
}

export interface ExportedPort {
  /** The Service's port; absent when a whole Service is exported at once. */
  readonly port?: number;
  readonly routeType: 'HTTP' | 'GRPC' | 'TLS';
  readonly endpoints: Endpoints;
}
