import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Reaper } from './reaper.ts';

export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface Exit {
  /** As a shell reports it: 128 + the signal's number when a signal ended it. */
  readonly code: number;
  readonly signal: number | undefined;
  /** Why it could not even start. */
  readonly problem?: string;
}

/** A process of ours, the leader of its own process group. */
export interface RunningProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the process has ended and its output was read to the end; what it left behind is killed first. */
  readonly exited: Promise<Exit>;
  /** Asks the process itself, as a container runtime does; its children hear nothing. */
  terminate(): void;
  /** Ends the whole group at once. */
  kill(): void;
}

/** Starts a process whose end is certain: by itself, by `kill`, or by the reaper when we are gone. */
export function startProcess({ argv: [file, ...args], env, cwd }: Command, reaper: Reaper): RunningProcess {
  reaper.arm();
  const child = spawn(file, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const group = child.pid;
  if (group !== undefined) reaper.add(group);
  const killGroup = (): void => {
    if (group !== undefined) signalTo(-group, 'SIGKILL');
  };
  child.stdin.on('error', () => undefined);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined)
        resolve({ code: 127, signal: undefined, problem: reasonOf(error, file, cwd) });
    });
    child.once('exit', killGroup);
    child.once('close', (code, signal) => {
      if (group !== undefined) reaper.remove(group);
      resolve(exitOf(code, signal));
    });
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    terminate: () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    },
    kill: () => {
      if (child.exitCode === null && child.signalCode === null) killGroup();
    },
  };
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): Exit {
  if (signal === null) return { code: code ?? 0, signal: undefined };
  const number = signalNumbers[signal] ?? 0;
  return { code: 128 + number, signal: number };
}

const signalNumbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

function reasonOf(error: NodeJS.ErrnoException, file: string, cwd: string): string {
  if (error.code === 'ENOENT')
    return `"${file}" is not on this machine, or its working directory ${cwd} is not`;
  if (error.code === 'EACCES') return `"${file}" may not be executed by this user`;
  return error.message;
}
