import type { AccessLogPolicy } from '../kinds/access-log-policy.gen.ts';
import type { BackendTLSPolicy } from '../kinds/backend-tls-policy.gen.ts';
import type { GatewayClass } from '../kinds/gateway-class.gen.ts';
import type { Gateway } from '../kinds/gateway.gen.ts';
import type { GRPCRoute, GRPCRouteFilter, GRPCRouteMatch } from '../kinds/grpc-route.gen.ts';
import type { HTTPRoute, HTTPRouteFilter, HTTPRouteMatch } from '../kinds/http-route.gen.ts';
import type { IAMAuthPolicy } from '../kinds/iam-auth-policy.gen.ts';
import type { ListenerSet } from '../kinds/listener-set.gen.ts';
import type { ObjectRef } from '../kinds/object.ts';
import type { ServiceExport } from '../kinds/service-export.gen.ts';
import type { ParentReference, RouteGroupKind } from '../kinds/shared.gen.ts';
import type { TLSRoute } from '../kinds/tls-route.gen.ts';
import type { Finding } from '../findings/finding.ts';
import type { Backend, Endpoints } from './backends/backend.ts';
import type { Parameters } from './parameters.ts';
import type { RoutesOf } from './routes.ts';

/**
 * What the Gateway API says about a cluster, and nothing of any cloud: who is attached to what, under which hostnames,
 * by whose permission, in which order matches win, and what the backends are.
 */
export interface Routing {
  readonly classes: readonly OurClass[];
  /** Ours, with the deleting ones, by namespace and name. */
  readonly gateways: readonly OurGateway[];
  /** Ours once, and somebody else's by now. */
  readonly formerGateways: readonly Gateway[];
  /** Those that name a gateway of ours, by namespace and name. */
  readonly listenerSets: readonly OurListenerSet[];
  /** All routes there are, ours or not, by kind, namespace and name: also those that ask for nothing any more. */
  readonly routes: readonly Route[];
  /** Whence they come. */
  readonly routesOf: RoutesOf;
  readonly exports: readonly Export[];
  readonly backendTlsPolicies: readonly OurBackendTlsPolicy[];
  /** The oldest first, as those below. */
  readonly iamAuthPolicies: readonly OurPolicy<IAMAuthPolicy>[];
  readonly accessLogPolicies: readonly OurPolicy<AccessLogPolicy>[];
  /** Why there may be routes that are not here. Absent: these are all. */
  readonly unseenRoutes?: string;
  readonly findings: readonly Finding[];
}

export interface OurClass {
  readonly object: GatewayClass;
  /** What its gateways begin with; undefined while that is wrong. */
  readonly parameters: Parameters | undefined;
  /** Why nothing can be concluded from this object. */
  readonly doubt?: string;
}

export interface OurGateway {
  readonly ref: ObjectRef;
  readonly object: Gateway;
  readonly deleting: boolean;
  /** What it says itself, without its listener sets. */
  readonly listeners: readonly Listener[];
  /** Undefined while they are wrong, or nobody can tell: then nothing of it changes. */
  readonly parameters: Parameters | undefined;
  readonly attachedListenerSets: number;
  /** Why nothing can be concluded from this object. */
  readonly doubt?: string;
}

/** A ListenerSet that names a gateway of ours. */
export interface OurListenerSet {
  readonly ref: ObjectRef;
  readonly object: ListenerSet;
  readonly gateway: ObjectRef;
  readonly standing: 'allowed' | 'refused' | 'unknown';
  readonly listeners: readonly Listener[];
  readonly doubt?: string;
}

export interface Listener {
  readonly name: string;
  /** What its protocol and its `allowedRoutes.kinds` have in common. */
  readonly supportedKinds: readonly RouteGroupKind[];
  /** Routes can attach: we know the protocol and the mode, and nobody else claims the same place. */
  readonly accepted: boolean;
  /** Whether the certificates it refers to are there and may be used; undefined while nobody can tell. */
  readonly resolved: boolean | undefined;
  /** How many routes are attached. */
  readonly attachedRoutes: number;
}

/** What every kind of route has. */
interface RouteOf<Kind extends string, Object> {
  readonly kind: Kind;
  readonly ref: ObjectRef;
  readonly object: Object;
  readonly deleting: boolean;
  /** One per parentRef that names a gateway of ours, or one that may be. */
  readonly parents: readonly Parent[];
  readonly hostnames: readonly string[];
  readonly rules: readonly RouteRule[];
  /** Why nothing can be concluded from this object. */
  readonly doubt?: string;
}

export interface HttpRoute extends RouteOf<'HTTPRoute', HTTPRoute> {
  /** All matches of all rules, the first one wins. */
  readonly matches: readonly RankedMatch<HTTPRouteMatch>[];
}

export interface GrpcRoute extends RouteOf<'GRPCRoute', GRPCRoute> {
  readonly matches: readonly RankedMatch<GRPCRouteMatch>[];
}

/** It matches by the name that the client asks for, and by nothing else. */
export type TlsRoute = RouteOf<'TLSRoute', TLSRoute>;

export type Route = HttpRoute | GrpcRoute | TlsRoute;

export interface Parent {
  /** Index in the route's parentRefs. */
  readonly index: number;
  readonly reference: ParentReference;
  /** What the reference names: a gateway, or a listener set. */
  readonly holder: ObjectRef;
  /** The gateway, also where the reference names one of its listener sets. */
  readonly gateway: ObjectRef;
  /** The gateway's own; empty when it is not known. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly attachment: Attachment;
}

export type Attachment =
  | {
      readonly standing: 'attached';
      readonly listeners: readonly AttachedListener[];
      readonly parameters: Parameters;
    }
  /** A finding says why. */
  | { readonly standing: 'rejected' }
  | { readonly standing: 'unknown'; readonly because: string };

export interface AttachedListener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** What route and listener have in common; empty: any. */
  readonly hostnames: readonly string[];
  /** `tls.mode`; absent without `tls`. */
  readonly tlsMode?: string;
  /** `tls.options`, which mean what the class makes of them. */
  readonly tlsOptions: Readonly<Record<string, string>>;
}

export type RouteFilter = HTTPRouteFilter | GRPCRouteFilter;

export interface RouteRule {
  readonly index: number;
  readonly filters: readonly RouteFilter[];
  /** Filters of single backends, by the backend's index. */
  readonly backendFilters: readonly (readonly RouteFilter[])[];
  readonly backends: readonly Backend[];
}

/** One match and the rule it belongs to; both by index. */
export interface RankedMatch<Match> {
  readonly rule: number;
  readonly match: number;
  readonly object: Match;
  /** By what it wins over others, the weightiest first. */
  readonly weights: readonly number[];
}

/** A BackendTLSPolicy for a Service that a route of ours uses, or once did. */
export interface OurBackendTlsPolicy {
  readonly ref: ObjectRef;
  readonly object: BackendTLSPolicy;
  /** Ours that have such a route, by first use. */
  readonly gateways: readonly ObjectRef[];
}

/** A policy of ours that is attached to a Gateway or a route as a whole. */
export interface OurPolicy<Object extends IAMAuthPolicy | AccessLogPolicy> {
  readonly ref: ObjectRef;
  readonly object: Object;
  readonly deleting: boolean;
  readonly target: PolicyTarget;
  /** Why nothing can be concluded from this object. */
  readonly doubt?: string;
}

export type PolicyTarget =
  | { readonly standing: 'attached'; readonly ref: ObjectRef }
  /** A finding says why. */
  | { readonly standing: 'refused' }
  | { readonly standing: 'unknown'; readonly because: string };

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
