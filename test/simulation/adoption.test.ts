/** What a cluster's first pass does where the AWS Gateway API Controller has been at work: nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations, tlsOptions } from '../../src/kinds/names.ts';
import type { KubeObject } from '../../src/kinds/object.ts';
import type { Account } from './account.ts';
import { endpointSlice, gatewayClass, service } from './manifests.ts';
import { exactly, predecessor, prefixed } from './predecessor.ts';
import type { Predecessor } from './predecessor.ts';
import { begin, certificate, gateway, object } from './scene.ts';

const vpcId = 'vpc-0b10e000000000000';

interface Adopted {
  readonly made: (by: Predecessor, account: Account) => void;
  readonly manifests: readonly KubeObject[];
  readonly definitions?: readonly string[];
}

/** Starts beside what was made, and gives what the controller changed until nothing happened any more. */
async function takeOver({ made, manifests, definitions = [] }: Adopted) {
  const scene = await begin({
    definitions,
    account: (account) => made(predecessor(account, { clusterName: 'blue', vpcId }), account),
    // What was made long ago is active.
    latency: 'none',
    empty: true,
  });
  await scene.apply(gatewayClass(), ...manifests);
  await scene.settle();
  const [first] = [scene.mutations()];
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  assert.deepEqual(scene.problems(), []);
  return { scene, changed: first };
}

function pods(name: string, address: string, ports: readonly number[] = [80]): readonly KubeObject[] {
  const shape = { name, ports, pods: [{ address, state: 'ready' }] } as const;
  return [service(shape), endpointSlice(shape)];
}

function plainGateway(listeners: readonly object[]): KubeObject {
  return gateway({ infrastructure: undefined, listeners });
}

const http = { name: 'http', port: 80, protocol: 'HTTP' };

test('routes by path and by weight, as people have them who began with my-hotel, are taken over without a change', async () => {
  const { changed, scene } = await takeOver({
    made: (by) => {
      const network = by.network('main');
      const parking = by.group({
        kind: 'HTTPRoute',
        route: 'rates',
        service: 'parking',
        targets: ['10.0.0.1:8080'],
      });
      const review = by.group({
        kind: 'HTTPRoute',
        route: 'rates',
        service: 'review',
        targets: ['10.0.0.2:8080'],
      });
      by.service({
        route: 'rates',
        type: 'http',
        networks: [network],
        listeners: [
          {
            port: 80,
            protocol: 'HTTP',
            rules: [
              { priority: 1, match: prefixed('/parking'), forward: { [parking]: 1 } },
              { priority: 2, match: prefixed('/review'), forward: { [review]: 1 } },
            ],
          },
        ],
      });
      const one = by.group({
        kind: 'HTTPRoute',
        route: 'inventory',
        service: 'inventory-ver1',
        targets: ['10.0.0.3:8080'],
      });
      const two = by.group({ kind: 'ServiceExport', service: 'inventory-ver2', targets: ['10.0.0.4:8080'] });
      by.service({
        route: 'inventory',
        type: 'http',
        networks: [network],
        listeners: [
          {
            port: 80,
            protocol: 'HTTP',
            rules: [{ priority: 1, match: prefixed('/'), forward: { [one]: 10, [two]: 90 } }],
          },
        ],
      });
    },
    manifests: [
      plainGateway([http]),
      ...pods('parking', '10.0.0.1'),
      ...pods('review', '10.0.0.2'),
      ...pods('inventory-ver1', '10.0.0.3'),
      ...pods('inventory-ver2', '10.0.0.4'),
      exported('inventory-ver2'),
      imported('inventory-ver2'),
      routeOf('HTTPRoute', 'rates', [
        { matches: [path('PathPrefix', '/parking')], backendRefs: [{ name: 'parking', port: 80 }] },
        { matches: [path('PathPrefix', '/review')], backendRefs: [{ name: 'review', port: 80 }] },
      ]),
      routeOf('HTTPRoute', 'inventory', [
        {
          backendRefs: [
            { name: 'inventory-ver1', port: 80, weight: 10 },
            {
              group: 'application-networking.k8s.aws',
              kind: 'ServiceImport',
              name: 'inventory-ver2',
              weight: 90,
            },
          ],
        },
      ]),
    ],
  });
  assert.deepEqual(changed, []);
  assert.deepEqual(await scene.conditions('HTTPRoute'), [
    'Accepted=True Programmed=True ResolvedRefs=True',
    'Accepted=True Programmed=True ResolvedRefs=True',
  ]);
});

test('a route with methods, headers, a domain, a certificate and tags of its own is taken over without a change', async () => {
  const tags = { Environment: 'Dev', CostCenter: '42' };
  const match = {
    method: 'GET',
    pathMatch: { match: { exact: '/exact' }, caseSensitive: true },
    headerMatches: [
      { name: 'x-one', match: { exact: '1' }, caseSensitive: false },
      { name: 'x-two', match: { exact: '2' }, caseSensitive: false },
    ],
  };
  const { changed } = await takeOver({
    made: (by) => {
      const network = by.network('main');
      const shop = by.group({
        kind: 'HTTPRoute',
        route: 'a-name-that-is-longer-than-others',
        service: 'shop',
        targets: ['10.0.0.1:8080'],
      });
      const rules = [
        { priority: 1, match, forward: { [shop]: 1 } },
        { priority: 2, match: prefixed('/'), forward: { [shop]: 1 } },
      ];
      by.service({
        route: 'a-name-that-is-longer-than-others',
        type: 'http',
        hostname: 'shop.example.com',
        certificateArn: certificate('one'),
        networks: [network],
        tags,
        listeners: [
          { port: 80, protocol: 'HTTP', rules },
          { port: 443, protocol: 'HTTPS', rules },
        ],
      });
    },
    manifests: [
      plainGateway([
        http,
        {
          name: 'https',
          port: 443,
          protocol: 'HTTPS',
          tls: { mode: 'Terminate', options: { [tlsOptions.certificateArn]: certificate('one') } },
        },
      ]),
      ...pods('shop', '10.0.0.1'),
      annotated(
        routeOf(
          'HTTPRoute',
          'a-name-that-is-longer-than-others',
          [
            {
              matches: [
                {
                  path: { type: 'Exact', value: '/exact' },
                  method: 'GET',
                  headers: [
                    { name: 'x-one', value: '1' },
                    { name: 'x-two', value: '2' },
                  ],
                },
              ],
              backendRefs: [{ name: 'shop', port: 80 }],
            },
            { matches: [path('PathPrefix', '/')], backendRefs: [{ name: 'shop', port: 80 }] },
          ],
          ['shop.example.com'],
        ),
        { [annotations.tags]: 'Environment=Dev,CostCenter=42' },
      ),
    ],
  });
  assert.deepEqual(changed, []);
});

test('gRPC by method and TLS that passes through are taken over without a change', async () => {
  const { changed } = await takeOver({
    definitions: ['tlsroutes', 'grpcroutes'],
    made: (by) => {
      const network = by.network('main');
      const greeter = by.group({
        kind: 'GRPCRoute',
        route: 'greeter',
        service: 'greeter',
        targets: ['10.0.0.1:8080'],
      });
      by.service({
        route: 'greeter',
        type: 'grpc',
        networks: [network],
        listeners: [
          {
            port: 443,
            protocol: 'HTTPS',
            rules: [
              { priority: 1, match: exactly('/helloworld.Greeter/SayHello'), forward: { [greeter]: 1 } },
              { priority: 2, match: { ...prefixed('/'), method: 'POST' }, forward: { [greeter]: 1 } },
            ],
          },
        ],
      });
      const passed = by.group({
        kind: 'TLSRoute',
        route: 'passed',
        service: 'tls',
        targets: ['10.0.0.2:8080'],
      });
      by.service({
        route: 'passed',
        type: 'tls',
        hostname: 'tls.example.com',
        networks: [network],
        listeners: [{ port: 444, protocol: 'TLS_PASSTHROUGH', forward: { [passed]: 1 } }],
      });
    },
    manifests: [
      plainGateway([
        { name: 'https', port: 443, protocol: 'HTTPS', tls: certificates },
        { name: 'tls', port: 444, protocol: 'TLS', tls: { mode: 'Passthrough' } },
      ]),
      ...pods('greeter', '10.0.0.1'),
      ...pods('tls', '10.0.0.2'),
      routeOf('GRPCRoute', 'greeter', [
        {
          matches: [{ method: { service: 'helloworld.Greeter', method: 'SayHello' } }],
          backendRefs: [{ name: 'greeter', port: 80 }],
        },
        { backendRefs: [{ name: 'greeter', port: 80 }] },
      ]),
      routeOf('TLSRoute', 'passed', [{ backendRefs: [{ name: 'tls', port: 80 }] }], ['tls.example.com']),
    ],
  });
  assert.deepEqual(changed, []);
});

test('a route outside all networks is taken over without a change', async () => {
  const { changed } = await takeOver({
    made: (by) => {
      by.network('main');
      const shop = by.group({
        kind: 'HTTPRoute',
        route: 'alone',
        service: 'shop',
        targets: ['10.0.0.1:8080'],
      });
      by.service({
        route: 'alone',
        type: 'http',
        name: 'chosen-name',
        networks: [],
        listeners: [
          {
            port: 80,
            protocol: 'HTTP',
            rules: [{ priority: 1, match: prefixed('/'), forward: { [shop]: 1 } }],
          },
        ],
      });
    },
    manifests: [
      plainGateway([http]),
      ...pods('shop', '10.0.0.1'),
      annotated(routeOf('HTTPRoute', 'alone', [{ backendRefs: [{ name: 'shop', port: 80 }] }]), {
        [annotations.standalone]: 'true',
        [annotations.serviceNameOverride]: 'chosen-name',
      }),
    ],
  });
  assert.deepEqual(changed, []);
});

const certificates = { mode: 'Terminate', certificateRefs: [{ name: 'dummy' }] };

function path(type: string, value: string): object {
  return { path: { type, value } };
}

function routeOf(
  kind: string,
  name: string,
  rules: readonly object[],
  hostnames?: readonly string[],
): KubeObject {
  return object(kind, name, {
    parentRefs: [{ name: 'main' }],
    ...(hostnames === undefined ? {} : { hostnames }),
    rules,
  });
}

function annotated(one: KubeObject, values: Readonly<Record<string, string>>): KubeObject {
  return { ...one, metadata: { ...one.metadata, annotations: values } };
}

function exported(name: string): KubeObject {
  const spec = { exportedPorts: [{ port: 80, routeType: 'HTTP' }] };
  const metadata = {
    name,
    namespace: 'default',
    annotations: { [annotations.federation]: 'amazon-vpc-lattice' },
  };
  const one = { apiVersion: 'application-networking.k8s.aws/v1alpha1', kind: 'ServiceExport', metadata };
  return Object.assign(one, { spec });
}

function imported(name: string): KubeObject {
  const one = {
    apiVersion: 'application-networking.k8s.aws/v1alpha1',
    kind: 'ServiceImport',
    metadata: { name, namespace: 'default' },
  };
  return Object.assign(one, { spec: { type: 'ClusterSetIP', ports: [{ port: 80, protocol: 'TCP' }] } });
}
