import { rmSync } from 'node:fs';
import { temporaryFolder } from '../../../src/ports/system/temporary-folder.ts';
import { startMain } from '../../story/trellis.ts';
import { measureApply } from './apply.ts';
import { startBuilt } from './built.ts';
import type { BuiltCluster } from './built.ts';
import { measureClient } from './client.ts';
import type { ClientRound } from './client.ts';
import { shop } from './manifests.ts';
import { create, measureStatusWrites } from './writes.ts';
import type { StatusWrites } from './writes.ts';

export const sizes = { objects: 2_000, applied: 500, watchers: 20 } as const;

export interface ClusterFigures {
  readonly starts: readonly Start[];
  /** MiB: with nothing in it, and with all objects. */
  readonly memory: { readonly empty: number; readonly full: number };
  readonly statuses: StatusWrites;
  /** `missed` counts the objects that watchers did not see, of all watchers. */
  readonly apply: { readonly ms: number; readonly missed: number };
  readonly client: readonly ClientRound[];
}

/** Milliseconds: of the cluster until it serves, and of a node that does nothing, in turns. */
interface Start {
  readonly cluster: number;
  readonly node: number;
}

export interface ClusterOptions {
  readonly root: string;
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

interface Site extends ClusterOptions {
  readonly folder: string;
}

/** The embedded cluster alone, as it is installed; and the Kubernetes client on many objects. */
export async function measureCluster(options: ClusterOptions): Promise<ClusterFigures> {
  const { root, rounds, signal, say } = options;
  const folder = temporaryFolder('bench');
  const site = { ...options, folder };
  try {
    const starts = await measureStarts(site);
    const { memory, statuses } = await withCluster(site, async (cluster) => {
      const empty = cluster.memory();
      const statuses = await measureStatusWrites(cluster, signal);
      await create(cluster, shop(sizes.objects), signal);
      return { memory: { empty, full: cluster.memory() }, statuses };
    });
    say(`  ${sizes.objects} objects in ${memory.full.toFixed(0)} MiB, none in ${memory.empty.toFixed(0)}`);
    const apply = await withCluster(site, async (cluster) => measureApply({ ...site, cluster, ...sizes }));
    say(`  ${sizes.applied} objects applied in ${apply.ms.toFixed(0)} ms`);
    // Short rounds, and collecting garbage falls into some of them only: more of them.
    const client = await measureClient(root, rounds * 3, (round) => say(clientLine(round)));
    return { starts, memory, statuses, apply, client };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withCluster<T>(
  { root, folder, signal }: Site,
  work: (cluster: BuiltCluster) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const cluster = await startBuilt(root, folder);
  try {
    return await work(cluster);
  } finally {
    await cluster.close();
  }
}

async function measureStarts(site: Site): Promise<readonly Start[]> {
  const starts: Start[] = [];
  // The first one compiles what the others find compiled.
  for (let number = -1; number < site.rounds; number += 1) {
    const cluster = await withCluster(site, async ({ startMs }) => startMs);
    const begin = performance.now();
    const idle = await startMain(['--eval', 'process.send({ ready: {} }); setInterval(() => {}, 1000)']);
    const node = performance.now() - begin;
    await idle.close();
    if (number < 0) continue;
    starts.push({ cluster, node });
    site.say(`  start ${cluster.toFixed(0)} ms, of node alone ${node.toFixed(0)} ms`);
  }
  return starts;
}

function clientLine({ list, watch }: ClientRound): string {
  return `  slices per second: listed ${beside(list.ours, list.raw)}, watched ${beside(watch.ours, watch.parsing)}`;
}

function beside(ours: number, other: number): string {
  return `${ours.toFixed(0)} beside ${other.toFixed(0)}`;
}
