/** What a cluster's first pass does where the AWS Gateway API Controller has been at work: nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations, rulePriorityAnnotation, tlsOptions } from '../../src/kinds/names.ts';
import type { KubeObject } from '../../src/kinds/object.ts';
import {
  annotated,
  certificates,
  exported,
  http,
  imported,
  path,
  plainGateway,
  pods,
  routeOf,
  takeOver,
} from './installation.ts';
import { policy } from './policies.ts';
import type { PolicyTarget } from './policies.ts';
import { exactly, prefixed } from './predecessor.ts';
import type { Predecessor } from './predecessor.ts';
import { certificate } from './scene.ts';

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

test('policies are taken over without a change', async () => {
  const document =
    '{ "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" }] }';
  const to = { network: 'arn:aws:s3:::calls-of-all', service: 'arn:aws:s3:::calls-of-rates' };
  let network = '';
  let rates = '';
  const protecting = (name: string, target: PolicyTarget, id: string): KubeObject =>
    annotated(policy({ kind: 'IAMAuthPolicy', name, target, says: document }), {
      [annotations.iamAuthPolicyResourceId]: id,
    });
  const { changed, scene } = await takeOver({
    made: (by) => {
      network = by.network('main');
      const parking = by.group({
        kind: 'HTTPRoute',
        route: 'rates',
        service: 'parking',
        targets: ['10.0.0.1:8080'],
      });
      const rules = [{ priority: 1, match: prefixed('/'), forward: { [parking]: 1 } }];
      const listeners = [{ port: 80, protocol: 'HTTP', rules }] as const;
      rates = by.service({ route: 'rates', type: 'http', networks: [network], listeners });
      by.protect(network, document);
      by.protect(rates, document);
      by.log(network, { policy: 'all', to: to.network });
      by.log(rates, { policy: 'some', to: to.service });
    },
    manifests: () => [
      plainGateway([http]),
      ...pods('parking', '10.0.0.1'),
      routeOf('HTTPRoute', 'rates', [{ backendRefs: [{ name: 'parking', port: 80 }] }]),
      protecting('all', { kind: 'Gateway', name: 'main' }, network),
      protecting('some', { kind: 'HTTPRoute', name: 'rates' }, rates),
      policy({
        kind: 'AccessLogPolicy',
        name: 'all',
        target: { kind: 'Gateway', name: 'main' },
        says: to.network,
      }),
      policy({
        kind: 'AccessLogPolicy',
        name: 'some',
        target: { kind: 'HTTPRoute', name: 'rates' },
        says: to.service,
      }),
    ],
  });
  assert.deepEqual(changed, []);
  for (const kind of ['IAMAuthPolicy', 'AccessLogPolicy'] as const) {
    const told = 'Accepted=True Programmed=True';
    assert.deepEqual(await scene.conditions(kind), [told, told]);
  }
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
        tags,
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

test('a certificate that the predecessor found in ACM, newer ones of other kinds beside it, is taken over without a change', async () => {
  const { changed, scene } = await takeOver({
    made: (by, { foreign }) => {
      const issued = (domainName: string, keyAlgorithm: string): string => {
        const input = {
          domainName,
          otherNames: [],
          validationMethod: 'DNS',
          keyAlgorithm,
          tags: {},
        } as const;
        return foreign({ op: 'RequestCertificate', input }).arn;
      };
      const found = issued('shop.example.com', 'RSA_2048');
      issued('*.example.com', 'RSA_2048');
      // It has never seen these.
      issued('shop.example.com', 'RSA_4096');
      issued('shop.example.com', 'EC_prime256v1');
      const network = by.network('main');
      const group = {
        kind: 'HTTPRoute',
        route: 'shop',
        service: 'shop',
        targets: ['10.0.0.1:8080'],
      } as const;
      const rules = [{ priority: 1, match: prefixed('/'), forward: { [by.group(group)]: 1 } }];
      by.service({
        route: 'shop',
        type: 'http',
        hostname: 'shop.example.com',
        certificateArn: found,
        networks: [network],
        listeners: [{ port: 443, protocol: 'HTTPS', rules }],
      });
    },
    manifests: [
      plainGateway([{ name: 'https', port: 443, protocol: 'HTTPS', tls: certificates }]),
      ...pods('shop', '10.0.0.1'),
      routeOf('HTTPRoute', 'shop', [{ backendRefs: [{ name: 'shop', port: 80 }] }], ['shop.example.com']),
    ],
  });
  assert.deepEqual(changed, []);
  assert.equal(scene.certificates().length, 1);
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

test('rules whose priorities people chose, in an order that the Gateway API would not give, are taken over without a change', async () => {
  const { changed } = await takeOver({
    made: (by) =>
      madeOfApi(by, [
        ['/api', 1],
        ['/api/v2', 100],
        ['/api/special', 50],
      ]),
    manifests: [
      plainGateway([http]),
      ...pods('api', '10.0.0.1'),
      annotated(
        apiRoute(['/api', '/api/v2', '/api/special']),
        Object.fromEntries(['1', '100', '50'].map((value, i) => [rulePriorityAnnotation(i), value])),
      ),
    ],
  });
  assert.deepEqual(changed, []);
});

test('rules in an order that the Gateway API does not give are put into its order, and nothing else changes', async () => {
  const { changed, scene } = await takeOver({
    made: (by) =>
      madeOfApi(by, [
        ['/api', 1],
        ['/api/v2', 2],
      ]),
    manifests: [plainGateway([http]), ...pods('api', '10.0.0.1'), apiRoute(['/api', '/api/v2'])],
  });
  assert.deepEqual(changed, ['UpdateRule']);
  assert.deepEqual(scene.services(), ['api-default: ^/api/v2 ^/api']);
});

/** As the AWS controller leaves a route to one Service: a rule for each path, with these priorities. */
function madeOfApi(
  by: Predecessor,
  priorities: readonly (readonly [path: string, priority: number])[],
): void {
  const network = by.network('main');
  const api = by.group({ kind: 'HTTPRoute', route: 'api', service: 'api', targets: ['10.0.0.1:8080'] });
  const rules = priorities.map(([value, priority]) => ({
    priority,
    match: prefixed(value),
    forward: { [api]: 1 },
  }));
  const listeners = [{ port: 80, protocol: 'HTTP', rules }] as const;
  by.service({ route: 'api', type: 'http', networks: [network], listeners });
}

function apiRoute(paths: readonly string[]): KubeObject {
  const backendRefs = [{ name: 'api', port: 80 }];
  return routeOf(
    'HTTPRoute',
    'api',
    paths.map((value) => ({ matches: [path('PathPrefix', value)], backendRefs })),
  );
}
