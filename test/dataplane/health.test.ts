/** Which targets get traffic, and why: health checks, their states and reasons, draining. Checked and asked for real. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer as createSecure2 } from 'node:http2';
import { createServer as createSecure } from 'node:https';
import type { Server } from 'node:net';
import { after, before, suite } from 'node:test';
import { createAuthority } from '../../src/certificates/authority.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import type { Command } from '../../src/local/state/command.ts';
import { sourced } from './sourced.ts';
import { present, trafficWorld } from './world.ts';
import type { Target, TrafficWorld } from './world.ts';

type Config = NonNullable<Command<'CreateTargetGroup'>['input']['config']>;
type Check = NonNullable<Config['healthCheck']>;

const vpcIdentifier = 'vpc-0123456789abcdef0';
/** The shortest that there is. */
const healthCheckIntervalSeconds = 5;
const healthCheckTimeoutSeconds = 1;
/** Five seconds and one second are over in a tenth of one. */
const clock: Clock = {
  ...systemClock,
  sleep: async (ms, signal) => systemClock.sleep(ms === 5_000 || ms === 1_000 ? 100 : ms, signal),
};

suite('health', () => {
  let world: TrafficWorld;
  const servers: Server[] = [];

  before(async () => {
    world = await trafficWorld({ clock });
  });
  after(async () => {
    await world.close();
    for (const server of servers) server.close();
  });

  interface Scene {
    readonly groupId: string;
    /** Status and reason of a target; undefined when it is gone. */
    readonly of: (target: Pick<Target, 'id' | 'port'>) => string | undefined;
    readonly becomes: (target: Pick<Target, 'id' | 'port'>, status: string) => Promise<void>;
    /** Who answers some requests. */
    readonly answers: () => Promise<readonly string[]>;
    readonly deregister: (target: Pick<Target, 'id' | 'port'>) => void;
  }

  let scenes = 0;
  /** A service with one group of these targets, whose checks are as told. */
  function scene(
    targets: readonly Pick<Target, 'id' | 'port'>[],
    check: Check,
    config: Partial<Config> = {},
  ): Scene {
    scenes += 1;
    const name = `group-${scenes}`;
    const healthCheck = {
      enabled: true,
      healthCheckIntervalSeconds,
      healthCheckTimeoutSeconds,
      ...check,
    };
    const input = {
      name,
      type: 'IP',
      config: { protocol: 'HTTP', port: 80, vpcIdentifier, ...config, healthCheck },
    } as const;
    const { id: groupId } = world.done({ op: 'CreateTargetGroup', input });
    const named = targets.map(({ id, port }) => ({ id, port }));
    world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: groupId, targets: named } });
    const service = world.service(name, `${name}.example.com`);
    world.listener(service, [[present(world.region.state().targetGroups.get(groupId)), 1]]);
    const of: Scene['of'] = ({ id, port }) => {
      const target = world.region.state().targetGroups.get(groupId)?.targets.get(`${id}:${port}`);
      if (target === undefined) return undefined;
      return target.reasonCode === undefined ? target.status : `${target.status} ${target.reasonCode}`;
    };
    return {
      groupId,
      of,
      becomes: async (target, status) => until(() => of(target) === status, `${status}, is ${of(target)}`),
      answers: async () => {
        await world.settle();
        const seen = new Set<string>();
        for (let n = 0; n < 8; n += 1) {
          const { status, body } = await world.call({ host: `${name}.example.com`, path: '/x' });
          seen.add(status === 200 ? body : String(status));
        }
        return [...seen].toSorted();
      },
      deregister: ({ id, port }) => {
        const gone = { targetGroupIdentifier: groupId, targets: [{ id, port }] };
        world.done({ op: 'DeregisterTargets', input: gone });
      },
    };
  }

  /** A target that says its name, and to checks what it is told to. */
  async function checked(name: string): Promise<Target & { code: number; checks: IncomingMessage[] }> {
    const checks: IncomingMessage[] = [];
    const state = { code: 200, checks };
    const target = await world.target((request, response) => {
      if (request.url !== '/health') response.end(name);
      else {
        checks.push(request);
        response.writeHead(state.code).end();
      }
    });
    return Object.assign(state, target);
  }

  const path = '/health';

  suite('of a target', () => {
    sourced('guide: target-group-health-checks', 'is HEALTHY after the first success', async () => {
      const target = await checked('first');
      const { of, becomes } = scene([target], { path, healthyThresholdCount: 10 });
      assert.equal(of(target), 'INITIAL');
      await becomes(target, 'HEALTHY');
      assert.ok(target.checks.length < 10, `after ${target.checks.length} checks`);
    });

    sourced(
      'guide: target-group-health-checks',
      'is UNHEALTHY, with HealthCheckFailed, after as many failures as its threshold, and back after as many successes',
      async () => {
        const target = await checked('falls');
        const { becomes } = scene([target], { path, unhealthyThresholdCount: 3, healthyThresholdCount: 4 });
        await becomes(target, 'HEALTHY');
        const before = target.checks.length;
        target.code = 500;
        await becomes(target, 'UNHEALTHY HealthCheckFailed');
        assert.ok(target.checks.length - before >= 3, 'three failures');
        const fallen = target.checks.length;
        target.code = 200;
        await becomes(target, 'HEALTHY');
        assert.ok(target.checks.length - fallen >= 4, 'four successes');
      },
    );

    sourced('guide: target-group-health-checks', 'fails when nothing listens', async () => {
      const target = await checked('gone');
      await target.stop();
      const { becomes } = scene([target], { path });
      await becomes(target, 'UNHEALTHY HealthCheckFailed');
    });

    sourced('API: HealthCheckConfig', 'fails when an answer takes longer than the time-out', async () => {
      const slow = await world.target((request, response) => {
        if (request.url !== path) response.end('slow');
      });
      const { becomes } = scene([slow], { path });
      await becomes(slow, 'UNHEALTHY HealthCheckFailed');
    });

    sourced('API: Matcher', 'depends on the codes that count as success', async () => {
      const target = await checked('matched');
      for (const [httpCode, code, status] of [
        ['200-299', 204, 'HEALTHY'],
        ['200,404', 404, 'HEALTHY'],
        ['200', 204, 'UNHEALTHY HealthCheckFailed'],
        ['300-399', 200, 'UNHEALTHY HealthCheckFailed'],
      ] as const) {
        target.code = code;
        await scene([target], { path, matcher: { httpCode } }).becomes(target, status);
      }
    });

    sourced(
      'guide: target-group-health-checks',
      'is asked for on a connection of its own each time',
      async () => {
        const target = await checked('own');
        const { becomes } = scene([target], { path });
        await becomes(target, 'HEALTHY');
        await until(() => target.checks.length >= 3, 'three checks');
        assert.ok(target.checks.every(({ headers }) => headers.connection === 'close'));
        assert.equal(new Set(target.checks.map(({ socket }) => socket)).size, target.checks.length);
      },
    );

    sourced('API: HealthCheckConfig', 'may be asked for at another port, by TLS and by HTTP/2', async () => {
      const certificate = createAuthority('theirs', Date.now()).issue(['x.example.com'], Date.now());
      const [secure, second] = [
        createSecure(certificate, (_, response) => response.end()),
        createSecure2(certificate, (_, response) => response.end()),
      ];
      for (const [server, more] of [
        [secure, { protocol: 'HTTPS' }],
        [second, { protocol: 'HTTPS', protocolVersion: 'HTTP2' }],
      ] as const) {
        const target = await checked('elsewhere');
        await target.stop();
        const port = await listening(server, target.id);
        await scene([target], { ...more, port }).becomes(target, 'HEALTHY');
      }
    });

    sourced('guide: target-groups', 'is checked and reached at an address of IPv6', async () => {
      const server = createServer((_, response) => response.end('six'));
      const port = await listening(server, '::1');
      const { becomes, answers } = scene([{ id: '::1', port }], {}, { ipAddressType: 'IPV6' });
      await becomes({ id: '::1', port }, 'HEALTHY');
      assert.deepEqual(await answers(), ['six']);
    });

    sourced('guide: target-group-health-checks', 'is UNAVAILABLE when checks are off', async () => {
      const target = await checked('unchecked');
      const { of, answers } = scene([target], { enabled: false });
      assert.equal(of(target), 'UNAVAILABLE');
      assert.deepEqual(await answers(), ['unchecked']);
    });

    sourced(
      'guide: target-group-health-checks',
      'is UNUSED while nothing forwards to its group',
      async () => {
        const target = await checked('unused');
        const group = world.group('unused', { enabled: true, healthCheckIntervalSeconds, path });
        world.register(group, target);
        const [found] = world.region.state().targetGroups.get(group.id)?.targets.values() ?? [];
        assert.deepEqual([found?.status, found?.reasonCode], ['UNUSED', 'TargetGroupNotInUse']);
        assert.deepEqual(target.checks, []);
      },
    );
  });

  suite('decides who gets traffic', () => {
    sourced('guide: target-group-health-checks', 'the healthy ones alone', async () => {
      const [well, sick] = [await checked('well'), await checked('sick')];
      sick.code = 500;
      const { becomes, answers } = scene([well, sick], { path });
      await becomes(well, 'HEALTHY');
      assert.deepEqual(await answers(), ['well'], 'while the other is INITIAL');
      await becomes(sick, 'UNHEALTHY HealthCheckFailed');
      assert.deepEqual(await answers(), ['well']);
    });

    sourced('guide: target-group-health-checks', 'all of them when none is healthy', async () => {
      const targets = [await checked('one'), await checked('two')];
      for (const target of targets) target.code = 500;
      const { becomes, answers } = scene(targets, { path });
      for (const target of targets) await becomes(target, 'UNHEALTHY HealthCheckFailed');
      assert.deepEqual(await answers(), ['one', 'two']);
    });

    sourced(
      'guide: register-targets',
      'a target that is deregistered finishes what it has and gets nothing new',
      async () => {
        let unfinished: ServerResponse | undefined;
        const leaving = await world.target((request, response) => {
          if (request.url === '/slow') unfinished = response;
          else response.end('leaving');
        });
        const staying = await checked('staying');
        const { deregister, answers } = scene([leaving], { enabled: false });
        const name = `group-${scenes}.example.com`;
        await world.settle();
        const slow = world.call({ host: name, path: '/slow' });
        await until(async () => /rq_active: [1-9]/.test(await activeRequests()), 'the slow request');
        const group = [...world.region.state().targetGroups.values()].at(-1);
        world.register(present(group), staying);
        deregister(leaving);
        assert.deepEqual(await answers(), ['staying']);
        unfinished?.end('finished');
        assert.equal((await slow).body, 'finished');
      },
    );
  });

  const activeRequests = async (): Promise<string> =>
    world.dataPlane.admin('/stats?filter=http.lattice.downstream_rq_active', AbortSignal.timeout(5_000));

  async function listening(server: Server, address: string): Promise<number> {
    servers.push(server);
    server.listen(0, address);
    await once(server, 'listening');
    const bound = server.address();
    assert.ok(typeof bound === 'object' && bound !== null);
    return bound.port;
  }
});

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 8_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `expected ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
