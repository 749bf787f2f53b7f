import { kinds } from '../../../../src/kinds/kinds.ts';
import type { Kind } from '../../../../src/kinds/object.ts';
import type { Unstructured } from '../../../../src/kube/object.ts';
import { quotas } from '../../../../src/local/state/quotas.ts';
import { gateway, gatewayClass } from '../manifests.ts';

/** What the account has to be allowed for that: limits by the codes of their quotas. */
export const raisedQuotas: Readonly<Record<string, number>> = Object.fromEntries(
  [quotas.services, quotas.targetGroups, quotas.servicesPerNetwork].map(({ code }) => [code, 10_000]),
);

export interface Manifest {
  readonly kind: Kind;
  readonly object: Unstructured;
}

/** One gateway, and routes with a Service of their own each, behind which are so many pods of which only the addresses exist. */
export function manyRoutes(count: number, pods: number): readonly Manifest[] {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return [
    { kind: kinds.GatewayClass, object: gatewayClass },
    { kind: kinds.Gateway, object: gateway },
    ...numbers.flatMap((number) => [service(number), slice(number, pods)]),
    ...numbers.map((number) => route(number, [[number, 1]])),
  ];
}

/** With weights of several Services, by their numbers. */
export function route(number: number, shares: readonly (readonly [service: number, weight: number])[]) {
  return {
    kind: kinds.HTTPRoute,
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: `route-${number}`, namespace },
      spec: {
        parentRefs: [{ name: 'bench' }],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            backendRefs: shares.map(([name, weight]) => ({ name: `service-${name}`, port: 80, weight })),
          },
        ],
      },
    },
  };
}

/** The pods of a Service; those of another generation have other addresses. */
export function slice(number: number, pods: number, generation = 0) {
  const name = `service-${number}`;
  return {
    kind: kinds.EndpointSlice,
    object: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      endpoints: Array.from({ length: pods }, (_, pod) => ({
        addresses: [`10.${64 + (number >> 8)}.${number & 255}.${1 + pod + generation * 100}`],
        conditions: { ready: true, serving: true, terminating: false },
      })),
    },
  };
}

function service(number: number) {
  return {
    kind: kinds.Service,
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `service-${number}`, namespace },
      spec: { ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] },
    },
  };
}

const namespace = 'default';
