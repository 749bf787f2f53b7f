import { join } from 'node:path';

/** Which Kubernetes we test against, and which etcd it stands on. */
export const release = { kubernetes: '1.36.3', etcd: '3.6.5' } as const;

/** Where the programs of this release are kept. Another release has another folder. */
export function programsFolder(root: string): string {
  return join(root, '.cache/kube', `${release.kubernetes}-etcd-${release.etcd}`);
}
