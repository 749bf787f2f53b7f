import { Worker } from 'node:worker_threads';
import { Condition } from '../../../envoy/ads/condition.ts';
import type { Clock } from '../../../ports/clock.ts';
import { within } from '../../../ports/deadline.ts';
import type { Log } from '../../../ports/log.ts';
import type { Change, Entry } from './entry.ts';
import { isFromWorker } from './worker-messages.ts';
import type { FromWorker, Start, ToWorker } from './worker-messages.ts';

export interface AuthorizerOptions extends Start {
  readonly clock: Clock;
  readonly log: Log;
  /** Another way of starting the worker, for tests that end it. */
  readonly launch?: (start: Start) => Worker;
}

/** How long after its end a worker is started again. */
const pauseMs = 100;
/** How long a worker may take to end. */
const endWithin = 2_000;

/**
 * The worker that Envoy asks, kept alive: one that ends is started again and told everything anew. While none serves,
 * Envoy gets no answer and lets nobody through.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #table = new Map<string, Entry>();
  readonly #progress = new Condition();
  readonly #closing = new AbortController();
  #worker: Worker | undefined;
  #supervision: Promise<void> = Promise.resolve();
  #isServing = false;
  #told = 0;
  #applied = 0;

  private constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** Begins; `tell` waits until the socket can be asked. */
  static start(options: AuthorizerOptions): Authorizer {
    const authorizer = new Authorizer(options);
    authorizer.#supervision = authorizer.#supervise();
    return authorizer;
  }

  /** Resolves when the worker decides by these rows; a worker that ends meanwhile is waited for. */
  async tell(changes: readonly Change[], signal: AbortSignal): Promise<void> {
    for (const { key, entry } of changes) {
      if (entry === undefined) this.#table.delete(key);
      else this.#table.set(key, entry);
    }
    const number = this.#post(changes);
    await this.#progress.until(() => this.#applied >= number && this.#isServing, signal);
  }

  /** A worker ends by itself when told: Node can abort the whole process when one is terminated while it reads HTTP/2. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#worker?.postMessage({ op: 'end' } satisfies ToWorker);
    await within(
      this.#options.clock,
      endWithin,
      new AbortController().signal,
      async () => this.#supervision,
    ).catch(async () => this.#worker?.terminate());
    await this.#supervision;
  }

  async #supervise(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#closing.signal.aborted) {
      const cause = await this.#live();
      if (this.#closing.signal.aborted) return;
      log.error('the authorizer ended and is started again', { cause });
      try {
        await clock.sleep(pauseMs, this.#closing.signal);
      } catch {
        return;
      }
    }
  }

  /** One life of the worker; gives why it ended. */
  async #live(): Promise<unknown> {
    const { socket, region, launch = launchWorker } = this.#options;
    const worker = launch({ socket, region });
    this.#worker = worker;
    if (this.#told > 0) this.#post([...this.#table].map(([key, entry]) => ({ key, entry })));
    worker.on('message', (message: unknown) => {
      if (isFromWorker(message)) this.#hear(message);
    });
    return new Promise<unknown>((resolve) => {
      worker.once('error', resolve);
      worker.once('exit', resolve);
    }).finally(() => {
      this.#isServing = false;
    });
  }

  #post(changes: readonly Change[]): number {
    const number = ++this.#told;
    this.#worker?.postMessage({ op: 'tell', number, changes } satisfies ToWorker);
    return number;
  }

  #hear(message: FromWorker): void {
    switch (message.op) {
      case 'serving':
        this.#isServing = true;
        break;
      case 'applied':
        this.#applied = message.number;
        break;
    }
    this.#progress.changed();
  }
}

function launchWorker(start: Start): Worker {
  return new Worker(program, { workerData: start });
}

/** Beside this file, from a clone as TypeScript and from a package as JavaScript. */
export const program = new URL(import.meta.url.endsWith('.ts') ? 'worker.ts' : 'worker.js', import.meta.url);
