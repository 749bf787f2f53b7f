import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../src/ports/system/temporary-folder.ts';
import { smallCluster } from '../workloads/small-cluster.ts';

/** A cluster with a node of ours, for stories of pods. */
export interface StoryCluster {
  readonly kubeconfig: string;
  /** Its pods find the names in these. */
  readonly hostsFile: string;
  readonly curlrcFile: string;
  close(): Promise<void>;
}

/** Files of names with nothing in them yet. */
export function emptyNames(folder: string): { readonly hostsFile: string; readonly curlrcFile: string } {
  const files = { hostsFile: join(folder, 'hosts'), curlrcFile: join(folder, 'curlrc') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  return files;
}

/** An embedded one. */
export async function embeddedStoryCluster(): Promise<StoryCluster> {
  const folder = temporaryFolder('story-cluster');
  const podNames = emptyNames(folder);
  const world = await smallCluster({ podNames });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, world.cluster.kubeconfig(), { mode: 0o600 });
  return { kubeconfig, ...podNames, close: async () => await world.close() };
}
