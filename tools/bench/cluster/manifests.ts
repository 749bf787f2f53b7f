import type { Unstructured } from '../../../src/kube/object.ts';
import type { Kind } from '../../../src/kinds/object.ts';

export const routes: Kind = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  namespaced: true,
};
export const services: Kind = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  namespaced: true,
};
export const slices: Kind = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
};

export interface Manifest {
  readonly kind: Kind;
  readonly object: Unstructured;
}

/** A shop's worth of manifests again and again: a route to two Services, a Service, and its EndpointSlice of ten endpoints. */
export function shop(count: number): readonly Manifest[] {
  return Array.from({ length: count }, (_, index) => shopPart(index));
}

function shopPart(index: number): Manifest {
  const number = Math.floor(index / 3);
  switch (index % 3) {
    case 0:
      return { kind: routes, object: route(number) };
    case 1:
      return { kind: services, object: service(number) };
    default:
      return { kind: slices, object: slice(number) };
  }
}

function route(number: number): Unstructured {
  const cart = `cart-${number}`;
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: `route-${number}`, namespace: 'default', labels: { app: 'shop' } },
    spec: {
      parentRefs: [{ name: 'shop', sectionName: 'http' }],
      hostnames: [`shop-${number}.example.com`],
      rules: [
        {
          matches: [
            { path: { type: 'PathPrefix', value: '/cart' }, headers: [{ name: 'x-beta', value: 'yes' }] },
          ],
          backendRefs: [
            { name: cart, port: 80, weight: 90 },
            { name: `${cart}-next`, port: 80, weight: 10 },
          ],
        },
        { backendRefs: [{ name: cart, port: 80 }] },
      ],
    },
  };
}

function service(number: number): Unstructured {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `cart-${number}`, namespace: 'default', labels: { app: 'shop' } },
    spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
}

/** Also what a server sends of it, once it has a uid and a version. */
export function slice(number: number): Unstructured {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `cart-${number}-x7k2p`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': `cart-${number}` },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: Array.from({ length: 10 }, (_, index) => ({
      addresses: [`10.${number >> 8}.${number & 255}.${index + 1}`],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: `node-${index}`,
      targetRef: {
        kind: 'Pod',
        namespace: 'default',
        name: `cart-${number}-${index}`,
        uid: uid(number, index),
      },
      zone: 'us-west-2a',
    })),
  };
}

export function uid(number: number, index: number): string {
  return `2b9a7f6e-0000-4000-8000-${String(number * 100 + index).padStart(12, '0')}`;
}
