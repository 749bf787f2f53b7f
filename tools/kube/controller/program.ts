import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The modules that the program is built of: those of our Kubernetes' time. */
export const modules = {
  'sigs.k8s.io/controller-runtime': 'v0.24.1',
  'sigs.k8s.io/gateway-api': 'v1.6.1',
} as const;

/** Where it is kept. Other modules have another folder. */
export function controllerFolder(root: string): string {
  return join(root, '.cache/controller-runtime', Object.values(modules).join('-'));
}

/** Runs it to its end, in a cluster with our definitions and the namespace hotel. Rejects with what it complained of. */
export async function runController(root: string, kubeconfig: string): Promise<void> {
  await promisify(execFile)(join(controllerFolder(root), 'controller'), {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    timeout: 60_000,
  });
}
