/** Connections that Lattice does not look into: which service they find, which target, and how long they last. By real Envoy. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { after, before, suite } from 'node:test';
import { within } from '../../src/ports/deadline.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import type { Command } from '../../src/local/state/command.ts';
import { badTarget, loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { clientHello } from './raw-tls.ts';
import { sourced } from './sourced.ts';
import { forwardTo, present } from './world.ts';
import type { TrafficWorld, Weighted } from './world.ts';

/** The first byte of what a server of TLS says. */
const [alert, handshake] = [21, 22];
const vpcIdentifier = 'vpc-0123456789abcdef0';
const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';

type HealthCheck = NonNullable<Command<'CreateTargetGroup'>['input']['config']>['healthCheck'];

interface Backend {
  readonly at: { readonly id: string; readonly port: number };
  /** What it answers to every piece of bytes. */
  readonly name: string;
}

suite('connections that are passed through', () => {
  let logged: LoggedWorld;
  let world: TrafficWorld;
  const servers: Server[] = [];
  const sockets: Socket[] = [];

  before(async () => {
    logged = await loggedWorld();
    world = logged.world;
    logged.logNetwork();
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await logged.close();
    for (const server of servers) server.close();
  });

  async function backend(name: string): Promise<Backend> {
    const { server, at } = await badTarget((socket) => {
      socket.on('data', (bytes) =>
        socket.write(String(bytes).startsWith('GET ') ? 'HTTP/1.1 200 OK\r\n\r\n' : name),
      );
    });
    servers.push(server);
    return { name, at };
  }

  function groupOf(name: string, backends: readonly Backend[], healthCheck?: HealthCheck): TargetGroup {
    const checked = healthCheck === undefined ? {} : { healthCheck };
    const config = { protocol: 'TCP', port: 443, vpcIdentifier, ...checked } as const;
    const { id } = world.done({ op: 'CreateTargetGroup', input: { name, type: 'IP', config } });
    const targets = backends.map(({ at }) => at);
    if (targets.length > 0)
      world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: id, targets } });
    return present(world.region.state().targetGroups.get(id));
  }

  function serve(name: string, weights: readonly Weighted[], port = 443): Service {
    const service = world.service(name, `${name}.example.com`);
    const listener = {
      serviceIdentifier: service.id,
      name: 'tls',
      protocol: 'TLS_PASSTHROUGH',
      port,
    } as const;
    world.done({ op: 'CreateListener', input: { ...listener, defaultAction: forwardTo(weights) } });
    return service;
  }

  /** A connection for a host; what answers its first bytes, undefined if it is closed instead. */
  async function open(
    host: string,
    port = 443,
  ): Promise<{ readonly socket: Socket; readonly said: string | undefined }> {
    const place = world.place(port);
    const socket = connect(place.port, place.address);
    sockets.push(socket);
    socket.on('error', () => undefined);
    const said = new Promise<string | undefined>((resolve) => {
      socket.once('data', (bytes) => resolve(String(bytes)));
      socket.once('close', () => resolve(undefined));
    });
    socket.write(clientHello(host));
    return { socket, said: await within(systemClock, 5_000, new AbortController().signal, async () => said) };
  }

  const hasHealthy = ({ id }: TargetGroup): boolean =>
    [...present(world.region.state().targetGroups.get(id)).targets.values()].some(
      ({ status }) => status === 'HEALTHY',
    );

  const who = async (host: string, port?: number): Promise<string | undefined> => {
    const { socket, said } = await open(host, port);
    socket.destroy();
    return said;
  };

  sourced(
    'guide: tls-listeners',
    'find their service by name and port, beside others of each protocol',
    async () => {
      const [one, two] = [await backend('one'), await backend('two')];
      serve('one', [[groupOf('one', [one]), 1]]);
      serve('two', [[groupOf('two', [two]), 1]]);
      serve('far', [[groupOf('far', [two]), 1]], 8443);
      for (const protocol of ['HTTPS', 'HTTP'] as const) {
        const name = protocol.toLowerCase();
        const service = world.service(name, `${name}.example.com`);
        world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, certificateArn } });
        const defaultAction = { fixedResponse: { statusCode: 404 } };
        const listener = { serviceIdentifier: service.id, name, protocol, port: 443, defaultAction };
        world.done({ op: 'CreateListener', input: listener });
      }
      await world.settle();
      assert.equal(await who('one.example.com'), 'one');
      assert.equal(await who('TWO.Example.com'), 'two');
      assert.equal(await who('far.example.com', 8443), 'two');
      assert.equal(await who('far.example.com'), undefined, 'it listens on another port');
      assert.equal(await who('x.one.example.com'), undefined);
      assert.equal((await world.call({ host: 'http.example.com', port: 443 })).status, 404);
      // The first byte of a server's own answer to a client of TLS, and not what a target says.
      assert.ok([alert, handshake].includes(String(await who('https.example.com')).charCodeAt(0)));
    },
  );

  sourced(
    'API: WeightedTargetGroup',
    'are divided among groups by weight, none by a weight of zero',
    async () => {
      const groups = await Promise.all(
        ['some', 'more', 'never'].map(async (name) => groupOf(name, [await backend(name)])),
      );
      const [some, more, never] = groups.map(present);
      serve('divided', [
        [present(some), 1],
        [present(more), 999],
        [present(never), 0],
      ]);
      serve('even', [
        [present(groupOf('left', [await backend('left')])), 1],
        [present(groupOf('right', [await backend('right')])), 1],
      ]);
      serve('nowhere', [[groupOf('zero', [await backend('zero')]), 0]]);
      await world.settle();
      const seen = new Set<string | undefined>();
      // One in 2^39 runs has one side only.
      for (let n = 0; n < 40; n += 1) seen.add(await who('even.example.com'));
      assert.deepEqual(seen, new Set(['left', 'right']));
      const counts = { some: 0, more: 0 };
      for (let n = 0; n < 30; n += 1) {
        const name = await who('divided.example.com');
        assert.ok(name === 'some' || name === 'more', String(name));
        counts[name] += 1;
      }
      assert.ok(counts.more > 25, JSON.stringify(counts));
      assert.equal(await who('nowhere.example.com'), undefined);
    },
  );

  sourced('guide: register-targets', 'go on with a target that drains, which gets no new ones', async () => {
    const [leaving, staying] = [await backend('leaving'), await backend('staying')];
    const group = groupOf('rolling', [leaving]);
    serve('rolling', [[group, 1]]);
    await world.settle();
    const { socket, said } = await open('rolling.example.com');
    assert.equal(said, 'leaving');
    const targetGroupIdentifier = group.id;
    world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier, targets: [staying.at] } });
    world.done({ op: 'DeregisterTargets', input: { targetGroupIdentifier, targets: [leaving.at] } });
    await world.settle();
    for (let n = 0; n < 4; n += 1) assert.equal(await who('rolling.example.com'), 'staying');
    socket.write('more');
    const [more]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
    assert.equal(String(more), 'leaving');
  });

  sourced(
    'guide: target-group-health-checks',
    'go to healthy targets alone, where checks are on',
    async () => {
      const { server, at } = await badTarget((socket) => socket.once('data', () => socket.destroy()));
      servers.push(server);
      const well = await backend('well');
      const check = {
        enabled: true,
        protocol: 'HTTP',
        protocolVersion: 'HTTP1',
        path: '/ready',
        healthCheckIntervalSeconds: 5,
        unhealthyThresholdCount: 2,
      } as const;
      const group = groupOf('checked', [well, { at, name: 'sick' }], check);
      serve('checked', [[group, 1]]);
      await within(systemClock, 5_000, new AbortController().signal, async (until) => {
        while (!hasHealthy(group)) await systemClock.sleep(20, until);
      });
      await world.settle();
      for (let n = 0; n < 6; n += 1) assert.equal(await who('checked.example.com'), 'well');
    },
  );

  sourced(
    'API: UpdateService',
    'are closed when nothing is said for the idle time-out of their service',
    async () => {
      const service = serve('idle', [[groupOf('idle', [await backend('idle')]), 1]]);
      // The API takes 60 seconds and more; nobody waits for that here.
      world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, idleTimeoutSeconds: 1 } });
      await world.settle();
      const { socket, said } = await open('idle.example.com');
      const began = performance.now();
      assert.equal(said, 'idle');
      await once(socket, 'close', { signal: AbortSignal.timeout(5_000) });
      assert.ok(performance.now() - began > 800);
    },
  );

  sourced('guide: monitoring-access-logs', 'are lines of the listener they came to', async () => {
    const [one, two] = [await backend('at-443'), await backend('at-8443')];
    const service = serve('ports', [[groupOf('at-443', [one]), 1]]);
    const second = { serviceIdentifier: service.id, name: 'second', protocol: 'TLS_PASSTHROUGH' } as const;
    const group = groupOf('at-8443', [two]);
    const { listener } = world.done({
      op: 'CreateListener',
      input: { ...second, port: 8443, defaultAction: forwardTo([[group, 1]]) },
    });
    await world.settle();
    assert.equal(await who('ports.example.com', 8443), 'at-8443');
    assert.equal(await who('ports.example.com'), 'at-443');
    const line = await logged.line({ targetGroupArn: group.arn });
    assert.deepEqual([line['listenerId'], line['serviceArn']], [listener.id, service.arn]);
  });

  sourced('guide: monitoring-access-logs', 'are closed without a target, and the log says why', async () => {
    const service = serve('empty', [[groupOf('empty', []), 1]]);
    const gone = await backend('gone');
    servers.pop()?.close();
    const refusing = serve('refusing', [[groupOf('refusing', [gone]), 1]]);
    await world.settle();
    for (const { arn, name } of [service, refusing]) {
      assert.equal(await who(`${name}.example.com`), undefined);
      const line = await logged.line({ serviceArn: arn });
      assert.deepEqual(
        [line['failureReason'], line['protocol'], line['serverNameIndication'], line['listenerType']],
        ['TargetConnectionError', 'TCP', `${name}.example.com`, 'TLS_PASSTHROUGH'],
      );
    }
  });
});
