import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Types a command line of kubectl, with objects on its standard input where there are any. Rejects when it fails. */
export type Kubectl = (args: readonly string[], objects?: readonly object[]) => Promise<void>;

interface Place {
  readonly root: string;
  readonly kubeconfig: string;
  /** Of its own, so that what kubectl remembers is of this cluster. */
  readonly cacheDir: string;
}

export function kubectl({ root, kubeconfig, cacheDir }: Place): Kubectl {
  return async (args, objects) => {
    const child = spawn(
      join(root, '.cache/bin/kubectl'),
      [`--kubeconfig=${kubeconfig}`, `--cache-dir=${cacheDir}`, ...args],
      { stdio: ['pipe', 'ignore', 'pipe'] },
    );
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
    child.stdin.end(objects?.map((object) => JSON.stringify(object)).join('\n') ?? '');
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`kubectl ${args.join(' ')}: ${complaint}`));
      });
    });
  };
}
