import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A child that ended, and how. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedChild {
  /** Of the program itself. */
  readonly pid: number;
  /** Resolves when the program has ended. */
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * A shell between us and the program holds the read end of a pipe whose only writer is this process. When this process
 * ends, however it ends, the pipe ends too and the shell kills the program: no orphan, on any Unix and for any user.
 */
const guard = `
"$@" 3<&- </dev/null >&2 &
child=$!
echo "$child"
{ read -r _ <&3; kill -KILL "$child"; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
trap '' INT TERM
wait "$child"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
`;

/** Starts a program that never outlives this process. Rejects when it cannot be started. */
export async function startGuarded(
  program: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<GuardedChild> {
  const shell = spawn('/bin/sh', ['-c', guard, 'guard', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = new Promise<Exit>((resolve) => {
    shell.once('exit', (code, signal) => {
      shell.stdio[3]?.destroy();
      resolve({ code, signal });
    });
  });
  if (shell.stderr !== null) createInterface({ input: shell.stderr }).on('line', onLine);
  const pid = await pidOf(shell);
  return {
    pid,
    exited,
    kill: (signal) => {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended already.
      }
    },
  };
}

async function pidOf(shell: ChildProcess): Promise<number> {
  const { stdout } = shell;
  return new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', () => reject(new Error('the shell that starts the program ended at once')));
    if (stdout !== null) createInterface({ input: stdout }).once('line', (line) => resolve(Number(line)));
  });
}
