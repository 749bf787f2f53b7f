import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import { within } from '../../ports/deadline.ts';
import type { Log } from '../../ports/log.ts';
import { temporaryFolder } from '../../ports/system/temporary-folder.ts';
import { bootstrap } from '../resources/bootstrap.ts';
import { activeRequests, askAdmin } from './admin.ts';
import { EnvoyOutput } from './envoy-output.ts';
import { startGuarded } from './guarded-child.ts';
import type { GuardedChild } from './guarded-child.ts';

export interface EnvoyProcessOptions {
  /** See `findEnvoy`. */
  readonly path: string;
  /** Worker threads. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly nodeId: string;
  /** Sockets of further gRPC services, by the cluster that configuration names. */
  readonly services?: Readonly<Record<string, string>>;
  /** Called with the path of the socket on which Envoy will ask for its configuration, before it starts. */
  serveConfiguration(socket: string): Promise<void>;
}

/** Envoy ended before it served: the message says why, in a person's words. */
export class EnvoyFailed extends Error {
  override readonly name = 'EnvoyFailed';
}

const readyWithin = 30_000;
const pollEvery = 20;
const drainWithin = 2_000;
const quitWithin = 3_000;
const firstPause = 100;
const longestPause = 5_000;
/** An end counts as the first of one that served for so long: only one that ends again and again is kept waiting. */
const stableAfter = 1_000;

/**
 * One Envoy that is always there: a child of this process, started again when it ends, gone when this process is gone.
 * Its configuration comes over the socket, so a restart loses none.
 */
export class EnvoyProcess {
  readonly #options: EnvoyProcessOptions;
  readonly #folder: string;
  readonly #stopping = new AbortController();
  #child: GuardedChild | undefined;
  #supervision: Promise<void> = Promise.resolve();

  private constructor(options: EnvoyProcessOptions) {
    this.#options = options;
    this.#folder = temporaryFolder('envoy');
    chmodSync(this.#folder, 0o700);
  }

  /** Resolves when Envoy has its first configuration and serves it. Rejects with `EnvoyFailed` when it ends before. */
  static async start(options: EnvoyProcessOptions, signal: AbortSignal): Promise<EnvoyProcess> {
    const envoy = new EnvoyProcess(options);
    try {
      await options.serveConfiguration(join(envoy.#folder, 'ads.sock'));
      writeFileSync(envoy.#bootstrapFile, JSON.stringify(envoy.#bootstrap()), { mode: 0o600 });
      const life = await envoy.#launch();
      await envoy.#ready(life, signal);
      envoy.#supervision = envoy.#supervise(life);
      return envoy;
    } catch (error) {
      await envoy.close();
      throw error;
    }
  }

  /** Of the program; another one after a restart. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What Envoy's admin interface says, for tests and for people who look for the cause of something. */
  async admin(path: string, signal: AbortSignal): Promise<string> {
    return askAdmin(this.#adminSocket, 'GET', path, signal);
  }

  /** Accepts no more connections, lets requests under way finish for a moment, and ends. */
  async close(): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    if (child !== undefined) {
      await this.#drain().catch((error: unknown) => this.#options.log.debug('envoy not drained', { error }));
      child.kill('SIGTERM');
      await within(
        this.#options.clock,
        quitWithin,
        new AbortController().signal,
        async () => child.exited,
      ).catch(() => child.kill('SIGKILL'));
    }
    await this.#supervision;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #launch(): Promise<Life> {
    const { path, concurrency, log } = this.#options;
    const output = new EnvoyOutput(log);
    rmSync(this.#adminSocket, { force: true });
    const args = [
      ['--config-path', this.#bootstrapFile],
      ['--concurrency', String(concurrency)],
      ['--disable-hot-restart'],
      ['--log-level', 'warning'],
      ['--log-format', EnvoyOutput.format],
    ].flat();
    const child = await startGuarded(path, args, (line) => output.read(line));
    this.#child = child;
    return { child, output };
  }

  /** Ready, or ended before: whichever comes first. */
  async #ready({ child, output }: Life, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const stop = new AbortController();
    const ended = child.exited.then(({ code, signal }) => {
      throw new EnvoyFailed(output.explain(code ?? signal ?? 0));
    });
    const ready = within(clock, readyWithin, AbortSignal.any([signal, stop.signal]), async (until) => {
      for (;;) {
        const answer = await askAdmin(this.#adminSocket, 'GET', '/ready', until).catch(() => '');
        if (answer.startsWith('LIVE')) return;
        await clock.sleep(pollEvery, until);
      }
    });
    try {
      await Promise.race([ready, ended]);
    } finally {
      stop.abort();
      // Whichever comes second says nothing new.
      ended.catch(() => undefined);
      ready.catch(() => undefined);
    }
  }

  async #supervise(first: Life): Promise<void> {
    const { clock, log } = this.#options;
    let life = first;
    let servingSince: number | undefined = clock.monotonic();
    let pause = firstPause;
    for (;;) {
      const { code, signal } = await life.child.exited;
      if (this.#stopping.signal.aborted) return;
      if (servingSince !== undefined && clock.monotonic() - servingSince > stableAfter) pause = firstPause;
      log.warn('envoy ended and is started again', { why: life.output.explain(code ?? signal ?? 0), pause });
      await clock.sleep(pause, this.#stopping.signal).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      pause = Math.min(pause * 2, longestPause);
      life = await this.#launch();
      if (this.#stopping.signal.aborted) life.child.kill('SIGKILL');
      servingSince = await this.#ready(life, this.#stopping.signal).then(
        () => clock.monotonic(),
        () => undefined,
      );
    }
  }

  async #drain(): Promise<void> {
    const { clock } = this.#options;
    await within(clock, drainWithin, new AbortController().signal, async (until) => {
      await askAdmin(this.#adminSocket, 'POST', '/drain_listeners', until);
      while ((await activeRequests(this.#adminSocket, until)) > 0) await clock.sleep(pollEvery, until);
    });
  }

  #bootstrap(): object {
    const { nodeId, services = {} } = this.#options;
    const adsSocket = join(this.#folder, 'ads.sock');
    return bootstrap({ adsSocket, adminSocket: this.#adminSocket, nodeId, services });
  }

  get #adminSocket(): string {
    return join(this.#folder, 'admin.sock');
  }

  get #bootstrapFile(): string {
    return join(this.#folder, 'bootstrap.json');
  }
}

interface Life {
  readonly child: GuardedChild;
  readonly output: EnvoyOutput;
}
