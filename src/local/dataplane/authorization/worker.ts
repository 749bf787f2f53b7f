import * as thread from 'node:worker_threads';
import { systemClock } from '../../../ports/system/clock.ts';
import { systemPrimitives } from '../../primitives.ts';
import { readCheckRequest, readConnectRequest } from './check-request.ts';
import { createResponder } from './check-response.ts';
import { serveChecks } from './check-server.ts';
import { Registry } from './registry.ts';
import { isStart, isToWorker } from './worker-messages.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** The program of the worker thread: it takes rows from its parent and questions from Envoy, and nothing else. */
const start: unknown = thread.workerData;
if (!isStart(start)) throw new Error('The authorizer runs as a worker of the data plane.');
const respond = createResponder();
const registry = new Registry({ primitives: systemPrimitives, region: start.region });

thread.parentPort?.on('message', (message: unknown) => {
  if (isToWorker(message)) hear(message);
});
const server = await serveChecks({
  socket: start.socket,
  answer: (message, beside) => {
    const question = beside === undefined ? readCheckRequest(message) : readConnectRequest(message, beside);
    return respond(registry.answer(question, systemClock.now()));
  },
});
thread.parentPort?.postMessage({ op: 'serving' } satisfies FromWorker);

function hear(message: ToWorker): void {
  switch (message.op) {
    case 'tell':
      registry.apply(message.changes);
      thread.parentPort?.postMessage({ op: 'applied', number: message.number } satisfies FromWorker);
      return;
    case 'end':
      server.close();
      thread.parentPort?.close();
  }
}
