/** Which service, rule and target group a request finds, by real Envoy. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { after, before, suite } from 'node:test';
import type { Command } from '../../src/local/state/command.ts';
import type { Service } from '../../src/local/state/state.ts';
import { sourced } from './sourced.ts';
import type { Source } from './sourced.ts';
import { forwardTo, trafficWorld } from './world.ts';
import type { Call, TrafficWorld } from './world.ts';

type Match = NonNullable<Command<'CreateRule'>['input']['match']['httpMatch']>;
type Asked = Omit<Call, 'host'>;

const says = (name: string) => (request: IncomingMessage, response: ServerResponse) => {
  response.end(JSON.stringify({ name, url: request.url }));
};

/** One kind of match: what it is, which requests it takes, and which it does not. */
interface Matching {
  readonly source: Source;
  readonly sentence: string;
  readonly match: Match;
  readonly takes: readonly Asked[];
  readonly leaves: readonly Asked[];
}

const path = (value: string): Asked => ({ path: value });
const header = (name: string, value: string | string[]): Asked => ({ headers: { [name]: value } });

const matchings: readonly Matching[] = [
  {
    source: 'API: PathMatch',
    sentence: 'an exact path is the whole path, in any case of letters, and the query is no part of it',
    match: { pathMatch: { match: { exact: '/exact' } } },
    takes: [path('/exact'), path('/EXACT'), path('/exact?query=1')],
    leaves: [path('/exact/'), path('/exact/more'), path('/exac'), path('/?/exact')],
  },
  {
    source: 'API: PathMatch',
    sentence: 'with caseSensitive an exact path is in that case',
    match: { pathMatch: { match: { exact: '/Exact' }, caseSensitive: true } },
    takes: [path('/Exact')],
    leaves: [path('/exact'), path('/EXACT')],
  },
  {
    source: 'choice',
    sentence: 'a prefix of a path is one of its text, not of its segments',
    match: { pathMatch: { match: { prefix: '/pre' } } },
    takes: [path('/pre'), path('/pre/x'), path('/PREFIX'), path('/pre?x')],
    leaves: [path('/p'), path('/x/pre')],
  },
  {
    source: 'API: PathMatch',
    sentence: 'with caseSensitive a prefix is in that case',
    match: { pathMatch: { match: { prefix: '/Pre' }, caseSensitive: true } },
    takes: [path('/Pre/x')],
    leaves: [path('/pre/x')],
  },
  {
    source: 'choice',
    sentence: 'paths are compared as they were written: nothing is decoded, merged or resolved',
    match: { pathMatch: { match: { exact: '/a/b' } } },
    takes: [path('/a/b')],
    leaves: [path('/a//b'), path('/a%2fb'), path('/%61/b'), path('/a/./b'), path('/a/x/../b')],
  },
  {
    source: 'API: HttpMatch',
    sentence: 'a method is that one',
    match: { method: 'PATCH' },
    takes: [{ method: 'PATCH' }],
    leaves: [{ method: 'GET' }, { method: 'POST' }, { method: 'PATCHES' }],
  },
  {
    source: 'API: HttpMatch',
    sentence: 'a method may be one that nobody has heard of',
    match: { method: 'PURGE' },
    takes: [{ method: 'PURGE' }],
    leaves: [{ method: 'PUT' }],
  },
  {
    source: 'API: HeaderMatch',
    sentence: 'a header has a name in any case, and an exact value in any case',
    match: { headerMatches: [{ name: 'X-Kind', match: { exact: 'Gold' } }] },
    takes: [header('x-kind', 'gold'), header('X-KIND', 'GOLD')],
    leaves: [header('x-kind', 'golden'), header('x-kind', ''), header('x-other', 'gold'), {}],
  },
  {
    source: 'API: HeaderMatch',
    sentence: 'with caseSensitive the value of a header is in that case',
    match: { headerMatches: [{ name: 'x-kind', match: { exact: 'Gold' }, caseSensitive: true }] },
    takes: [header('x-kind', 'Gold')],
    leaves: [header('x-kind', 'gold')],
  },
  {
    source: 'API: HeaderMatchType',
    sentence: 'a header may begin with something',
    match: { headerMatches: [{ name: 'x-kind', match: { prefix: 'go' } }] },
    takes: [header('x-kind', 'go'), header('x-kind', 'GOLD')],
    leaves: [header('x-kind', 'a goat'), header('x-kind', 'g')],
  },
  {
    source: 'API: HeaderMatchType',
    sentence: 'a header may contain something',
    match: { headerMatches: [{ name: 'x-kind', match: { contains: 'ol' } }] },
    takes: [header('x-kind', 'gold'), header('x-kind', 'OL')],
    leaves: [header('x-kind', 'o l')],
  },
  {
    source: 'choice',
    sentence: 'a header that comes several times is one value with commas',
    match: { headerMatches: [{ name: 'x-list', match: { exact: 'a,b' } }] },
    takes: [header('x-list', ['a', 'b']), header('x-list', 'a,b')],
    leaves: [header('x-list', 'a'), header('x-list', ['b', 'a'])],
  },
  {
    source: 'guide: listener-rules',
    sentence: 'method, path and up to five headers have to hold all',
    match: {
      method: 'POST',
      pathMatch: { match: { prefix: '/all' } },
      headerMatches: ['1', '2', '3', '4', '5'].map((n) => ({ name: `x-${n}`, match: { exact: n } })),
    },
    takes: [allOf()],
    leaves: [
      { ...allOf(), method: 'PUT' },
      { ...allOf(), path: '/some' },
      { ...allOf(), headers: { 'x-1': '1', 'x-2': '2', 'x-3': '3', 'x-4': '4' } },
      { ...allOf(), headers: { 'x-1': '1', 'x-2': '2', 'x-3': '3', 'x-4': '4', 'x-5': '6' } },
    ],
  },
  {
    source: 'guide: listener-rules',
    sentence: 'a call of gRPC is a POST of its service and method',
    match: { method: 'POST', pathMatch: { match: { exact: '/shop.Cart/Add' }, caseSensitive: true } },
    takes: [{ method: 'POST', path: '/shop.Cart/Add' }],
    leaves: [
      { method: 'POST', path: '/shop.Cart/Remove' },
      { method: 'GET', path: '/shop.Cart/Add' },
    ],
  },
];

function allOf(): Asked {
  const headers = { 'x-1': '1', 'x-2': '2', 'x-3': '3', 'x-4': '4', 'x-5': '5' };
  return { method: 'POST', path: '/all', headers };
}

suite('rules', () => {
  let world: TrafficWorld;
  const groups = new Map<string, string>();
  let actions: Service;
  let actionsListener: string;

  const who = async (name: string, asked: Asked): Promise<string> => {
    const { status, body } = await world.call({ host: `${name}.example.com`, ...asked });
    if (status !== 200) return String(status);
    const { name: answered }: { readonly name?: unknown } = JSON.parse(body);
    return String(answered);
  };

  /** A service whose default is 404, and its listener. */
  function serviceOf(name: string): { readonly service: Service; readonly listenerIdentifier: string } {
    const service = world.service(name, `${name}.example.com`);
    const defaultAction = { fixedResponse: { statusCode: 404 } };
    const input = { serviceIdentifier: service.id, name: 'http', protocol: 'HTTP', defaultAction } as const;
    return { service, listenerIdentifier: world.done({ op: 'CreateListener', input }).listener.id };
  }

  const groupOf = async (name: string): Promise<void> => {
    const group = world.group(name);
    world.register(group, await world.target(says(name)));
    groups.set(name, group.id);
  };

  const forward = (weights: Readonly<Record<string, number>>) => ({
    forward: {
      targetGroups: Object.entries(weights).map(([name, weight]) => ({
        targetGroupIdentifier: groups.get(name) ?? '',
        weight,
      })),
    },
  });

  before(async () => {
    world = await trafficWorld();
    for (const [number, { match }] of matchings.entries()) {
      const { service, listenerIdentifier } = serviceOf(`matching-${number}`);
      const input = { serviceIdentifier: service.id, listenerIdentifier, name: 'rule', priority: 1 } as const;
      const action = { fixedResponse: { statusCode: 500 } };
      world.done({ op: 'CreateRule', input: { ...input, match: { httpMatch: match }, action } });
    }
    for (const name of ['v1', 'v2', 'v3']) await groupOf(name);
    groups.set('empty', world.group('empty').id);
    const made = serviceOf('actions');
    [actions, actionsListener] = [made.service, made.listenerIdentifier];
    const rule = (
      priority: number,
      prefix: string,
      action: ReturnType<typeof forward> | { fixedResponse: { statusCode: number } },
    ): void => {
      const pathMatch = { match: { prefix }, caseSensitive: true };
      const about = { serviceIdentifier: actions.id, listenerIdentifier: actionsListener };
      const input = { ...about, name: `rule-${priority}`, priority, action };
      world.done({ op: 'CreateRule', input: { ...input, match: { httpMatch: { pathMatch } } } });
    };
    rule(30, '/a', forward({ v1: 1 }));
    rule(20, '/a/b', forward({ v2: 1 }));
    rule(10, '/a/b/c', forward({ v3: 1 }));
    rule(40, '/split', forward({ v1: 10, v2: 90 }));
    rule(50, '/zero', forward({ v1: 0, v2: 5 }));
    rule(60, '/nothing', forward({ v1: 0, v2: 0 }));
    rule(70, '/half', forward({ empty: 1, v1: 1 }));
    rule(80, '/gone', { fixedResponse: { statusCode: 404 } });
    rule(90, '/broken', { fixedResponse: { statusCode: 500 } });
    rule(100, '/empty', forward({ empty: 1 }));
    await world.settle();
  });
  after(async () => world.close());

  suite('match', () => {
    for (const [number, { source, sentence, takes, leaves }] of matchings.entries()) {
      sourced(source, sentence, async () => {
        for (const asked of takes) {
          assert.equal(await who(`matching-${number}`, asked), '500', JSON.stringify(asked));
        }
        for (const asked of leaves) {
          assert.equal(await who(`matching-${number}`, asked), '404', JSON.stringify(asked));
        }
      });
    }

    sourced('API: HttpMatch', 'a method in another case is another method', async () => {
      const number = matchings.findIndex(({ match }) => match.method === 'PATCH');
      const { address, port } = world.place(80);
      for (const [method, expected] of [
        ['PATCH', '500'],
        ['patch', '404'],
      ] as const) {
        const socket = connect(port, address);
        socket.write(`${method} / HTTP/1.1\r\nHost: matching-${number}.example.com\r\n\r\n`);
        const [answer]: unknown[] = await once(socket, 'data');
        socket.destroy();
        assert.equal(String(answer).split(' ')[1], expected, method);
      }
    });

    sourced(
      'guide: listener-rules',
      'the smallest priority that matches wins, and the default comes last',
      async () => {
        assert.equal(await who('actions', path('/a/b/c')), 'v3');
        assert.equal(await who('actions', path('/a/b')), 'v2');
        assert.equal(await who('actions', path('/a/c')), 'v1');
        assert.equal(await who('actions', path('/')), '404');
      },
    );
  });

  suite('find a service', () => {
    sourced('guide: service-custom-domain-name', 'by its generated name or its custom domain', async () => {
      for (const host of [actions.dnsEntry.domainName, 'actions.example.com']) {
        assert.equal((await world.call({ host, path: '/broken' })).status, 500, host);
      }
    });

    sourced('choice', 'by a host in any case, whose port does not count', async () => {
      const { domainName } = actions.dnsEntry;
      for (const host of [domainName.toUpperCase(), `${domainName}:8080`, 'Actions.Example.COM:80']) {
        assert.equal((await world.call({ host, path: '/broken' })).status, 500, host);
      }
    });

    sourced('guide: monitoring-access-logs', 'and no other host: 404', async () => {
      for (const host of ['other.example.com', `x.${actions.dnsEntry.domainName}`, 'example.com']) {
        assert.equal((await world.call({ host, path: '/broken' })).status, 404, host);
      }
    });
  });

  suite('act', () => {
    sourced('API: WeightedTargetGroup', 'weights divide requests, each for itself', async () => {
      const total = 1000;
      const counts = await count('/split', total);
      assert.equal((counts.get('v1') ?? 0) + (counts.get('v2') ?? 0), total);
      // 4.9 standard deviations to either side: once in a million runs.
      const spread = 4.9 * Math.sqrt(total * 0.1 * 0.9);
      assert.ok(Math.abs((counts.get('v1') ?? 0) - total * 0.1) < spread, JSON.stringify([...counts]));
    });

    sourced('API: WeightedTargetGroup', 'a weight of zero gets nothing', async () => {
      assert.deepEqual(await count('/zero', 30), new Map([['v2', 30]]));
    });

    sourced('choice', 'weights that sum to zero are 503', async () => {
      const { status, body } = await world.call({ host: 'actions.example.com', path: '/nothing' });
      assert.deepEqual([status, body], [503, 'Service Unavailable']);
    });

    sourced(
      'observed: aws-application-networking-k8s issue 780',
      'a group without targets keeps its share of requests, which are 503',
      async () => {
        const counts = await count('/half', 60);
        assert.deepEqual([...counts.keys()].toSorted(), ['503', 'v1']);
        const { status, body } = await world.call({ host: 'actions.example.com', path: '/empty' });
        assert.deepEqual([status, body], [503, 'Service Unavailable']);
      },
    );

    sourced('API: FixedResponseAction', 'a fixed response is 404 or 500, and empty', async () => {
      for (const [path, expected] of [
        ['/gone', 404],
        ['/broken', 500],
      ] as const) {
        const { status, body, headers } = await world.call({ host: 'actions.example.com', path });
        assert.deepEqual([status, body], [expected, '']);
        assert.deepEqual(
          Object.keys(headers).filter((name) => !['date', 'content-length', 'connection'].includes(name)),
          ['x-amzn-requestid'],
        );
      }
    });

    sourced('choice', 'to a call of gRPC what Lattice says itself is said as gRPC says it', async () => {
      const headers = { 'content-type': 'application/grpc', te: 'trailers' };
      for (const [path, expected] of [
        ['/gone', '12'],
        ['/broken', '2'],
        ['/empty', '14'],
      ] as const) {
        const call = { host: 'actions.example.com', method: 'POST', path, headers };
        const { status, headers: answered } = await world.call(call);
        assert.deepEqual([status, answered['grpc-status']], [200, expected], path);
      }
    });

    sourced(
      'guide: target-groups',
      'targets of a group take turns, and no client is bound to one',
      async () => {
        const group = world.group('turns');
        for (const name of ['one', 'two', 'three']) world.register(group, await world.target(says(name)));
        const service = world.service('turns', 'turns.example.com');
        world.listener(service, [[group, 1]]);
        await world.settle();
        const seen: string[] = [];
        for (let n = 0; n < 9; n += 1) seen.push(await who('turns', {}));
        assert.deepEqual(
          [...new Set(seen.slice(0, 3))].toSorted(),
          ['one', 'three', 'two'],
          'each of the first three has another',
        );
        assert.deepEqual(seen.slice(3), [...seen.slice(0, 3), ...seen.slice(0, 3)]);
      },
    );

    sourced('API: UpdateListener', 'the default action may forward, and is changed in place', async () => {
      const { service, listenerIdentifier } = serviceOf('default');
      const fresh = world.group('fresh');
      world.register(fresh, await world.target(says('fresh')));
      const defaultAction = forwardTo([[fresh, 1]]);
      const input = { serviceIdentifier: service.id, listenerIdentifier, defaultAction };
      await world.settle();
      assert.equal(await who('default', {}), '404');
      world.done({ op: 'UpdateListener', input });
      await world.settle();
      assert.equal(await who('default', {}), 'fresh');
    });
  });

  async function count(path: string, total: number): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (let n = 0; n < total; n += 1) {
      const name = await who('actions', { path });
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }
});
