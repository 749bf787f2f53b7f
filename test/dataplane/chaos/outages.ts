/** Programs that end, and how long they were missed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { present } from '../world.ts';
import type { TrafficWorld } from '../world.ts';
import { kinds } from './load.ts';
import type { Heard, Kind, Load } from './load.ts';

export interface Outage {
  readonly kind: 'envoy' | 'authorizer';
  readonly from: number;
  readonly to: number;
}

/** Requests that always need the authorizer. */
const guarded: readonly Kind[] = ['signed', 'unsigned'];

/** An outage is over when every kind of request was answered as it should be. */
export class Outages {
  readonly all: Outage[] = [];
  readonly #world: TrafficWorld;
  readonly #load: Load;
  readonly #newestWorker: () => Worker | undefined;

  constructor(
    world: TrafficWorld,
    { load, newestWorker }: { readonly load: Load; readonly newestWorker: () => Worker | undefined },
  ) {
    this.#world = world;
    this.#load = load;
    this.#newestWorker = newestWorker;
  }

  async killEnvoy(): Promise<void> {
    const pid = present(this.#world.dataPlane.envoyPid());
    const from = performance.now();
    process.kill(pid, 'SIGKILL');
    await this.#answered();
    this.all.push({ kind: 'envoy', from, to: performance.now() });
    assert.notEqual(this.#world.dataPlane.envoyPid(), pid);
  }

  async endAuthorizer(): Promise<void> {
    const worker = present(this.#newestWorker());
    const from = performance.now();
    const ended = once(worker, 'exit');
    worker.postMessage({ op: 'end' });
    await ended;
    await this.#answered();
    this.all.push({ kind: 'authorizer', from, to: performance.now() });
  }

  /**
   * Whether a request may have failed; one of any kind needs the authorizer at the times given. Nobody who may not is ever let
   * in, outage or not.
   */
  excuse({ kind, from, to, answer }: Heard, guardedTimes: readonly Pick<Outage, 'from' | 'to'>[]): boolean {
    if (kind === 'unsigned' && answer.startsWith('200')) return false;
    const during = (time: Pick<Outage, 'from' | 'to'>): boolean => from <= time.to && to >= time.from;
    const needsAuthorizer = guarded.includes(kind) || guardedTimes.some(during);
    return this.all.some((outage) => during(outage) && (outage.kind === 'envoy' || needsAuthorizer));
  }

  async #answered(): Promise<void> {
    const deadline = performance.now() + 20_000;
    for (const kind of kinds) {
      while (!(await this.#load.ask(kind)).isRight) {
        assert.ok(performance.now() < deadline, `no request of the kind "${kind}" is answered again`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }
}
