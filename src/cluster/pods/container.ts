import { DeadlineExceeded, within } from '../../ports/deadline.ts';
import { terminated } from './container-state.ts';
import type { ContainerState, Terminated } from './container-state.ts';
import type { Mount } from './mounting.ts';
import { runnableOf } from './runnable.ts';
import type { Runnable } from './runnable.ts';
import type { ContainerHost } from './container-host.ts';
import { Output } from './output.ts';
import { runPreStop } from './pre-stop.ts';
import { probe } from './probing.ts';
import type { ContainerSpec } from './pod-spec.ts';
import type { Command, RunningProcess } from './process.ts';

const outputLimit = 1024 * 1024;
const firstBackOffMs = 10_000;
const longestBackOffMs = 300_000;
/** Having run for so long, a container is forgiven its earlier crashes. */
const forgivenAfterMs = 600_000;

/** One container of a pod as local processes, one after the other. */
export class Container {
  readonly spec: ContainerSpec;
  readonly #host: ContainerHost;
  readonly #stopping = new AbortController();
  #state: ContainerState;
  #last: Terminated | undefined;
  #restartCount: number;
  #ready = false;
  #started = false;
  #process: RunningProcess | undefined;
  #env: Readonly<Record<string, string>> = {};
  #mounts: readonly Mount[] = [];
  #output: Output | undefined;
  #previousOutput: Output | undefined;

  constructor(spec: ContainerSpec, host: ContainerHost, before?: { restarts: number; last: Terminated }) {
    this.spec = spec;
    this.#host = host;
    this.#state = { kind: 'waiting', reason: 'ContainerCreating' };
    this.#restartCount = before?.restarts ?? 0;
    this.#last = before?.last;
  }

  get state(): ContainerState {
    return this.#state;
  }

  get last(): Terminated | undefined {
    return this.#last;
  }

  get restartCount(): number {
    return this.#restartCount;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get started(): boolean {
    return this.#started;
  }

  /** What the current run wrote, or the one before it. */
  output(which: 'current' | 'previous'): Output | undefined {
    return which === 'current' ? this.#output : this.#previousOutput;
  }

  /** A command with the variables of the container's process; nothing while that does not run. */
  commandIn(argv: readonly [string, ...string[]]): Command | undefined {
    if (this.#process === undefined) return undefined;
    return this.#host.mount({ argv, env: this.#env, cwd: this.#cwd() }, this.#mounts);
  }

  /** Waits with another reason than usual: an init container comes first. */
  hold(reason: string): void {
    this.#enter({ kind: 'waiting', reason });
  }

  /** Runs it until it has ended for good by its restart policy, or was stopped; resolves with its last end, if any. */
  async run(): Promise<Terminated | undefined> {
    const stopping = this.#stopping.signal;
    let backOff = 0;
    try {
      for (;;) {
        const runnable = await runnableOf(this.spec, this.#host, (...why) => this.#wait(...why), stopping);
        const end = await this.#runOnce(runnable);
        if (stopping.aborted || !this.#restarts(end)) return end;
        if (end.finishedAt - end.startedAt >= forgivenAfterMs) backOff = 0;
        await this.#backOff(backOff, end, stopping);
        backOff = backOff === 0 ? firstBackOffMs : Math.min(backOff * 2, longestBackOffMs);
      }
    } catch (error) {
      if (!stopping.aborted) throw error;
      return this.#state.kind === 'terminated' ? this.#state : undefined;
    }
  }

  /** Lets it end: preStop, SIGTERM, and SIGKILL when `graceMs` are over. Resolves when nothing of it runs. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort(new Error('the pod is ending'));
    const process = this.#process;
    if (process === undefined) return;
    const { clock, address, dial, event } = this.#host;
    event({ type: 'Normal', reason: 'Killing', message: `Stopping container ${this.spec.name}` });
    const never = new AbortController().signal;
    try {
      await within(clock, graceMs, never, async (signal) => {
        await runPreStop(
          this.spec,
          { clock, address, dial, event, exec: async (argv, signal) => this.#exec(argv, signal) },
          signal,
        );
        process.terminate();
        await process.exited;
      });
    } catch (error) {
      if (!(error instanceof DeadlineExceeded)) throw error;
      process.kill();
      await process.exited;
    }
  }

  /** Ends it at once. */
  kill(): void {
    this.#stopping.abort(new Error('the pod is ending'));
    this.#process?.kill();
  }

  #restarts({ exitCode }: Terminated): boolean {
    const { restartPolicy } = this.#host;
    return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0);
  }

  async #runOnce({ argv, env, ports, mounts }: Runnable): Promise<Terminated> {
    const { clock, event } = this.#host;
    const startedAt = clock.now();
    const output = new Output(outputLimit, () => clock.now());
    const running = this.#host.start(this.#host.mount({ argv, env, cwd: this.#cwd() }, mounts));
    running.stdin.end();
    running.stdout.on('data', (chunk: Buffer) => output.write('stdout', chunk));
    running.stderr.on('data', (chunk: Buffer) => output.write('stderr', chunk));
    this.#previousOutput = this.#output ?? this.#previousOutput;
    this.#output = output;
    this.#process = running;
    this.#env = env;
    this.#mounts = mounts;
    this.#enter({ kind: 'running', startedAt });
    event({ type: 'Normal', reason: 'Started', message: `Started container ${this.spec.name}` });
    const probing = new AbortController();
    const probes = this.#probe(ports, probing.signal);
    const exit = await running.exited;
    probing.abort(new Error('the container ended'));
    await probes;
    output.end();
    this.#process = undefined;
    this.#ready = false;
    this.#started = false;
    const end = terminated(exit, startedAt, clock.now());
    this.#enter(end);
    if (exit.problem !== undefined)
      event({ type: 'Warning', reason: 'Failed', message: `Error: ${exit.problem}` });
    return end;
  }

  async #probe(ports: readonly number[], signal: AbortSignal): Promise<void> {
    const { clock, address, dial, event } = this.#host;
    try {
      await probe(
        {
          clock,
          dial,
          container: this.spec,
          address,
          ports,
          exec: async (argv, signal) => this.#exec(argv, signal),
          listener: {
            started: () => this.#note({ started: true }),
            ready: (ready) => this.#note({ ready }),
            unhealthy: (which, trouble) =>
              event({ type: 'Warning', reason: 'Unhealthy', message: `${which} probe failed: ${trouble}` }),
            dead: (which) => this.#restart(which),
          },
        },
        signal,
      );
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Ends the process because a probe said so; the loop in `run` starts the next one. */
  #restart(probe: string): void {
    if (this.#stopping.signal.aborted) return;
    const running = this.#process;
    const message = `Container ${this.spec.name} failed ${probe.toLowerCase()} probe, will be restarted`;
    this.#host.event({ type: 'Normal', reason: 'Killing', message });
    running?.terminate();
    const { clock } = this.#host;
    const never = new AbortController().signal;
    within(clock, defaultGraceMs, never, async () => running?.exited).catch(() => running?.kill());
  }

  async #exec(argv: readonly string[], signal: AbortSignal): Promise<number> {
    const [file, ...args] = argv;
    const command = file === undefined ? undefined : this.commandIn([file, ...args]);
    if (command === undefined) return 127;
    const process = this.#host.start(command);
    process.stdin.end();
    process.stdout.resume();
    process.stderr.resume();
    const onAbort = (): void => process.kill();
    signal.addEventListener('abort', onAbort, { once: true });
    const { code } = await process.exited;
    signal.removeEventListener('abort', onAbort);
    return code;
  }

  async #backOff(ms: number, end: Terminated, signal: AbortSignal): Promise<void> {
    if (ms > 0) {
      const message = `back-off ${ms / 1000}s restarting failed container=${this.spec.name}`;
      this.#last = end;
      this.#enter({ kind: 'waiting', reason: 'CrashLoopBackOff', message });
      this.#host.event({ type: 'Warning', reason: 'BackOff', message });
      await this.#host.clock.sleep(ms, signal);
    }
    this.#last = end;
    this.#restartCount += 1;
  }

  #wait(reason: string, message: string): void {
    this.#enter({ kind: 'waiting', reason, message });
    this.#host.event({ type: 'Warning', reason: 'Failed', message: `Error: ${reason}: ${message}` });
  }

  #note(what: { readonly started?: boolean; readonly ready?: boolean }): void {
    const { started = this.#started, ready = this.#ready } = what;
    if (started === this.#started && ready === this.#ready) return;
    this.#started = started;
    this.#ready = ready;
    this.#host.changed();
  }

  #enter(state: ContainerState): void {
    this.#state = state;
    this.#host.changed();
  }

  #cwd(): string {
    return this.spec.workingDir ?? this.#host.cwd;
  }
}

const defaultGraceMs = 30_000;
