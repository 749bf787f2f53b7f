/** Which service a request finds, and what the rule that matches does with it, by real Envoy. */
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, suite } from 'node:test';
import type { Service } from '../../src/local/state/state.ts';
import { sourced } from './sourced.ts';
import { forwardTo, trafficWorld } from './world.ts';
import type { Call, TrafficWorld } from './world.ts';

type Asked = Omit<Call, 'host'>;

const path = (value: string): Asked => ({ path: value });

const says = (name: string) => (request: IncomingMessage, response: ServerResponse) => {
  response.end(JSON.stringify({ name, url: request.url }));
};

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

    sourced('API: WeightedTargetGroup', 'weights divide requests, each for itself', async () => {
      const total = 1000;
      const counts = await count('/split', total);
      assert.equal((counts.get('v1') ?? 0) + (counts.get('v2') ?? 0), total);
      // 4.9 standard deviations to either side: once in a million runs.
      const spread = 4.9 * Math.sqrt(total * 0.1 * 0.9);
      assert.ok(Math.abs((counts.get('v1') ?? 0) - total * 0.1) < spread, JSON.stringify([...counts]));
    });

    sourced('choice', 'shares of one group add up', async () => {
      const [heavy, light] = [world.group('heavy'), world.group('light')];
      world.register(heavy, await world.target(says('heavy')));
      world.register(light, await world.target(says('light')));
      world.listener(world.service('twice', 'twice.example.com'), [
        [heavy, 9],
        [light, 1],
        [heavy, 1],
      ]);
      await world.settle();
      const counts = await count('/', 100, 'twice');
      // A tenth; once in millions of runs it is more.
      assert.ok((counts.get('light') ?? 0) < 27, JSON.stringify([...counts]));
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

  async function count(
    path: string,
    total: number,
    service = 'actions',
  ): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (let n = 0; n < total; n += 1) {
      const name = await who(service, { path });
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }
});
