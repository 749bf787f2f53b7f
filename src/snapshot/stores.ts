import type { KubeObject } from '../kinds/object.ts';

/**
 * How surely a store holds all objects of its kind.
 * - `synced`: a complete list, followed by a watch.
 * - `pending`: not yet; what it holds exists, what it lacks may exist too.
 * - `forbidden`: we may not list the kind, and never did; objects of it may exist.
 * - `absent`: the API server does not serve the kind, and never did while we watched.
 * - `vanished`: it served the kind before; its definition is gone, or going. What the store holds then is no longer
 *   anybody's wish, and what it lacks nobody took back.
 */
export type StoreState = 'synced' | 'pending' | 'forbidden' | 'absent' | 'vanished';

/** What one watch has gathered. */
export interface StoreView {
  readonly state: StoreState;
  /** Objects as they came from the wire. */
  list(): readonly KubeObject[];
}

/** All that a pass looks at. */
export interface Stores {
  readonly gatewayClasses: StoreView;
  readonly gateways: StoreView;
  readonly listenerSets: StoreView;
  readonly httpRoutes: StoreView;
  readonly grpcRoutes: StoreView;
  readonly tlsRoutes: StoreView;
  readonly referenceGrants: StoreView;
  readonly backendTlsPolicies: StoreView;
  readonly services: StoreView;
  readonly endpointSlices: StoreView;
  readonly namespaces: StoreView;
  readonly serviceExports: StoreView;
  readonly serviceImports: StoreView;
  readonly iamAuthPolicies: StoreView;
  readonly accessLogPolicies: StoreView;
  /** Those of type `kubernetes.io/tls` are enough. */
  readonly secrets: StoreView;
  readonly configMaps: StoreView;
  /** The Gateway API's version as its definitions tell it, such as `v1.6.1`; absent when nobody has read it. */
  readonly bundleVersion?: string | undefined;
  /** The status of classes has room for the features of this time; older releases had none, or other words. */
  readonly classesListFeatures: boolean;
}
