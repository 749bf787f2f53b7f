import type { KubeObject } from '../../../src/kinds/object.ts';
import { tlsOptions } from '../../../src/kinds/names.ts';
import { endpointSlice, gatewayClass, object, service } from '../manifests.ts';
import type { PodShape } from '../manifests.ts';

/** All that people want of one gateway in every way that there is of asking for it. */
export interface Landscape {
  readonly mapping: 'perRoute' | 'perHostname';
  /** Absent: as the form of the mapping has it. */
  readonly grants?: 'warn' | 'enforce';
  /** The certificate that its listener for HTTPS names; absent: it has none. */
  readonly certificate?: string;
  readonly passesTls: boolean;
  /** A listener set adds a port to the gateway. */
  readonly hasMore: boolean;
  readonly routes: readonly LandRoute[];
  readonly services: Readonly<Record<'svc0' | 'svc1', readonly PodShape[]>>;
  /** Another namespace, with a Service; absent: there is none. */
  readonly stock?: { readonly pods: readonly PodShape[]; readonly granted: boolean };
  readonly checksBackends: boolean;
}

export interface LandRoute {
  readonly kind: 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute';
  readonly name: string;
  readonly namespace: 'default' | 'stock';
  readonly hostnames: readonly string[];
  /** Of the gateway, or all that fit; `more`: of the listener set. */
  readonly listener?: ListenerName;
  readonly rules: readonly LandRule[];
}

export type ListenerName = 'http' | 'https' | 'tls' | 'more';

export interface LandRule {
  /** Of a gRPC route: `prefix` of the method's service. */
  readonly match: LandMatch;
  readonly backends: readonly LandBackend[];
}

export interface LandMatch {
  readonly type: 'Exact' | 'PathPrefix';
  readonly path: string;
  readonly header?: string;
}

export interface LandBackend {
  readonly name: 'svc0' | 'svc1' | 'shelf' | 'nothing';
  readonly weight: number;
}

export const grpcService = 'hello.Greeter';

/** In an order in which they can be applied. */
export function manifestsOf(land: Landscape): readonly KubeObject[] {
  const { services, stock, routes, hasMore, checksBackends } = land;
  return [
    gatewayClass(),
    parameters(land),
    ...(stock === undefined ? [] : stockOf(stock)),
    ...Object.entries(services).flatMap(([name, pods]) => serviceOf(name, pods, 'default')),
    gatewayOf(land),
    ...(hasMore ? [more] : []),
    ...routes.map(routeOf),
    ...(checksBackends ? [backendTls] : []),
  ];
}

const group = 'gateway.networking.k8s.io';
const here = { namespace: 'default' };
const forAll = { allowedRoutes: { namespaces: { from: 'All' } } };

function parameters({ mapping, grants }: Landscape): KubeObject {
  const data = { mapping, ...(grants === undefined ? {} : { referenceGrants: grants }) };
  return object('v1', 'ConfigMap', { ...here, name: 'lattice' }, { data });
}

function gatewayOf({ certificate, passesTls }: Landscape): KubeObject {
  const options = { [tlsOptions.certificateArn]: certificate };
  const listeners = [
    { name: 'http', port: 80, protocol: 'HTTP', ...forAll },
    ...(certificate === undefined
      ? []
      : [{ name: 'https', port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate', options }, ...forAll }]),
    ...(passesTls
      ? [{ name: 'tls', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' }, ...forAll }]
      : []),
  ];
  const spec = {
    gatewayClassName: 'lattice',
    infrastructure: { parametersRef: { group: '', kind: 'ConfigMap', name: 'lattice' } },
    allowedListeners: { namespaces: { from: 'Same' } },
    listeners,
  };
  return object(`${group}/v1`, 'Gateway', { ...here, name: 'main' }, { spec });
}

const more = object(
  `${group}/v1`,
  'ListenerSet',
  { ...here, name: 'more' },
  {
    spec: {
      parentRef: { name: 'main' },
      listeners: [{ name: 'more', port: 8080, protocol: 'HTTP', ...forAll }],
    },
  },
);

const backendTls = object(
  `${group}/v1`,
  'BackendTLSPolicy',
  { ...here, name: 'checked' },
  {
    spec: {
      targetRefs: [{ group: '', kind: 'Service', name: 'svc0' }],
      validation: { hostname: 'svc0.example', wellKnownCACertificates: 'System' },
    },
  },
);

function stockOf({ pods, granted }: NonNullable<Landscape['stock']>): readonly KubeObject[] {
  const spec = {
    from: ['HTTPRoute', 'GRPCRoute', 'TLSRoute'].map((kind) => ({ group, kind, namespace: 'default' })),
    to: [{ group: '', kind: 'Service' }],
  };
  const grant = object(`${group}/v1`, 'ReferenceGrant', { name: 'open', namespace: 'stock' }, { spec });
  return [
    object('v1', 'Namespace', { name: 'stock' }, {}),
    ...serviceOf('shelf', pods, 'stock'),
    ...(granted ? [grant] : []),
  ];
}

function serviceOf(name: string, pods: readonly PodShape[], namespace: string): readonly KubeObject[] {
  const shape = { name, ports: [80], pods };
  return [service(shape), endpointSlice(shape)].map((one) => ({
    ...one,
    metadata: { ...one.metadata, namespace },
  }));
}

function routeOf({ kind, name, namespace, hostnames, listener, rules }: LandRoute): KubeObject {
  const parent =
    listener === 'more'
      ? { group, kind: 'ListenerSet', name: 'more', namespace: 'default' }
      : { name: 'main', namespace: 'default', ...(listener === undefined ? {} : { sectionName: listener }) };
  const spec = {
    parentRefs: [parent],
    hostnames,
    rules: rules.map(({ match, backends }) => ({
      ...matchesOf(kind, match),
      backendRefs: backends.map((backend) => ({
        name: backend.name,
        ...(backend.name === 'shelf' ? { namespace: 'stock' } : {}),
        port: 80,
        weight: backend.weight,
      })),
    })),
  };
  return object(`${group}/v1`, kind, { name, namespace }, { spec });
}

function matchesOf(kind: LandRoute['kind'], { type, path, header }: LandMatch): object {
  switch (kind) {
    case 'HTTPRoute': {
      const headers = header === undefined ? {} : { headers: [{ name: 'x-v', value: header }] };
      return { matches: [{ path: { type, value: path }, ...headers }] };
    }
    case 'GRPCRoute':
      return { matches: [{ method: { service: grpcService } }] };
    case 'TLSRoute':
      return {};
  }
}
