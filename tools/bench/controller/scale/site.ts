import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../../../src/ports/system/temporary-folder.ts';
import { startTrellis } from '../../../story/trellis.ts';
import { connect } from '../../cluster/built.ts';
import type { Connected } from '../../cluster/built.ts';
import { callsOf, forgetCalls } from '../../lattice-calls.ts';
import type { Call } from '../../lattice-calls.ts';
import { mostResidentOf, residentOf } from '../../resident.ts';
import { startController } from '../world.ts';
import { raisedQuotas } from './manifests.ts';
import type { Manifest } from './manifests.ts';

/** A Lattice whose quotas are raised, a cluster, and room for a controller, each a process as people run them. */
export interface Site {
  readonly cluster: Connected;
  readonly create: (manifests: readonly Manifest[]) => Promise<void>;
  readonly startController: () => Promise<RunningController>;
  /** What Lattice was asked since the last `forget`. */
  readonly calls: () => Promise<readonly Call[]>;
  readonly forget: () => Promise<void>;
  /** Resolves with all calls when so many of this operation came, each to effect, and five seconds passed without a call. */
  readonly quiet: (after: { readonly operation: string; readonly calls: number }) => Promise<readonly Call[]>;
  readonly close: () => Promise<void>;
}

export interface RunningController {
  /** Resident memory in MiB. */
  readonly resident: () => number;
  /** The most that there was of it. */
  readonly mostResident: () => number;
  readonly close: () => Promise<void>;
}

export interface SiteOptions {
  readonly root: string;
  /** Calls per second that AWS takes; as many as anybody likes unless told. */
  readonly rates?: { readonly mutating: number; readonly reading: number };
  readonly signal: AbortSignal;
}

export async function startSite({ root, rates, signal }: SiteOptions): Promise<Site> {
  const folder = temporaryFolder('bench');
  const closing: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    const lattice = await startTrellis(root, [
      'lattice',
      '--listen=127.0.0.1:0',
      '--api-only',
      '--latency=none',
    ]);
    closing.push(lattice.close);
    const endpoint = lattice.facts['url'] ?? '';
    const set = async (path: string, body: object): Promise<void> => {
      const response = await fetch(`${endpoint}/_trellis/${path}`, {
        method: 'PUT',
        signal,
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    };
    await set('quotas', { values: raisedQuotas });
    if (rates !== undefined) await set('rates', rates);
    const kubeconfig = join(folder, 'kubeconfig');
    const server = await startTrellis(root, [
      'cluster',
      '--listen=127.0.0.1:0',
      '--pod-cidr=127.160.0.0/16',
      `--kubeconfig=${kubeconfig}`,
    ]);
    closing.push(server.close);
    const cluster = connect(kubeconfig);
    closing.push(async () => cluster.http.close());
    const calls = async (): Promise<readonly Call[]> => callsOf(endpoint, signal);
    return {
      cluster,
      create: async (manifests) => {
        const left = [...manifests];
        const worker = async (): Promise<void> => {
          for (let next = left.shift(); next !== undefined; next = left.shift())
            await cluster.client.create(next.kind, next.object, signal);
        };
        await Promise.all(Array.from({ length: 4 }, worker));
      },
      startController: async () => {
        const controller = await startController(root, { kubeconfig, endpoint });
        let isClosed = false;
        const stop = async (): Promise<void> => {
          if (!isClosed) await controller.close();
          isClosed = true;
        };
        closing.push(stop);
        return {
          resident: () => residentOf(controller.pid),
          mostResident: () => mostResidentOf(controller.pid),
          close: stop,
        };
      },
      calls,
      forget: async () => forgetCalls(endpoint, signal),
      quiet: async (after) => {
        for (;;) {
          await sleep(1_000, undefined, { signal });
          const seen = await calls();
          const done = seen.filter(
            ({ operation, mutating, changed }) => operation === after.operation && changed === mutating,
          );
          const last = seen.at(-1)?.at ?? 0;
          if (done.length >= after.calls && Date.now() - last > quietMs) return seen;
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const quietMs = 5_000;
