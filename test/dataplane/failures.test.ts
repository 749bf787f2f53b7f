/**
 * Everything that can go wrong with a request, as its client sees it and as the access log tells it: VPC Lattice user guide,
 * monitoring-access-logs, for reasons and fields; what status comes with a reason the guide says in part.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite } from 'node:test';
import { Worker } from 'node:worker_threads';
import { program } from '../../src/local/dataplane/authorization/authorizer.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { within } from '../../src/ports/deadline.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { badTarget, host, loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { sourced } from './sourced.ts';
import type { Source } from './sourced.ts';

const functionArn = 'arn:aws:lambda:us-west-2:123456789012:function:bad';
const handler = `
export const handler = async (event) => {
  const path = event.raw_path.split('?')[0];
  if (path === '/throw') throw new Error('no');
  if (path === '/silent') return new Promise((resolve) => setTimeout(resolve, 30_000));
  return 'no answer at all';
};
`;

/** A path, what its client gets, and what the log says. */
interface Failure {
  readonly source: Source;
  readonly sentence: string;
  readonly host?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly reason: string;
  /** What `targetGroupArn` says. */
  readonly target: 'a group' | '-';
}

const log = 'guide: monitoring-access-logs';
const target = 'a group';

const failures: readonly Failure[] = [
  {
    source: log,
    sentence: 'nothing listens at the target',
    path: '/refused',
    status: 503,
    reason: 'TargetConnectionError',
    target,
  },
  {
    source: 'observed: aws-application-networking-k8s issue 780',
    sentence: 'the group has no target',
    path: '/empty',
    status: 503,
    reason: 'TargetConnectionError',
    target,
  },
  {
    source: log,
    sentence: 'the target says what is no HTTP',
    path: '/babbles',
    status: 502,
    reason: 'TargetProtocolError',
    target,
  },
  {
    source: log,
    sentence: 'the target does not speak the TLS that its group is for',
    path: '/no-tls',
    status: 503,
    reason: 'TargetProtocolError',
    target,
  },
  {
    source: log,
    sentence: 'the target hangs up before it answers',
    path: '/hangs-up',
    status: 502,
    reason: 'TargetConnectionClosed',
    target,
  },
  {
    source: log,
    sentence: 'the target hangs up in the middle of its answer',
    path: '/half',
    // The status was on its way already.
    status: 0,
    reason: 'TargetConnectionClosed',
    target,
  },
  {
    source: log,
    sentence: 'the target says nothing for the idle timeout',
    path: '/never',
    status: 504,
    reason: 'TargetDataTimeout',
    target,
  },
  {
    source: 'choice',
    sentence: 'a function says nothing for the idle timeout',
    host: 'hasty-function.example.com',
    path: '/silent',
    status: 504,
    reason: 'TargetDataTimeout',
    target,
  },
  {
    source: 'choice',
    sentence: 'a function throws',
    host: 'function.example.com',
    path: '/throw',
    status: 502,
    reason: 'TargetProtocolError',
    target,
  },
  {
    source: 'choice',
    sentence: 'a function returns what is no response',
    host: 'function.example.com',
    path: '/text',
    status: 502,
    reason: 'TargetProtocolError',
    target,
  },
  {
    source: 'choice',
    sentence: 'nothing stands for a function',
    host: 'nothing.example.com',
    path: '/stands-for-it',
    status: 503,
    reason: 'TargetConnectionError',
    target,
  },
  {
    source: 'guide: quotas',
    sentence: 'the client sends more than 100 headers',
    path: '/many',
    headers: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, 'x'])),
    status: 400,
    reason: 'ClientProtocolError',
    target: '-',
  },
  {
    source: 'guide: auth-policies',
    sentence: 'the service lets nobody in',
    host: 'closed.example.com',
    path: '/closed',
    status: 403,
    reason: 'ClientAccessDenied',
    target: '-',
  },
  {
    source: 'choice',
    sentence: 'a host of no service is no failure',
    host: 'nobody.example.com',
    path: '/nobody',
    status: 404,
    reason: '-',
    target: '-',
  },
  {
    source: log,
    sentence: 'a fixed response is no failure',
    path: '/fixed',
    status: 500,
    reason: '-',
    target: '-',
  },
];

suite('failures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'failures-'));
  const servers: Server[] = [];
  let logged: LoggedWorld;
  /** The newest worker of the authorizer; while it is to stay down, one that ends at once. */
  let worker: Worker | undefined;
  let isDown = false;

  const serve = (name: string, group: TargetGroup): Service => {
    const service = logged.world.service(name, `${name}.example.com`);
    logged.world.listener(service, [[group, 1]]);
    return service;
  };

  const functionGroup = (name: string, arn: string): TargetGroup => {
    const made = logged.world.done({ op: 'CreateTargetGroup', input: { name, type: 'LAMBDA' } });
    const input = { targetGroupIdentifier: made.id, targets: [{ id: arn }] };
    logged.world.done({ op: 'RegisterTargets', input });
    return made;
  };

  before(async () => {
    const file = join(folder, 'bad.mjs');
    writeFileSync(file, handler);
    const place = { kind: 'file', language: 'node', file, handler: 'handler' } as const;
    const functions = new Map([[functionArn, { ...place, timeoutSeconds: 60, environment: {} }]]);
    logged = await loggedWorld({
      standIns: { functions, addresses: new Map() },
      launchAuthorizer: (workerData) => {
        worker = isDown ? new Worker('', { eval: true }) : new Worker(program, { workerData });
        return worker;
      },
    });
    const { world, cart, forwardBelow, groupOf } = logged;
    const targets = {
      refused: await badTarget(() => undefined),
      babbles: await badTarget((socket) => socket.end('220 mail.example.com\r\n')),
      'hangs-up': await badTarget((socket) => socket.once('data', () => socket.destroy())),
    };
    for (const [name, { server, at }] of Object.entries(targets)) {
      if (name === 'refused') server.close();
      else servers.push(server);
      forwardBelow(`/${name}`, groupOf(name, at));
    }
    forwardBelow('/empty', world.group('empty'));
    const config = { protocol: 'HTTPS', port: 443, vpcIdentifier: 'vpc-0123456789abcdef0' } as const;
    const noTls = world.done({
      op: 'CreateTargetGroup',
      input: { name: 'no-tls', type: 'IP', config: { ...config, healthCheck: { enabled: false } } },
    });
    world.register(noTls, logged.target);
    forwardBelow('/no-tls', noTls);
    logged.fixedBelow('/fixed', 500);
    const closed = serve('closed', world.group('closed'));
    world.done({ op: 'UpdateService', input: { serviceIdentifier: closed.id, authType: 'AWS_IAM' } });
    serve('function', functionGroup('function', functionArn));
    const hasty = serve('hasty-function', functionGroup('hasty-function', functionArn));
    serve('nothing', functionGroup('nothing', functionArn.replace('bad', 'nothing')));
    for (const { id } of [cart, hasty]) {
      // The API takes 60 seconds and more; nobody waits for that here.
      world.done({ op: 'UpdateService', input: { serviceIdentifier: id, idleTimeoutSeconds: 1 } });
    }
    logged.logNetwork();
    await world.settle();
  });
  after(async () => {
    await logged.close();
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });

  for (const { source, sentence, path, status, reason, target, ...asked } of failures) {
    sourced(source, `${sentence}: ${status}, ${reason}`, async () => {
      const answer = await logged.world.call({ host, ...asked, path });
      assert.equal(answer.status, status, answer.body);
      const found = await logged.line(
        status === 400 ? { responseCode: 400 } : { requestPath: path, hostHeader: asked.host ?? host },
      );
      assert.equal(found['failureReason'], reason);
      assert.match(String(found['targetGroupArn']), target === '-' ? /^-$/ : /:targetgroup\/tg-/);
      // A status that was told is told, whatever came of the rest.
      assert.equal(found['responseCode'], path === '/half' ? 200 : status);
    });
  }

  sourced(log, 'the client goes before it is answered: no code, ClientConnectionClosed', async () => {
    const { world } = logged;
    const { address, port } = world.place(80);
    world.done({ op: 'UpdateService', input: { serviceIdentifier: logged.cart.id, idleTimeoutSeconds: 60 } });
    await world.settle();
    const leaves = connectTcp(port, address, () => {
      leaves.write(`GET /never HTTP/1.1\r\nhost: ${host}\r\nuser-agent: leaves\r\n\r\n`);
    });
    const arrived = async (): Promise<boolean> =>
      /downstream_rq_active: 1/.test(
        await world.dataPlane.admin(
          '/stats?filter=http.lattice.downstream_rq_active',
          AbortSignal.timeout(5_000),
        ),
      );
    await within(systemClock, 5_000, new AbortController().signal, async (until) => {
      while (!(await arrived())) await systemClock.sleep(20, until);
    });
    leaves.destroy();
    const { failureReason, responseCode } = await logged.line({ userAgent: 'leaves' });
    assert.deepEqual([responseCode, failureReason], [0, 'ClientConnectionClosed']);
  });

  sourced('choice', 'the authorizer does not answer: 500, InternalError', async () => {
    isDown = true;
    const ended = once(worker ?? assert.fail(), 'exit');
    worker?.postMessage({ op: 'end' });
    await ended;
    const call = { host: 'closed.example.com', path: '/nobody-decides' };
    assert.equal((await logged.world.call(call)).status, 500);
    isDown = false;
    const { failureReason, responseCode } = await logged.line({ requestPath: call.path });
    assert.deepEqual([responseCode, failureReason], [500, 'InternalError']);
  });
});
