/** A request that waits for the authorizer while what it is routed to is changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { program } from '../../src/local/dataplane/authorization/authorizer.ts';
import { signedHeaders } from '../auth/sign.ts';
import { allowing, protect, signer, signerArn } from './chaos/scene.ts';
import { trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

test('a request that is being decided on reaches its target group, although nobody else is sent there any more', async () => {
  const gate = new Gate();
  const world = await trafficWorld({ launchAuthorizer: (start) => gate.launch(start) });
  try {
    const host = 'guarded.example.com';
    const service = world.service('guarded', host);
    const [old, fresh] = [world.group('old'), world.group('fresh')];
    for (const group of [old, fresh]) {
      world.register(group, await world.target((_, response) => response.end(group.name)));
    }
    const listenerId = world.listener(service, [[old, 1]]);
    protect(world, service.id, allowing({ AWS: signerArn }));
    world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, authType: 'AWS_IAM' } });
    await world.settle();
    const { host: _, ...headers } = await signedHeaders({ ...signer, host, path: '/' });
    const call = async () => world.call({ host, headers });
    assert.equal((await call()).body, 'old');

    gate.close();
    const answer = call();
    await asked(world);
    world.reweigh(service, listenerId, [[fresh, 1]]);
    await world.settle();
    gate.open();
    const { status, body } = await answer;
    assert.deepEqual({ status, body }, { status: 200, body: 'old' });
    assert.equal((await call()).body, 'fresh');
  } finally {
    gate.open();
    await world.close();
  }
});

/** A worker that decides nothing while the gate is closed. */
class Gate {
  readonly #open = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;

  launch(start: object): Worker {
    const source = `
      const { workerData, parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ op }) => {
        if (op === 'wait') Atomics.wait(workerData.gate, 0, 0, 10_000);
      });
      import(workerData.program);
    `;
    const workerData = { ...start, program: program.href, gate: this.#open };
    this.#worker = new Worker(source, { eval: true, workerData });
    return this.#worker;
  }

  close(): void {
    this.#worker?.postMessage({ op: 'wait' });
  }

  open(): void {
    Atomics.store(this.#open, 0, 1);
    Atomics.notify(this.#open, 0);
  }
}

/** Resolves when a question is with the authorizer. */
async function asked({ dataPlane }: TrafficWorld): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  const active = 'cluster.authorizer.upstream_rq_active';
  while (!(await dataPlane.admin(`/stats?filter=${active}`, signal)).includes(`${active}: 1`)) {
    signal.throwIfAborted();
  }
}
