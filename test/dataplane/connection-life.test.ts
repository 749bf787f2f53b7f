/**
 * How long connections live and may idle, as clients and the access log see it. Times are AWS's on a scale of 1:100, so
 * that ten minutes are six seconds, which all tests wait for at once.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { after, before, suite } from 'node:test';
import { within } from '../../src/ports/deadline.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { lifeScene } from './life-scene.ts';
import type { LifeScene } from './life-scene.ts';
import { host } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { clientHello } from './raw-tls.ts';
import { sourced } from './sourced.ts';
import { present } from './world.ts';

const timeScale = 1 / 100;
/** Of a connection, in milliseconds. */
const life = 600_000 * timeScale;
/** Envoy lets what is under way go on for so long once it drains a connection. */
const grace = 5_000;

suite('connections live', { concurrency: true }, () => {
  let scene: LifeScene;
  let logged: LoggedWorld;

  before(async () => {
    scene = await lifeScene(timeScale);
    logged = scene.logged;
  });
  after(async () => scene.close());

  sourced(
    'guide: quotas',
    'a connection to a resource has no life of its own, but must not be idle for 350 seconds',
    async () => {
      const [busy, idle] = [scene.talking(), scene.silent()];
      const began = performance.now();
      busy.on('error', () => undefined).resume();
      await once(idle.resume(), 'close', { signal: AbortSignal.timeout(life + grace) });
      const took = performance.now() - began;
      assert.ok(took > 350_000 * timeScale * 0.8 && took < life, `${took} ms`);
      await systemClock.sleep(began + life * 1.3 - performance.now());
      await once(busy, 'data', { signal: AbortSignal.timeout(grace) });
      assert.equal(busy.readyState, 'open');
      busy.destroy();
    },
  );

  sourced(
    'guide: quotas',
    'a connection that is never idle is closed after its life, and no request fails',
    async () => {
      const { address, port } = logged.world.place(80);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const began = performance.now();
      let isLast = false;
      const ports = new Set<number | undefined>();
      await patiently(async () => {
        while (!isLast) {
          const sent = request({ host: address, port, agent, headers: { host } });
          sent.end();
          const [response]: IncomingMessage[] = await once(sent, 'response');
          const { statusCode, headers, socket } = present(response);
          assert.equal(statusCode, 200);
          ports.add(socket.localPort);
          isLast = headers.connection === 'close';
          response?.resume();
          await once(present(response), 'end');
        }
      });
      const took = performance.now() - began;
      agent.destroy();
      assert.equal(ports.size, 1, 'one connection, whose last response says that it is the last');
      assert.ok(took > life * 0.8 && took < life * 2 + 1_000, `${took} ms`);
    },
  );

  sourced(
    'guide: quotas',
    'a connection of HTTP/2 is told to go away after its life, and another one serves',
    async () => {
      const ca = readFileSync(logged.world.dataPlane.authorityFile, 'utf8');
      const { address, port } = logged.world.place(443);
      const open = () =>
        connectHttp2(`https://${host}:${port}`, { ca, host: address, servername: host }).on(
          'error',
          () => undefined,
        );
      const session = open();
      const began = performance.now();
      const leaves = once(session, 'goaway', { signal: AbortSignal.timeout(life + grace) });
      const asking = (async () => {
        while (!session.closed) assert.equal(await statusOf(session), 200);
      })();
      await leaves;
      const took = performance.now() - began;
      await asking;
      session.destroy();
      assert.ok(took > life * 0.8 && took < life * 2 + 1_000, `${took} ms`);
      const next = open();
      assert.equal(await statusOf(next), 200);
      next.destroy();
    },
  );

  sourced(
    'guide: monitoring-access-logs',
    'a request that is under way for so long is broken off: ConnectionDurationExceeded',
    async () => {
      const { address, port } = logged.world.place(80);
      const sent = request({ host: address, port, path: '/talks', headers: { host }, agent: false });
      sent.end();
      const began = performance.now();
      const [response]: IncomingMessage[] = await once(sent, 'response');
      await patiently(
        async () =>
          new Promise((resolve) => {
            present(response).on('error', () => undefined);
            present(response).on('close', resolve).resume();
          }),
      );
      const took = performance.now() - began;
      assert.equal(present(response).complete, false);
      assert.ok(took > life * 0.8 && took < life * 2 + 1_000, `${took} ms`);
      const { failureReason, responseCode } = await logged.line({ requestPath: '/talks' });
      assert.deepEqual([responseCode, failureReason], [200, 'ConnectionDurationExceeded']);
    },
  );

  sourced('guide: quotas', 'a connection that is passed through is closed after its life, too', async () => {
    const { address, port } = logged.world.place(8443);
    const socket = connectTcp(port, address);
    socket.on('error', () => undefined).resume();
    socket.write(clientHello('greeter.example.com'));
    await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
    const began = performance.now();
    await once(socket, 'close', { signal: AbortSignal.timeout(life + grace) });
    const took = performance.now() - began;
    assert.ok(took > life * 0.8 && took < life * 2 + 1_000, `${took} ms`);
    const { failureReason } = await logged.line({ serverNameIndication: 'greeter.example.com' });
    assert.equal(failureReason, 'ConnectionDurationExceeded');
  });

  sourced('choice', 'a request whose head does not come to its end is given up: 400', async () => {
    const { address, port } = logged.world.place(80);
    const socket = connectTcp(port, address);
    const began = performance.now();
    socket.write(`GET /half-a-head HTTP/1.1\r\nhost: ${host}\r\nx-h`);
    const [answer]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(life + grace) });
    socket.destroy();
    assert.match(String(answer), /^HTTP\/1\.1 400 Bad Request\r\n/);
    const took = performance.now() - began;
    assert.ok(took > 60_000 * timeScale * 0.8 && took < life / 2, `${took} ms`);
  });

  sourced(
    'API: UpdateService',
    'a target may be silent for the idle timeout of its own service',
    async () => {
      const times = await Promise.all(
        [host, 'patient.example.com'].map(async (each) => {
          const began = performance.now();
          const { status } = await logged.world.call({ host: each, path: '/never' });
          assert.equal(status, 504);
          return performance.now() - began;
        }),
      );
      const [short = 0, long = 0] = times;
      assert.ok(short > 60_000 * timeScale * 0.8 && short < life, `${short} ms`);
      assert.ok(long > life * 0.8, `${long} ms`);
    },
  );
});

async function statusOf(session: ReturnType<typeof connectHttp2>): Promise<unknown> {
  const stream = session.request({ ':path': '/' });
  const [headers]: { readonly ':status'?: number }[] = await once(stream, 'response');
  stream.resume();
  await once(stream, 'end');
  return headers?.[':status'];
}

async function patiently(work: (until: AbortSignal) => Promise<void>): Promise<void> {
  await within(systemClock, life + grace, new AbortController().signal, work);
}
