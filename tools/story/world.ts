import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A local world that a story can be told in. */
export interface StoryWorld {
  /** What a second terminal sources. */
  readonly env: string;
  readonly dir: string;
  readonly endpoint: string;
  /** Process id of the parent of all its programs, which starts again what dies. */
  readonly supervisor: number;
  /** Resolves when everything it started is gone. */
  close(): Promise<void>;
}

/** A world that `trellis up` runs as a child of ours. */
export interface LocalWorld extends StoryWorld {
  /** What `up` printed when it was ready. */
  readonly summary: string;
}

/** Starts a world. Rejects with what `up` said when it cannot. */
export async function startWorld(root: string, args: readonly string[]): Promise<LocalWorld> {
  const child = spawn(process.execPath, [`${root}/src/cli/main.ts`, 'up', ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  let complained = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (complained += chunk));
  const exited = once(child, 'exit');
  const facts = await Promise.race([
    once(child, 'message').then(([message]: unknown[]) => factsIn(message)),
    exited.then(() => {
      throw new Error(`trellis up ended before it was ready:\n${complained}${said}`);
    }),
  ]);
  return {
    env: facts['env'] ?? '',
    dir: facts['dir'] ?? '',
    endpoint: facts['endpoint'] ?? '',
    summary: said,
    supervisor: child.pid ?? 0,
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
