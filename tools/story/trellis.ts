import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A `trellis` command that runs as a child of ours, and serves. */
export interface Trellis {
  readonly pid: number;
  /** What it told of itself when it was ready. */
  readonly facts: Readonly<Record<string, string>>;
  /** What it printed until then. */
  readonly said: string;
  /** Resolves when it and everything it started is gone. */
  readonly close: () => Promise<void>;
}

/** Starts one command line of `trellis`. Rejects with what it said when it ends before it serves. */
export async function startTrellis(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Trellis> {
  return await startMain([`${root}/src/cli/main.ts`, ...args], env);
}

/** The same for a command line of node, whichever form of `trellis` it runs. */
export async function startMain(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Trellis> {
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
  });
  let said = '';
  let complained = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (complained += chunk));
  const exited = once(child, 'exit');
  const facts = await Promise.race([
    once(child, 'message').then(([message]: unknown[]) => factsIn(message)),
    exited.then(() => {
      throw new Error(`${argv.join(' ')} ended before it was ready:\n${complained}${said}`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    facts,
    said,
    close: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function factsIn(message: unknown): Readonly<Record<string, string>> {
  if (typeof message !== 'object' || message === null || !('ready' in message)) return {};
  const { ready } = message;
  return typeof ready === 'object' && ready !== null
    ? Object.fromEntries(Object.entries(ready).map(([name, value]) => [name, String(value)]))
    : {};
}
