import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Place {
  /** Where commands run. */
  readonly folder: string;
  /** Where Go keeps what it downloads and compiles. */
  readonly cache: string;
}

/** Runs a command of Go and gives what it printed; a failure carries the end of what it complained. */
export function go({ folder, cache }: Place, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: folder,
      env: {
        ...process.env,
        CGO_ENABLED: '0',
        // Go would write-protect what it downloads, so that nobody could simply remove the folder.
        GOFLAGS: '-mod=mod -modcacherw',
        GOWORK: 'off',
        GOPATH: join(cache, 'path'),
        GOMODCACHE: join(cache, 'path/pkg/mod'),
        GOCACHE: join(cache, 'compiled'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = (): void => void child.kill('SIGTERM');
    process.once('exit', end);
    let printed = '';
    let complained = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complained += chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', end);
      if (code === 0) resolve(printed);
      else reject(new Error(`go ${args[0]} ended with ${signal ?? code}:\n${complained.slice(-3000)}`));
    });
  });
}

/** Says what is going on when it begins, every half minute, and when it is done. */
export async function say<T>(what: string, work: Promise<T>): Promise<T> {
  const began = performance.now();
  const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(0)} s`;
  console.log(`${what} …`);
  const still = setInterval(() => console.log(`${what} … ${seconds()}`), 30_000);
  try {
    const result = await work;
    console.log(`${what}: done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(still);
  }
}
