/** What `explain` says of a request, beside what real Envoy does with it: both have to agree on every one. */
import assert from 'node:assert/strict';
import { connect } from 'node:tls';
import { after, before, suite, test } from 'node:test';
import { callerIn, deciding } from '../../src/cli/explain/authorize.ts';
import { readFacts } from '../../src/cli/explain/read.ts';
import { sending } from '../../src/lattice/aws/calls.ts';
import { createLatticeClient } from '../../src/lattice/aws/client.ts';
import { parseQuestion } from '../../src/lattice/walk/question.ts';
import type { Question } from '../../src/lattice/walk/question.ts';
import { printReport } from '../../src/lattice/walk/print.ts';
import { reportOf } from '../../src/lattice/walk/report.ts';
import { walk } from '../../src/lattice/walk/walk.ts';
import type { Walk } from '../../src/lattice/walk/walk.ts';
import { createLatticeApi } from '../../src/local/api/api.ts';
import { keyOf } from '../../src/local/dataplane/authorization/entry.ts';
import type { Command } from '../../src/local/state/command.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { signedHeaders } from '../auth/sign.ts';
import { quiet } from '../contract/world.ts';
import { account, forwardTo, trafficWorld } from './world.ts';
import type { Answer, TrafficWorld, Weighted } from './world.ts';

type Match = Command<'CreateRule'>['input']['match']['httpMatch'];
type Action = Command<'CreateRule'>['input']['action'];

const user = {
  arn: `arn:aws:iam::${account}:user/${account}`,
  accessKeyId: account,
  secretAccessKey: 'local',
};
const role = {
  arn: `arn:aws:sts::${account}:assumed-role/desk/today`,
  accessKeyId: 'ASIADESK',
  secretAccessKey: 'of-the-desk',
};
const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** `METHOD URL`, then headers. */
type Asked = readonly [line: string, ...headers: string[]];

function answering(statusCode: number): Action {
  return { fixedResponse: { statusCode } };
}

function allow(principal: unknown, resource: string, more: object = {}): object {
  const Action = 'vpc-lattice-svcs:Invoke';
  return { Effect: 'Allow', Principal: principal, Action, Resource: `*${resource}`, ...more };
}

suite('explain and Envoy agree', () => {
  let world: TrafficWorld;
  let send: ReturnType<typeof sending>;
  let shop: Service;

  before(async () => {
    world = await trafficWorld();
    const wire = createLatticeApi([world.region], { clock: systemClock, random: systemRandom, log: quiet });
    const credentials = { accessKeyId: account, secretAccessKey: 'local' };
    const client = createLatticeClient({
      wire,
      endpoint: 'http://lattice.example',
      region: 'us-west-2',
      credentials,
      clock: systemClock,
    });
    send = sending(client, AbortSignal.timeout(60_000), () => undefined);
    await build();
    await world.settle();
  });
  after(async () => world.close());

  async function backed(name: string): Promise<TargetGroup> {
    const group = world.group(name);
    world.register(group, await world.target((_, response) => response.end(name)));
    return group;
  }

  function rule(
    service: Service,
    listenerIdentifier: string,
    priority: number,
    match: Match,
    action: Action,
  ): void {
    const name = `rule-${priority}`;
    const input = {
      serviceIdentifier: service.id,
      listenerIdentifier,
      name,
      priority,
      match: { httpMatch: match },
      action,
    };
    world.done({ op: 'CreateRule', input });
  }

  async function build(): Promise<void> {
    shop = await buildRules();
    await buildWeights();
    await buildHealth();
    await buildDoors();
    await buildGuarded();
  }

  async function buildRules(): Promise<Service> {
    const [main, other, third] = [await backed('main'), await backed('other'), await backed('third')];
    const [toOther, toThird] = [forwardTo([[other, 1]]), forwardTo([[third, 1]])];
    const service = world.service('shop', 'shop.example');
    const listener = world.listener(service, [[main, 1]]);
    const rules: readonly (readonly [Match, Action])[] = [
      [{ pathMatch: { match: { exact: '/exact' }, caseSensitive: true } }, toOther],
      [{ pathMatch: { match: { prefix: '/pre' } } }, toOther],
      [{ pathMatch: { match: { exact: '/a/b' } } }, toOther],
      [{ pathMatch: { match: { prefix: '/method' } }, method: 'POST' }, toThird],
      [{ method: 'PURGE' }, answering(404)],
      [{ headerMatches: [{ name: 'x-kind', match: { exact: 'Gold' }, caseSensitive: true }] }, toOther],
      [{ headerMatches: [{ name: 'x-KIND', match: { prefix: 'sil' } }] }, toThird],
      [{ headerMatches: [{ name: 'x-kind', match: { contains: 'ronz' } }] }, answering(500)],
      [{ headerMatches: [{ name: 'host', match: { exact: 'shop.example:80' } }] }, toThird],
    ];
    for (const [index, [match, action]] of rules.entries())
      rule(service, listener, 10 * (index + 1), match, action);
    return service;
  }

  async function buildWeights(): Promise<void> {
    const [one, two, three] = [await backed('one'), await backed('two'), await backed('three')];
    const empty = world.group('empty');
    const service = world.service('weights', 'weights.example');
    const listener = world.listener(service, [[one, 1]]);
    const weighed: Readonly<Record<string, readonly Weighted[]>> = {
      zero: [
        [one, 0],
        [two, 0],
      ],
      empty: [[empty, 1]],
      split: [
        [one, 1],
        [two, 3],
      ],
      lossy: [
        [three, 1],
        [empty, 1],
      ],
      part: [
        [one, 0],
        [three, 5],
      ],
    };
    for (const [index, [path, weights]] of Object.entries(weighed).entries()) {
      rule(
        service,
        listener,
        index + 1,
        { pathMatch: { match: { prefix: `/${path}` } } },
        forwardTo(weights),
      );
    }
    const all: Match = {
      method: 'GET',
      pathMatch: { match: { prefix: '/both' } },
      headerMatches: [{ name: 'x-a', match: { exact: '1' } }],
    };
    rule(service, listener, 100, all, forwardTo([[three, 1]]));
  }

  /** Services whose targets are unwell. */
  async function buildHealth(): Promise<void> {
    const checked = { enabled: true, healthCheckIntervalSeconds: 300 };
    const [sick, mixed, drained] = [
      world.group('sick', checked),
      world.group('mixed', checked),
      await backed('drained'),
    ];
    const bad = await world.target((_, response) => response.writeHead(500).end('bad'));
    const good = await world.target((_, response) => response.end('good'));
    world.register(sick, bad);
    world.register(mixed, bad, good);
    const clinic = world.service('clinic', 'clinic.example');
    const listener = world.listener(clinic, [[sick, 1]]);
    rule(clinic, listener, 10, { pathMatch: { match: { prefix: '/mixed' } } }, forwardTo([[mixed, 1]]));
    rule(clinic, listener, 20, { pathMatch: { match: { prefix: '/drained' } } }, forwardTo([[drained, 1]]));
    const healthOf = (
      group: TargetGroup,
      ...verdicts: { id: string; port: number; status: 'HEALTHY' | 'UNHEALTHY' }[]
    ) => world.done({ op: 'ObserveTargetHealth', input: { targetGroupId: group.id, verdicts } });
    healthOf(sick, { id: bad.id, port: bad.port, status: 'UNHEALTHY' });
    healthOf(
      mixed,
      { id: bad.id, port: bad.port, status: 'UNHEALTHY' },
      { id: good.id, port: good.port, status: 'HEALTHY' },
    );
    const targets = [...(world.region.state().targetGroups.get(drained.id)?.targets.values() ?? [])];
    const named = targets.map(({ id, port = 0 }) => ({ id, port }));
    world.done({ op: 'DeregisterTargets', input: { targetGroupIdentifier: drained.id, targets: named } });
  }

  /** Services at which few requests come in. */
  async function buildDoors(): Promise<void> {
    world.service('mute', 'mute.example');
    const late = world.service('late', 'late.example');
    world.listener(late, [[await backed('late'), 1]], 8080);
    const { id: strict } = world.service('strict', 'strict.example');
    const fixed = {
      name: 'http',
      protocol: 'HTTP',
      port: 80,
      defaultAction: { fixedResponse: { statusCode: 404 } },
    } as const;
    world.done({ op: 'CreateListener', input: { serviceIdentifier: strict, ...fixed } });
    const alone = world.done({
      op: 'CreateService',
      input: { name: 'alone', customDomainName: 'alone.example' },
    });
    world.done({ op: 'CreateListener', input: { serviceIdentifier: alone.id, ...fixed } });
    const { id: secure } = world.service('secure', 'secure.example');
    const tls = { name: 'tls', port: 443, defaultAction: forwardTo([[await backed('secure'), 1]]) } as const;
    world.done({ op: 'CreateListener', input: { serviceIdentifier: secure, protocol: 'HTTPS', ...tls } });
  }

  async function buildGuarded(): Promise<void> {
    const desk = world.service('desk', 'desk.example');
    world.listener(desk, [[await backed('desk'), 1]]);
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { ...allow('*', '/public*'), Sid: 'Public' },
        { ...allow({ AWS: user.arn }, '/user*'), Sid: 'User' },
        { ...allow({ AWS: `arn:aws:iam::${account}:role/desk` }, '/role*'), Sid: 'Role' },
        {
          ...allow('*', '/tea*', {
            Condition: { StringEquals: { 'vpc-lattice-svcs:RequestHeader/x-team': 'tea' } },
          }),
          Sid: 'Tea',
        },
        {
          ...allow('*', '/query*', {
            Condition: { 'ForAnyValue:StringEquals': { 'vpc-lattice-svcs:RequestQueryString/q': '1' } },
          }),
          Sid: 'Query',
        },
        {
          ...allow('*', '/here*', {
            Condition: { StringEquals: { 'vpc-lattice-svcs:SourceVpc': 'vpc-0123456789abcdef0' } },
          }),
          Sid: 'Here',
        },
        { ...allow('*', '/secret*'), Sid: 'Secret', Effect: 'Deny' },
        { ...allow({ AWS: account }, '/secret*'), Sid: 'Late' },
      ],
    };
    world.done({ op: 'UpdateService', input: { serviceIdentifier: desk.id, authType: 'AWS_IAM' } });
    world.done({
      op: 'PutAuthPolicy',
      input: { resourceIdentifier: desk.id, policy: JSON.stringify(policy) },
    });
    const shut = world.service('shut', 'shut.example');
    world.listener(shut, [[world.group('shut'), 1]]);
    world.done({ op: 'UpdateService', input: { serviceIdentifier: shut.id, authType: 'AWS_IAM' } });
    const principal = {
      kind: 'assumedRole',
      account,
      arn: role.arn,
      roleArn: `arn:aws:iam::${account}:role/desk`,
      userId: 'AROADESK:today',
      tags: {},
    } as const;
    const { accessKeyId, secretAccessKey } = role;
    const entry = {
      kind: 'credential',
      accessKeyId,
      secretAccessKey,
      principal,
      identity: { policies: [everything] },
    } as const;
    await world.dataPlane.know([{ key: keyOf.credential(accessKeyId), entry }], AbortSignal.timeout(10_000));
  }

  async function explained(
    question: Question,
    as?: string,
  ): Promise<{ readonly found: Walk; readonly text: string }> {
    const facts = await readFacts(send, question);
    const principal = callerIn(as);
    assert.ok(typeof principal === 'object');
    const [found, ...others] = walk({ question, origin: {} }, facts, deciding(principal, systemClock.now()));
    assert.ok(found !== undefined && others.length === 0);
    return { found, text: printReport(reportOf(found, { question, facts })) };
  }

  async function asked(question: Question, signer?: typeof user): Promise<Answer> {
    const { scheme, method, host, port, path, query, headers } = question;
    if (scheme === 'https') return { status: (await shakesHands(host, port)) ? 1 : 0, headers: {}, body: '' };
    const own = headers.filter(([name]) => name !== 'host');
    const plain = Object.fromEntries(
      own.map(([name]) => [name, own.filter(([each]) => each === name).map(([, value]) => value)]),
    );
    const spoken = headers.find(([name]) => name === 'host')?.[1] ?? host;
    const target = query === '' ? path : `${path}?${query}`;
    if (signer === undefined) return world.call({ host: spoken, port, method, path: target, headers: plain });
    const parameters = Object.fromEntries(new URLSearchParams(query));
    const { host: _, ...signed } = await signedHeaders({
      ...signer,
      host: spoken,
      method,
      path,
      query: parameters,
    });
    return world.call({ host: spoken, port, method, path: target, headers: { ...plain, ...signed } });
  }

  async function shakesHands(servername: string, port: number): Promise<boolean> {
    const place = world.place(port);
    return new Promise((resolve) => {
      const socket = connect({
        host: place.address,
        port: place.port,
        servername,
        rejectUnauthorized: false,
      });
      socket
        .once('secureConnect', () => resolve(true))
        .once('error', () => resolve(false))
        .once('close', () => resolve(false));
    }).then((shook) => shook === true);
  }

  /** One test for each request; a name in front says who signs it. */
  function agree(lines: readonly Asked[], signer?: typeof user): void {
    for (const [line, ...headers] of lines) {
      test(`${[line, ...headers].join(' -H ')}${signer === undefined ? '' : ` as ${signer.arn}`}`, async () => {
        const [method = '', typed = ''] = line.split(' ');
        const url = typed.replace('SHOP', shop.dnsEntry.domainName);
        const question = parseQuestion({ method, url, headers });
        assert.ok(typeof question === 'object');
        const { found, text } = await explained(question, signer?.arn);
        same(found, await asked(question, signer), text, question);
      });
    }
  }

  function same(
    { verdict, shares }: Walk,
    { status, body }: Answer,
    text: string,
    { scheme }: Question,
  ): void {
    const given = `${text}\n  Envoy answered ${status} ${body}`;
    switch (verdict.kind) {
      case 'fixedResponse':
        assert.equal(status, verdict.statusCode, given);
        assert.equal(body, '', given);
        return;
      case 'refused': {
        const said = verdict.answers.map((answer) =>
          answer === 'noConnection' ? '0 ' : `${answer.status} ${answer.body}`,
        );
        assert.ok(said.includes(`${status} ${body}`), given);
        return;
      }
      case 'forward': {
        if (scheme === 'https') {
          assert.equal(status, 1, given);
          return;
        }
        const { targetGroups } = world.region.state();
        const able = shares.filter(
          ({ weight, fate }) => weight > 0 && (fate.kind === 'targets' || fate.kind === 'failOpen'),
        );
        const names = able.map(({ groupId }) => targetGroups.get(groupId)?.name);
        const heard = { bad: 'sick', good: 'mixed' }[body] ?? body;
        const isLost = able.length < shares.filter(({ weight }) => weight > 0).length && status === 503;
        assert.ok(isLost || names.includes(heard), given);
      }
    }
  }

  suite('on rules and weights', () => {
    agree([
      ['GET http://shop.example/'],
      ['GET http://SHOP/exact'],
      ['GET http://Shop.Example/exact'],
      ['GET http://shop.example/exact?query=1'],
      ['GET http://shop.example/exact/'],
      ['GET http://shop.example/Exact'],
      ['GET http://shop.example/pre'],
      ['GET http://shop.example/PREFIX/x'],
      ['GET http://shop.example/prefixed?x'],
      ['GET http://shop.example/x/pre'],
      ['GET http://shop.example/?/exact'],
      ['GET http://shop.example/a/b'],
      ['GET http://shop.example/a//b'],
      ['GET http://shop.example/a%2fb'],
      ['GET http://shop.example/a/./b'],
      ['GET http://shop.example/a/x/../b'],
      ['GET http://shop.example/%61/b'],
      ['POST http://shop.example/method'],
      ['GET http://shop.example/method'],
      ['PURGE http://shop.example/anything'],
      ['PATCH http://shop.example/anything'],
      ['GET http://shop.example/', 'x-kind: Gold'],
      ['GET http://shop.example/', 'X-Kind: gold'],
      ['GET http://shop.example/', 'x-kind: SILVER'],
      ['GET http://shop.example/', 'x-kind: bronze'],
      ['GET http://shop.example/', 'x-kind: Gold', 'x-kind: silver'],
      ['GET http://shop.example/', 'x-kind: silver', 'x-kind: Gold'],
      ['GET http://elsewhere.example/', 'Host: shop.example:80'],
      ['GET http://elsewhere.example/exact', 'Host: shop.example'],
      ['GET http://weights.example/zero'],
      ['GET http://weights.example/empty'],
      ['GET http://weights.example/split'],
      ['GET http://weights.example/split/2'],
      ['GET http://weights.example/lossy/1'],
      ['GET http://weights.example/lossy/2'],
      ['GET http://weights.example/part'],
      ['GET http://weights.example/both', 'x-a: 1'],
      ['GET http://weights.example/both', 'x-a: 2'],
      ['GET http://weights.example/both'],
    ]);
  });

  suite('on targets', () => {
    agree([
      ['GET http://clinic.example/'],
      ['GET http://clinic.example/mixed'],
      ['GET http://clinic.example/mixed/2'],
      ['GET http://clinic.example/drained'],
    ]);
  });

  suite('on services and listeners', () => {
    agree([
      ['GET http://nobody.example/'],
      ['GET http://nobody.example:9999/'],
      ['GET http://mute.example/'],
      ['GET http://late.example/'],
      ['GET http://late.example:8080/x'],
      ['GET http://shop.example:8080/'],
      ['GET http://shop.example:4242/'],
      ['GET http://strict.example/x'],
      ['GET http://alone.example/'],
      ['GET http://secure.example/'],
      ['GET http://secure.example:443/'],
      ['GET https://shop.example:80/'],
      ['GET https://secure.example/'],
      ['GET https://nobody.example/'],
    ]);
  });

  suite('on policies of a service', () => {
    agree([
      ['GET http://desk.example/'],
      ['GET http://desk.example/public/x'],
      ['GET http://desk.example/Public'],
      ['GET http://desk.example/user'],
      ['GET http://desk.example/tea'],
      ['GET http://desk.example/tea', 'x-team: tea'],
      ['GET http://desk.example/tea', 'x-team: coffee'],
      ['GET http://desk.example/query?q=1'],
      ['GET http://desk.example/query?q=2'],
      ['GET http://desk.example/here'],
      ['GET http://desk.example/secret'],
      ['GET http://shut.example/'],
    ]);
    agree(
      [
        ['GET http://desk.example/'],
        ['GET http://desk.example/user'],
        ['GET http://desk.example/role'],
        ['GET http://desk.example/public'],
        ['GET http://desk.example/secret'],
        ['GET http://shut.example/'],
        ['GET http://shop.example/exact'],
      ],
      user,
    );
    agree(
      [
        ['GET http://desk.example/'],
        ['GET http://desk.example/user'],
        ['GET http://desk.example/role/x'],
        ['POST http://desk.example/role'],
        ['GET http://desk.example/secret'],
      ],
      role,
    );
  });

  suite('on policies of the network, too', () => {
    before(async () => {
      const Statement = [
        {
          Effect: 'Allow',
          Principal: '*',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'vpc-lattice-svcs:RequestMethod': 'GET' } },
        },
        { Sid: 'NoTea', Effect: 'Deny', Principal: '*', Action: '*', Resource: '*/tea' },
      ];
      const { networkId } = world;
      world.done({
        op: 'UpdateServiceNetwork',
        input: { serviceNetworkIdentifier: networkId, authType: 'AWS_IAM' },
      });
      const policy = JSON.stringify({ Version: '2012-10-17', Statement });
      world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: networkId, policy } });
      await world.settle();
    });

    agree([
      ['GET http://shop.example/'],
      ['POST http://shop.example/method'],
      ['GET http://weights.example/empty'],
      ['POST http://weights.example/empty'],
      ['GET http://desk.example/public'],
      ['POST http://desk.example/public'],
      ['GET http://desk.example/tea', 'x-team: tea'],
      ['GET http://desk.example/none'],
      ['POST http://nobody.example/'],
    ]);
    agree(
      [['POST http://desk.example/role'], ['GET http://desk.example/role'], ['GET http://desk.example/tea']],
      role,
    );
  });
});
