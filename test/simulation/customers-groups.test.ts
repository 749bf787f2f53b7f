/** Target groups that a customer made without Kubernetes, in a service that a route takes over: who has which share, and whose they stay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations } from '../../src/kinds/names.ts';
import type { Action } from '../../src/local/state/listener-resources.ts';
import type { RegionState } from '../../src/local/state/state.ts';
import { backendOf } from './actual.ts';
import { listenedByHand, shapeOf } from './by-hand.ts';
import type { ListenerByHand } from './by-hand.ts';
import {
  annotated,
  certificates,
  http,
  imported,
  path,
  plainGateway,
  pods,
  routeOf,
  takeOver,
} from './installation.ts';
import { exactly, prefixed } from './predecessor.ts';

/** What a customer has made by hand, before there was a cluster: a group of machines, and a service that sends all to them. */
interface ByHand {
  readonly config: { readonly protocol: 'HTTP' | 'TCP'; readonly protocolVersion?: 'GRPC' };
  readonly hostname?: string;
  readonly listeners: readonly (Omit<ListenerByHand, 'service' | 'name' | 'rules' | 'otherwise'> & {
    readonly matches?: readonly ReturnType<typeof prefixed>[];
  })[];
}

const theirs: Readonly<
  Record<
    string,
    ByHand & {
      readonly gateway: readonly object[];
      readonly route: RouteMade;
      readonly answers: readonly string[];
    }
  >
> = {
  'two listeners': {
    config: { protocol: 'HTTP' },
    listeners: [80, 8080].map((port) => ({ port, matches: [prefixed('/')] })),
    gateway: [http, { name: 'more', port: 8080, protocol: 'HTTP' }],
    route: { kind: 'HTTPRoute', matches: [undefined] },
    answers: ['80 ^/', '8080 ^/'],
  },
  'two paths': {
    config: { protocol: 'HTTP' },
    listeners: [{ port: 80, matches: [prefixed('/v1'), prefixed('/v2')] }],
    gateway: [http],
    route: { kind: 'HTTPRoute', matches: [path('PathPrefix', '/v1'), path('PathPrefix', '/v2')] },
    answers: ['80 ^/v1', '80 ^/v2'],
  },
  'two methods of gRPC on two listeners': {
    config: { protocol: 'HTTP', protocolVersion: 'GRPC' },
    listeners: [80, 8080].map((port) => ({
      port,
      protocol: 'HTTPS',
      matches: [exactly('/echo.EchoService/V1'), exactly('/echo.EchoService/V2')],
    })),
    gateway: [
      { name: 'https', port: 80, protocol: 'HTTPS', tls: certificates },
      { name: 'more', port: 8080, protocol: 'HTTPS', tls: certificates },
    ],
    route: {
      kind: 'GRPCRoute',
      matches: ['V1', 'V2'].map((method) => ({ method: { service: 'echo.EchoService', method } })),
    },
    answers: [80, 8080].flatMap((port) =>
      ['V1', 'V2'].map((method) => `${port} POST =/echo.EchoService/${method}`),
    ),
  },
  'TLS that passes through on two listeners': {
    config: { protocol: 'TCP' },
    hostname: 'tls-service.test.local',
    listeners: [443, 8443].map((port) => ({ port, protocol: 'TLS_PASSTHROUGH' })),
    gateway: [443, 8443].map((port) => ({
      name: `tls-${port}`,
      port,
      protocol: 'TLS',
      tls: { mode: 'Passthrough' },
    })),
    route: { kind: 'TLSRoute', matches: [undefined], hostname: 'tls-service.test.local' },
    answers: ['443 otherwise', '8443 otherwise'],
  },
};

interface RouteMade {
  readonly kind: 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute';
  /** A rule each; undefined for one without. */
  readonly matches: readonly (object | undefined)[];
  readonly hostname?: string;
}

for (const [what, { config, hostname, listeners, gateway, route, answers }] of Object.entries(theirs)) {
  test(`a customer’s group, named by its ARN, gets its share of ${what} in the service that is taken over, and stays theirs`, async () => {
    let arn = '';
    const { scene } = await takeOver({
      definitions: ['grpcroutes', 'tlsroutes'],
      made: (_, { foreign }) => {
        foreign({ op: 'CreateServiceNetwork', input: { name: 'main' } });
        const vpcIdentifier = 'vpc-0b10e000000000000';
        const group = foreign({
          op: 'CreateTargetGroup',
          input: {
            name: 'machines',
            type: 'IP',
            config: { port: 80, vpcIdentifier, ...config },
          },
        });
        ({ arn } = group);
        const customDomainName = hostname === undefined ? {} : { customDomainName: hostname };
        const { id } = foreign({ op: 'CreateService', input: { name: 'by-hand', ...customDomainName } });
        const action = { forward: { targetGroups: [{ targetGroupIdentifier: group.id, weight: 100 }] } };
        for (const { matches, ...listener } of listeners) {
          const rules = Object.fromEntries((matches ?? []).map((match, i) => [i + 1, { match, action }]));
          listenedByHand(foreign, {
            service: id,
            name: `front-${listener.port}`,
            ...listener,
            ...(matches === undefined ? { otherwise: action } : { rules }),
          });
        }
      },
      manifests: [plainGateway(gateway), ...pods('one', '10.0.0.1')],
    });
    const before = shapeOf(scene.state());
    const machines = annotated(imported('machines'), { [annotations.targetGroupArn]: arn });
    const backend = { group: 'application-networking.k8s.aws', kind: 'ServiceImport', name: 'machines' };
    const rules = (shares: readonly object[]): readonly object[] =>
      route.matches.map((match) => ({
        ...(match === undefined ? {} : { matches: [match] }),
        backendRefs: shares,
      }));
    const own = { name: 'one', port: 80 };
    await scene.apply(
      machines,
      annotated(
        routeOf(
          route.kind,
          'migrated',
          rules([
            { ...backend, weight: 90 },
            { ...own, weight: 10 },
          ]),
          route.hostname === undefined ? undefined : [route.hostname],
        ),
        { [annotations.serviceNameOverride]: 'by-hand' },
      ),
    );
    await scene.settle();
    const after = shapeOf(scene.state());
    assert.equal(after.owner, '123456789012/blue/vpc-0b10e000000000000');
    assert.deepEqual(after.ids, before.ids);
    assert.deepEqual(
      forwardsIn(scene.state(), arn),
      answers.map((answer) => `${answer}: theirs×90 Service default/one:80×10`),
    );

    await scene.patch(route.kind, 'migrated', { spec: { rules: rules([own]) } });
    await scene.settle();
    assert.deepEqual(shapeOf(scene.state()).ids, before.ids);
    assert.deepEqual(
      forwardsIn(scene.state(), arn),
      answers.map((answer) => `${answer}: Service default/one:80×1`),
    );
    const machine = [...scene.state().targetGroups.values()].find((group) => group.arn === arn);
    assert.deepEqual([machine?.tags, machine?.status], [{}, 'ACTIVE']);
    assert.deepEqual(scene.problems(), []);
  });
}

/** Where each rule sends what it takes; of a listener without rules, where that sends everything. */
function forwardsIn(state: RegionState, arn: string): readonly string[] {
  const shares = (action: Action): string =>
    action.kind === 'forward'
      ? action.targetGroups
          .flatMap(({ targetGroupId, weight }) => {
            const group = state.targetGroups.get(targetGroupId);
            const name = group === undefined || group.arn === arn ? 'theirs' : backendOf(group);
            return weight === 0 ? [] : [`${name}×${weight}`];
          })
          .join(' ')
      : String(action.statusCode);
  return [...state.services.values()].flatMap(({ listeners }) =>
    [...listeners.values()].flatMap(({ port, rules, defaultRule }) =>
      rules.size === 0
        ? [`${port} otherwise: ${shares(defaultRule.action)}`]
        : [...rules.values()]
            .map(({ match: { method, path: at }, action }) => {
              const verb = method === undefined ? '' : `${method} `;
              return `${port} ${verb}${at?.kind === 'exact' ? '=' : '^'}${at?.value}: ${shares(action)}`;
            })
            .toSorted(),
    ),
  );
}
