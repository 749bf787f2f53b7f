/** Services of every kind of fate, for what `explain` is to say of requests to them. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import { createAuthority } from '../../src/certificates/authority.ts';
import { keyOf } from '../../src/local/dataplane/authorization/entry.ts';
import type { Command } from '../../src/local/state/command.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { account, forwardTo, trafficWorld } from './world.ts';
import type { TrafficWorld, Weighted } from './world.ts';

type Match = Command<'CreateRule'>['input']['match']['httpMatch'];
type Action = Command<'CreateRule'>['input']['action'];

/** Of clients, but for those of the endpoint. */
export const vpcId = 'vpc-0123456789abcdef0';

export interface Signer {
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const user: Signer = {
  arn: `arn:aws:iam::${account}:user/${account}`,
  accessKeyId: account,
  secretAccessKey: 'local',
};

export const role: Signer = {
  arn: `arn:aws:sts::${account}:assumed-role/desk/today`,
  accessKeyId: 'ASIADESK',
  secretAccessKey: 'of-the-desk',
};

export interface ExplainedWorld {
  readonly traffic: TrafficWorld;
  /** Hosts in place of the words that tests write for them, such as `GENERATED`. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Through which the host `ENDPOINT` is called. */
  readonly endpointId: string;
  close(): Promise<void>;
}

export async function explainedWorld(): Promise<ExplainedWorld> {
  const world = await trafficWorld();
  const shop = await withRules(world);
  await withWeights(world);
  await withHealth(world);
  await withDoors(world);
  const secure = await withTls(world);
  const pod = await withPassthrough(world);
  await withPolicies(world);
  const endpoint = world.done({
    op: 'CreateVpcEndpoint',
    input: { vpcId: 'vpc-0fedcba9876543210', serviceNetworkIdentifier: world.networkId },
  });
  const [association] = world.region.state().serviceAssociations.values();
  const { vpcEndpointId: endpointId } = endpoint;
  await world.settle();
  return {
    traffic: world,
    hosts: {
      GENERATED: shop.dnsEntry.domainName,
      SECURE: secure.dnsEntry.domainName,
      ENDPOINT: `${endpointId}-${association?.id}.7d67968.vpc-lattice-svcs.us-west-2.on.aws`,
    },
    endpointId,
    close: async () => {
      await world.close();
      await pod.close();
    },
  };
}

/** A group whose one target answers with its name. */
async function backed(world: TrafficWorld, name: string): Promise<TargetGroup> {
  const group = world.group(name);
  world.register(group, await world.target((_, response) => response.end(name)));
  return group;
}

interface At {
  readonly service: Service;
  readonly listenerIdentifier: string;
}

function rule(
  world: TrafficWorld,
  at: At,
  priority: number,
  [match, action]: readonly [Match, Action],
): void {
  const { service, listenerIdentifier } = at;
  const named = { name: `rule-${priority}`, priority, match: { httpMatch: match }, action };
  world.done({
    op: 'CreateRule',
    input: { serviceIdentifier: service.id, listenerIdentifier, ...named },
  });
}

async function withRules(world: TrafficWorld): Promise<Service> {
  const [main, other, third] = [
    await backed(world, 'main'),
    await backed(world, 'other'),
    await backed(world, 'third'),
  ];
  const [toOther, toThird] = [forwardTo([[other, 1]]), forwardTo([[third, 1]])];
  const service = world.service('shop', 'shop.example');
  const listenerIdentifier = world.listener(service, [[main, 1]]);
  const rules: readonly (readonly [Match, Action])[] = [
    [{ pathMatch: { match: { exact: '/exact' }, caseSensitive: true } }, toOther],
    [{ pathMatch: { match: { prefix: '/pre' } } }, toOther],
    [{ pathMatch: { match: { exact: '/a/b' } } }, toOther],
    [{ pathMatch: { match: { prefix: '/method' } }, method: 'POST' }, toThird],
    [{ method: 'PURGE' }, { fixedResponse: { statusCode: 404 } }],
    [{ headerMatches: [{ name: 'x-kind', match: { exact: 'Gold' }, caseSensitive: true }] }, toOther],
    [{ headerMatches: [{ name: 'x-KIND', match: { prefix: 'sil' } }] }, toThird],
    [
      { headerMatches: [{ name: 'x-kind', match: { contains: 'ronz' } }] },
      { fixedResponse: { statusCode: 500 } },
    ],
    [{ headerMatches: [{ name: 'host', match: { exact: 'shop.example:80' } }] }, toThird],
    [{ headerMatches: [{ name: 'x-amzn-lattice-own', match: { prefix: '1' } }] }, toThird],
  ];
  for (const [index, each] of rules.entries())
    rule(world, { service, listenerIdentifier }, 10 * (index + 1), each);
  return service;
}

async function withWeights(world: TrafficWorld): Promise<void> {
  const [one, two, three] = [
    await backed(world, 'one'),
    await backed(world, 'two'),
    await backed(world, 'three'),
  ];
  const empty = world.group('empty');
  const service = world.service('weights', 'weights.example');
  const at = { service, listenerIdentifier: world.listener(service, [[one, 1]]) };
  const weighed: readonly (readonly [string, readonly (readonly [TargetGroup, number])[]])[] = [
    [
      '/zero',
      [
        [one, 0],
        [two, 0],
      ],
    ],
    ['/empty', [[empty, 1]]],
    [
      '/split',
      [
        [one, 1],
        [two, 3],
      ],
    ],
    [
      '/lossy',
      [
        [three, 1],
        [empty, 1],
      ],
    ],
    [
      '/part',
      [
        [one, 0],
        [three, 5],
      ],
    ],
  ];
  for (const [index, [prefix, weights]] of weighed.entries()) {
    const forwards: readonly Weighted[] = weights;
    rule(world, at, index + 1, [{ pathMatch: { match: { prefix } } }, forwardTo(forwards)]);
  }
  const all: Match = {
    method: 'GET',
    pathMatch: { match: { prefix: '/both' } },
    headerMatches: [{ name: 'x-a', match: { exact: '1' } }],
  };
  rule(world, at, 100, [all, forwardTo([[three, 1]])]);
}

/** Services whose targets are unwell. */
async function withHealth(world: TrafficWorld): Promise<void> {
  const checked = { enabled: true, healthCheckIntervalSeconds: 300 };
  const [sick, mixed] = [world.group('sick', checked), world.group('mixed', checked)];
  const drained = world.group('drained');
  const bad = await world.target((_, response) => response.writeHead(500).end('bad'));
  const good = await world.target((_, response) => response.end('good'));
  const leaving = await world.target((_, response) => response.end('leaving'));
  world.register(sick, bad);
  world.register(mixed, bad, good);
  world.register(drained, leaving);
  const service = world.service('clinic', 'clinic.example');
  const at = { service, listenerIdentifier: world.listener(service, [[sick, 1]]) };
  rule(world, at, 10, [{ pathMatch: { match: { prefix: '/mixed' } } }, forwardTo([[mixed, 1]])]);
  rule(world, at, 20, [{ pathMatch: { match: { prefix: '/drained' } } }, forwardTo([[drained, 1]])]);
  const unhealthy = { id: bad.id, port: bad.port, status: 'UNHEALTHY' } as const;
  const healthy = { id: good.id, port: good.port, status: 'HEALTHY' } as const;
  const observed = { [sick.id]: [unhealthy], [mixed.id]: [unhealthy, healthy] };
  for (const [targetGroupId, verdicts] of Object.entries(observed))
    world.done({ op: 'ObserveTargetHealth', input: { targetGroupId, verdicts } });
  const targets = [{ id: leaving.id, port: leaving.port }];
  world.done({ op: 'DeregisterTargets', input: { targetGroupIdentifier: drained.id, targets } });
}

/** Services at which few requests come in. */
async function withDoors(world: TrafficWorld): Promise<void> {
  world.service('mute', 'mute.example');
  world.listener(world.service('late', 'late.example'), [[await backed(world, 'late'), 1]], 4711);
  const fixed = {
    name: 'http',
    protocol: 'HTTP',
    port: 80,
    defaultAction: { fixedResponse: { statusCode: 404 } },
  } as const;
  const strict = world.service('strict', 'strict.example');
  world.done({ op: 'CreateListener', input: { serviceIdentifier: strict.id, ...fixed } });
  const alone = world.done({
    op: 'CreateService',
    input: { name: 'alone', customDomainName: 'alone.example' },
  });
  world.done({ op: 'CreateListener', input: { serviceIdentifier: alone.id, ...fixed } });
}

async function withTls(world: TrafficWorld): Promise<Service> {
  const service = world.service('secure', 'secure.example');
  listens(world, { service, protocol: 'HTTPS', group: await backed(world, 'secure') });
  return service;
}

/** Two services in front of one pod that speaks TLS itself; nobody may connect to the second. */
async function withPassthrough(world: TrafficWorld): Promise<{ close(): Promise<void> }> {
  const names = ['pass.example', 'stop.example'] as const;
  const issued = createAuthority('a company', systemClock.now()).issue(names, systemClock.now());
  const pod = createServer(issued, ({ headers: { host = '' } }, response) =>
    response.end(host.replace('.example', '')),
  );
  pod.listen(0, '127.172.9.1');
  await once(pod, 'listening');
  const bound = pod.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  for (const name of ['pass', 'stop']) {
    const config = { protocol: 'TCP', port: 443, vpcIdentifier: vpcId } as const;
    const group = world.done({ op: 'CreateTargetGroup', input: { name, type: 'IP', config } });
    const targets = [{ id: '127.172.9.1', port }];
    world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: group.id, targets } });
    const service = world.service(name, `${name}.example`);
    listens(world, { service, protocol: 'TLS_PASSTHROUGH', group });
    if (name === 'stop')
      world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, authType: 'AWS_IAM' } });
  }
  return {
    close: async () => {
      pod.closeAllConnections();
      await new Promise<void>((resolve) => {
        pod.close(() => resolve());
      });
    },
  };
}

interface Listening {
  readonly service: Service;
  readonly protocol: 'HTTPS' | 'TLS_PASSTHROUGH';
  readonly group: TargetGroup;
}

function listens(world: TrafficWorld, { service, protocol, group }: Listening): void {
  const defaultAction = forwardTo([[group, 1]]);
  const serviceIdentifier = service.id;
  world.done({
    op: 'CreateListener',
    input: { serviceIdentifier, name: 'tls', protocol, port: 443, defaultAction },
  });
}

/** A service with a statement of each sort, one without a policy, and a role that signs. */
async function withPolicies(world: TrafficWorld): Promise<void> {
  const desk = world.service('desk', 'desk.example');
  world.listener(desk, [[await backed(world, 'desk'), 1]]);
  const policy = policyOf([
    { Sid: 'Public', Resource: '*/public*' },
    { Sid: 'User', Resource: '*/user*', Principal: { AWS: user.arn } },
    { Sid: 'Role', Resource: '*/role*', Principal: { AWS: `arn:aws:iam::${account}:role/desk` } },
    {
      Sid: 'Tea',
      Resource: '*/tea*',
      Condition: { StringEquals: { 'vpc-lattice-svcs:RequestHeader/x-team': 'tea' } },
    },
    {
      Sid: 'Query',
      Resource: '*/query*',
      Condition: { 'ForAnyValue:StringEquals': { 'vpc-lattice-svcs:RequestQueryString/q': '1' } },
    },
    {
      Sid: 'Own',
      Resource: '*/own*',
      Condition: { StringEquals: { 'vpc-lattice-svcs:RequestHeader/x-amzn-lattice-own': '1' } },
    },
    {
      Sid: 'Here',
      Resource: '*/here*',
      Condition: { StringEquals: { 'vpc-lattice-svcs:SourceVpc': vpcId } },
    },
    { Sid: 'Secret', Resource: '*/secret*', Effect: 'Deny' },
    { Sid: 'Late', Resource: '*/secret*', Principal: { AWS: account } },
  ]);
  world.done({ op: 'UpdateService', input: { serviceIdentifier: desk.id, authType: 'AWS_IAM' } });
  world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: desk.id, policy } });
  const shut = world.service('shut', 'shut.example');
  world.listener(shut, [[world.group('shut'), 1]]);
  world.done({ op: 'UpdateService', input: { serviceIdentifier: shut.id, authType: 'AWS_IAM' } });
  const { accessKeyId, secretAccessKey, arn } = role;
  const roleArn = `arn:aws:iam::${account}:role/desk`;
  const principal = {
    kind: 'assumedRole',
    account,
    arn,
    roleArn,
    userId: 'AROADESK:today',
    tags: {},
  } as const;
  const identity = { policies: [policyOf([{ Principal: undefined }])] };
  const entry = { kind: 'credential', accessKeyId, secretAccessKey, principal, identity } as const;
  const change = { key: keyOf.credential(accessKeyId), entry };
  await world.dataPlane.know([change], AbortSignal.timeout(10_000));
}

/** Statements that let everybody do everything, but for what they say. */
export function policyOf(statements: readonly object[]): string {
  const everything = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((each) => ({ ...everything, ...each })),
  });
}
