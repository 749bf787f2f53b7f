import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, closeSync } from 'node:fs';
import type { Clock } from '../../ports/clock.ts';
import { UserError } from '../command.ts';
import type { Facts } from '../command.ts';

export interface ChildOptions {
  /** Also the name of its log file. */
  readonly name: string;
  /** The file of the `trellis` command line, and what follows it. */
  readonly main: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Its standard error goes here, appended. */
  readonly logFile: string;
  readonly clock: Clock;
  /** Called each time it has died without being asked to and is about to be started again. */
  readonly onRestart: (how: string) => void;
}

export interface Child {
  readonly name: string;
  readonly pid: number | undefined;
  /** What it said of itself when it was ready the first time. */
  readonly facts: Facts;
  /** SIGTERM, then SIGKILL after five seconds; resolves when it is gone. */
  stop(): Promise<void>;
}

const readyWithin = 60_000;
const stopWithin = 5_000;

/**
 * Runs one of our commands as a child process and keeps it running: one that dies is started again, sooner when it
 * had lived long. Resolves when it serves; rejects with what it said when it dies before that.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  let current = launch(options);
  let stopping = false;
  const facts = await readiness(current, options);
  const keeper = keepRunning();

  async function keepRunning(): Promise<void> {
    for (let delay = 100; ;) {
      const startedAt = options.clock.monotonic();
      const [code, signal] =
        current.exitCode === null && current.signalCode === null
          ? await exitOf(current)
          : [current.exitCode, current.signalCode];
      if (stopping) return;
      delay = options.clock.monotonic() - startedAt > 10_000 ? 100 : Math.min(delay * 2, 5_000);
      options.onRestart(`${options.name} ended (${signal ?? `exit code ${code}`}) and is started again`);
      await options.clock.sleep(delay);
      if (stopping) return;
      current = launch(options);
    }
  }

  return {
    name: options.name,
    get pid() {
      return current.pid;
    },
    facts,
    stop: async () => {
      stopping = true;
      await end(current, options.clock);
      await keeper;
    },
  };
}

function launch({ main, args, env, logFile }: ChildOptions): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    // What the launcher told node of memory holds for all; a debugger's port or a test run is ours alone.
    const memory = process.execArgv.filter((flag) => flag.startsWith('--max-'));
    return spawn(process.execPath, [...memory, main, ...args], {
      env,
      stdio: ['ignore', 'ignore', log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

async function readiness(child: ChildProcess, { name, logFile, clock }: ChildOptions): Promise<Facts> {
  const done = new AbortController();
  try {
    return await Promise.race([
      new Promise<Facts>((resolve) => {
        child.on('message', (message) => {
          const facts = readyFacts(message);
          if (facts !== undefined) resolve(facts);
        });
      }),
      exitOf(child).then(([code]) => {
        throw new UserError(`trellis ${name} did not start (exit code ${code}):\n${lastLines(logFile)}`);
      }),
      clock.sleep(readyWithin, done.signal).then(() => {
        throw new UserError(
          `trellis ${name} was not ready after ${readyWithin / 1000} s:\n${lastLines(logFile)}`,
        );
      }),
    ]);
  } catch (error) {
    await end(child, clock);
    throw error;
  } finally {
    done.abort();
  }
}

function readyFacts(message: unknown): Facts | undefined {
  if (typeof message !== 'object' || message === null || !('ready' in message)) return undefined;
  const { ready } = message;
  if (typeof ready !== 'object' || ready === null) return undefined;
  return Object.fromEntries(Object.entries(ready).map(([name, value]) => [name, String(value)]));
}

async function exitOf(child: ChildProcess): Promise<readonly [number | null, string | null]> {
  const [code, signal]: unknown[] = await once(child, 'exit');
  return [typeof code === 'number' ? code : null, typeof signal === 'string' ? signal : null];
}

async function end(child: ChildProcess, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = exitOf(child);
  child.kill('SIGTERM');
  const done = new AbortController();
  const late = clock.sleep(stopWithin, done.signal).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await exited;
  done.abort();
  await late;
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}
