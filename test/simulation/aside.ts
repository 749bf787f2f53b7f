/**
 * Simulates in a thread of its own: the test runner follows every promise of its thread, and a world makes so many that
 * following them takes as long as the world itself.
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { simulate } from './simulate.ts';
import type { Run, SimulateOptions } from './simulate.ts';

interface Asked {
  readonly seed: number;
  readonly options: SimulateOptions;
}

type Answer = { readonly run: Run } | { readonly failed: unknown };

export interface Aside {
  /** As `simulate`. One at a time. */
  simulate(seed: number, options?: SimulateOptions): Promise<Run>;
  close(): Promise<void>;
}

export function createAside(): Aside {
  const worker = new Worker(new URL(import.meta.url));
  return {
    simulate: async (seed, options = {}) => {
      const { promise, resolve, reject } = Promise.withResolvers<Run>();
      const onMessage = (answer: Answer): void =>
        'run' in answer ? resolve(answer.run) : reject(answer.failed);
      worker.once('message', onMessage).once('error', reject);
      worker.postMessage({ seed, options } satisfies Asked);
      try {
        return await promise;
      } finally {
        worker.off('message', onMessage).off('error', reject);
      }
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

if (!isMainThread) {
  parentPort?.on('message', (asked: Asked) => {
    void answer(asked).then((one) => parentPort?.postMessage(one));
  });
}

async function answer({ seed, options }: Asked): Promise<Answer> {
  try {
    return { run: await simulate(seed, options) };
  } catch (failed) {
    return { failed };
  }
}
