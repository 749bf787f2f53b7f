import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import type { Log } from '../../src/ports/log.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { quiet } from '../contract/world.ts';
import { present, trafficWorld } from './world.ts';
import type { Target, TrafficWorld } from './world.ts';

suite('changes of the local VPC Lattice, as traffic sees them', () => {
  let world: TrafficWorld;
  before(async () => {
    world = await trafficWorld();
  });
  after(async () => world.close());

  const named = async (name: string): Promise<Target> =>
    world.target((_, response) => {
      response.end(name);
    });
  const groupOf = (name: string, ...targets: readonly Target[]): TargetGroup => {
    const group = world.group(name);
    if (targets.length > 0) world.register(group, ...targets);
    return group;
  };
  const call = async ({ dnsEntry }: Service) => world.call({ host: dnsEntry.domainName });
  /** Who answers ten requests. */
  const answers = async (service: Service): Promise<readonly string[]> => {
    const seen = new Set<string>();
    for (let n = 0; n < 10; n += 1) {
      const { status, body } = await call(service);
      seen.add(status === 200 ? body : String(status));
    }
    return [...seen].toSorted();
  };

  test('a service answers once it is associated and has a listener, and is unknown once it is gone', async () => {
    const group = groupOf('come', await named('come'));
    const service = world.service('come-and-go');
    await world.settle();
    assert.equal((await call(service)).status, 0);
    const listenerId = world.listener(service, [[group, 1]]);
    await world.settle();
    assert.deepEqual(await answers(service), ['come']);
    const input = { serviceIdentifier: service.id, listenerIdentifier: listenerId };
    world.listener(world.service('stays'), [[groupOf('stays'), 1]]);
    world.done({ op: 'DeleteListener', input });
    await world.settle();
    assert.deepEqual(await answers(service), ['404']);
  });

  test('no request fails while weights change and targets are replaced', async () => {
    const [one, two] = [await named('one'), await named('two')];
    const [left, right] = [groupOf('left', one), groupOf('right', two)];
    const service = world.service('busy');
    const listenerId = world.listener(service, [[left, 100]]);
    await world.settle();
    const running = new AbortController();
    const failures: number[] = [];
    let calls = 0;
    const client = async (): Promise<void> => {
      while (!running.signal.aborted) {
        const { status } = await call(service);
        calls += 1;
        if (status !== 200) failures.push(status);
      }
    };
    const clients = [client(), client()];
    for (let n = 1; n <= 30; n += 1) {
      const fresh = groupOf(`fresh-${n}`, n % 2 === 0 ? one : two);
      world.reweigh(service, listenerId, [
        [left, n % 3],
        [right, (n + 1) % 3],
        [fresh, 5],
      ]);
      await world.settle();
      const [target, other] = n % 2 === 0 ? [one, two] : [two, one];
      world.register(left, other);
      world.done({ op: 'DeregisterTargets', input: { targetGroupIdentifier: left.id, targets: [target] } });
      world.reweigh(service, listenerId, [[left, 1]]);
      world.done({
        op: 'DeregisterTargets',
        input: { targetGroupIdentifier: fresh.id, targets: [one, two] },
      });
      await world.settle();
    }
    running.abort();
    await Promise.all(clients);
    assert.ok(calls > 60, `${calls} calls`);
    assert.deepEqual(failures, []);
  });

  test('a change of the idle timeout, and so of clusters, is taken at once and fails no request', async () => {
    const service = world.service('patient');
    world.listener(service, [[groupOf('patient', await named('patient')), 1]]);
    await world.settle();
    const running = new AbortController();
    const heard = new Set<number>();
    const client = async (): Promise<void> => {
      while (!running.signal.aborted) heard.add((await call(service)).status);
    };
    const clients = [client(), client()];
    const began = performance.now();
    for (let n = 1; n <= 20; n += 1) {
      const input = { serviceIdentifier: service.id, idleTimeoutSeconds: 60 + n };
      world.done({ op: 'UpdateService', input });
      await world.settle();
    }
    const took = performance.now() - began;
    running.abort();
    await Promise.all(clients);
    assert.deepEqual([...heard], [200]);
    // Envoy that waits for endpoints in vain does so for ten seconds each time.
    assert.ok(took < 5_000, `twenty changes took ${took} ms`);
  });

  test('a target that is unhealthy or drains gets no request, and all get them when none is healthy', async () => {
    const [one, two] = [await named('one'), await named('two')];
    const group = world.group('checked', { enabled: true, healthCheckIntervalSeconds: 300 });
    const service = world.service('checked');
    world.listener(service, [[group, 1]]);
    world.register(group, one, two);
    const verdict = (target: Target, status: 'HEALTHY' | 'UNHEALTHY') => {
      const { id, port } = target;
      world.done({
        op: 'ObserveTargetHealth',
        input: { targetGroupId: group.id, verdicts: [{ id, port, status }] },
      });
    };
    verdict(one, 'HEALTHY');
    verdict(two, 'HEALTHY');
    await world.settle();
    assert.deepEqual(await answers(service), ['one', 'two']);
    verdict(one, 'UNHEALTHY');
    await world.settle();
    assert.deepEqual(await answers(service), ['two']);
    verdict(two, 'UNHEALTHY');
    await world.settle();
    assert.deepEqual(await answers(service), ['one', 'two']);
    const { id, port } = one;
    const input = { targetGroupIdentifier: group.id, targets: [{ id, port }] };
    world.done({ op: 'DeregisterTargets', input });
    await world.settle();
    assert.deepEqual(await answers(service), ['two']);
  });

  test('health checks find out who is healthy', async () => {
    const [well, sick] = [
      await named('well'),
      await world.target((request, response) => {
        response.statusCode = request.url === '/health' ? 500 : 200;
        response.end('sick');
      }),
    ];
    const group = world.group('found', { enabled: true, path: '/health' });
    const service = world.service('found');
    world.listener(service, [[group, 1]]);
    world.register(group, well, sick);
    const status = (target: Target): string | undefined =>
      world.region.state().targetGroups.get(group.id)?.targets.get(`${target.id}:${target.port}`)?.status;
    await until(() => status(well) === 'HEALTHY');
    await world.settle();
    assert.equal(status(sick), 'INITIAL');
    assert.deepEqual(await answers(service), ['well']);
  });

  test('a target that cannot be reached answers 503, one that closes the connection 502', async () => {
    const gone = await named('gone');
    await gone.stop();
    const rude = await world.target((request) => request.socket.destroy());
    const [unreachable, closing] = [world.service('unreachable'), world.service('closing')];
    world.listener(unreachable, [[groupOf('unreachable', gone), 1]]);
    world.listener(closing, [[groupOf('closing', rude), 1]]);
    await world.settle();
    assert.equal((await call(unreachable)).status, 503);
    assert.equal((await call(closing)).status, 502);
  });

  test('pods know the names that their VPC reaches', async () => {
    const service = world.service('named', 'named.example.com');
    world.listener(service, [[groupOf('named'), 1]], 8080);
    await world.settle();
    const hosts = readFileSync(join(world.namesDir, 'hosts'), 'utf8');
    const address = present([...world.dataPlane.addresses().values()][0]);
    assert.ok(hosts.includes(`${address} named.example.com\n`), hosts);
    const curlrc = readFileSync(join(world.namesDir, 'curlrc'), 'utf8');
    const generated = service.dnsEntry.domainName;
    assert.ok(curlrc.includes(`connect-to = "${generated}:8080:${address}:8080"\n`), curlrc);
  });

  test('Envoy that is killed comes back with its configuration', async () => {
    const service = world.service('survives');
    world.listener(service, [[groupOf('survives', await named('alive')), 1]]);
    await world.settle();
    const pid = present(world.dataPlane.envoyPid());
    process.kill(pid, 'SIGKILL');
    await until(() => world.dataPlane.envoyPid() !== pid);
    await until(async () => (await call(service)).status === 200);
    assert.notEqual(world.dataPlane.envoyPid(), pid);
    await world.settle();
    assert.deepEqual(await answers(service), ['alive']);
  });
});

test('Envoy that served and is killed is back without a wait, however often that happens', async () => {
  const pauses: unknown[] = [];
  const warn: Log['warn'] = (event, fields) => {
    if (event === 'envoy ended and is started again') pauses.push(fields?.['pause']);
  };
  const log: Log = { ...quiet, warn, with: () => log };
  const world = await trafficWorld({ log });
  try {
    const service = world.service('often');
    const group = world.group('often');
    world.register(group, await world.target((_, response) => response.end('alive')));
    world.listener(service, [[group, 1]]);
    await world.settle();
    const call = { host: service.dnsEntry.domainName };
    for (let n = 0; n < 3; n += 1) {
      await until(async () => (await world.call(call)).body === 'alive');
      await systemClock.sleep(1_300);
      const pid = present(world.dataPlane.envoyPid());
      process.kill(pid, 'SIGKILL');
      await until(() => world.dataPlane.envoyPid() !== pid);
    }
    await until(async () => (await world.call(call)).body === 'alive');
    assert.deepEqual(pauses, [100, 100, 100]);
  } finally {
    await world.close();
  }
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while (!(await holds())) {
    deadline.throwIfAborted();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
