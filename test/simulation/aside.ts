/** Simulates in a thread of its own: several worlds at once, and each thread has a core. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { crashAt } from './crashes.ts';
import type { Crashed } from './crashes.ts';
import { crashWhileMoving } from './moving.ts';
import { simulate } from './simulate.ts';
import type { Run, SimulateOptions } from './simulate.ts';
import { simulateVariety } from './variety/simulate.ts';

type Asked =
  | { readonly what: 'simulate'; readonly seed: number; readonly options: SimulateOptions }
  | { readonly what: 'simulateVariety'; readonly seed: number }
  | { readonly what: 'crashAt'; readonly seed: number; readonly call: number | undefined }
  | { readonly what: 'crashWhileMoving'; readonly move: number; readonly call: number | undefined };

interface Ended extends Run {
  readonly calls?: number;
}

type Answer = { readonly run: Ended } | { readonly failed: unknown };

export interface Aside {
  /** As `simulate`. One at a time. */
  simulate(seed: number, options?: SimulateOptions): Promise<Run>;
  /** As `simulateVariety`. */
  simulateVariety(seed: number): Promise<Run>;
  /** As `crashAt`. */
  crashAt(seed: number, call?: number): Promise<Crashed>;
  /** As `crashWhileMoving`. */
  crashWhileMoving(move: number, call?: number): Promise<Crashed>;
  close(): Promise<void>;
}

export function createAside(): Aside {
  const worker = new Worker(new URL(import.meta.url));
  const ask = async (asked: Asked): Promise<Ended> => {
    const { promise, resolve, reject } = Promise.withResolvers<Ended>();
    const onMessage = (answer: Answer): void =>
      'run' in answer ? resolve(answer.run) : reject(answer.failed);
    worker.once('message', onMessage).once('error', reject);
    worker.postMessage(asked);
    try {
      return await promise;
    } finally {
      worker.off('message', onMessage).off('error', reject);
    }
  };
  return {
    simulate: async (seed, options = {}) => await ask({ what: 'simulate', seed, options }),
    simulateVariety: async (seed) => await ask({ what: 'simulateVariety', seed }),
    crashAt: async (seed, call) => {
      const { calls = 0, ...run } = await ask({ what: 'crashAt', seed, call });
      return { ...run, calls };
    },
    crashWhileMoving: async (move, call) => {
      const { calls = 0, ...run } = await ask({ what: 'crashWhileMoving', move, call });
      return { ...run, calls };
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

async function answer(asked: Asked): Promise<Answer> {
  try {
    return { run: await ended(asked) };
  } catch (failed) {
    return { failed };
  }
}

async function ended(asked: Asked): Promise<Ended> {
  switch (asked.what) {
    case 'simulate':
      return await simulate(asked.seed, asked.options);
    case 'simulateVariety':
      return await simulateVariety(asked.seed);
    case 'crashAt':
      return await crashAt(asked.seed, asked.call);
    case 'crashWhileMoving':
      return await crashWhileMoving(asked.move, asked.call);
  }
}
