import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../../../../src/kinds/record.ts';
import { quotas } from '../../../../src/local/state/quotas.ts';
import { temporaryFolder } from '../../../../src/ports/system/temporary-folder.ts';
import { startTrellis } from '../../../story/trellis.ts';
import { connect, residentOf } from '../../cluster/built.ts';
import type { Connected } from '../../cluster/built.ts';
import type { Manifest } from './manifests.ts';

/** A Lattice whose quotas are raised, a cluster, and room for a controller, each a process as people run them. */
export interface Site {
  readonly cluster: Connected;
  readonly create: (manifests: readonly Manifest[]) => Promise<void>;
  readonly startController: () => Promise<RunningController>;
  /** What Lattice was asked since the last `forget`. */
  readonly calls: () => Promise<readonly Call[]>;
  readonly forget: () => Promise<void>;
  /** Resolves with all calls when so many services are in their network and none was asked for `quietMs`. */
  readonly quiet: (wanted: {
    readonly services: number;
    readonly quietMs: number;
  }) => Promise<readonly Call[]>;
  readonly close: () => Promise<void>;
}

export interface RunningController {
  /** Resident memory in MiB. */
  readonly resident: () => number;
  readonly close: () => Promise<void>;
}

export interface Call {
  readonly operation: string;
  readonly mutating: boolean;
  readonly changed: boolean;
  /** When it arrived, by `Date.now()`. */
  readonly at: number;
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
    const admin = async (method: string, path: string, body?: object): Promise<unknown> => {
      const response = await fetch(`${endpoint}/_trellis/${path}`, {
        method,
        signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.headers.get('content-type')?.includes('json') === true
        ? await response.json()
        : undefined;
    };
    const raised = [quotas.services, quotas.targetGroups, quotas.servicesPerNetwork].map(({ code }) => code);
    await admin('PUT', 'quotas', { values: Object.fromEntries(raised.map((code) => [code, 10_000])) });
    if (rates !== undefined) await admin('PUT', 'rates', rates);
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
    const calls = async (): Promise<readonly Call[]> => callsIn(await admin('GET', 'calls'));
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
        const controller = await startTrellis(root, ['controller'], {
          KUBECONFIG: kubeconfig,
          AWS_ENDPOINT_URL_VPC_LATTICE: endpoint,
          AWS_ACCESS_KEY_ID: 'bench',
          AWS_SECRET_ACCESS_KEY: 'local',
          CLUSTER_NAME: 'bench',
          CLUSTER_VPC_ID: 'vpc-0be2c00000000000b',
          AWS_ACCOUNT_ID: '123456789012',
          REGION: 'us-west-2',
          DEFAULT_SERVICE_NETWORK: 'bench',
        });
        let isClosed = false;
        const stop = async (): Promise<void> => {
          if (!isClosed) await controller.close();
          isClosed = true;
        };
        closing.push(stop);
        return { resident: () => residentOf(controller.pid), close: stop };
      },
      calls,
      forget: async () => void (await admin('DELETE', 'calls')),
      quiet: async ({ services, quietMs }) => {
        for (;;) {
          await sleep(1_000, undefined, { signal });
          const seen = await calls();
          const joined = seen.filter(({ operation, changed }) => changed && operation === joining).length;
          const last = seen.at(-1)?.at ?? 0;
          if (joined >= services && Date.now() - last > quietMs) return seen;
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const joining = 'CreateServiceNetworkServiceAssociation';

function callsIn(answer: unknown): readonly Call[] {
  const calls = isRecord(answer) && Array.isArray(answer['calls']) ? answer['calls'] : [];
  return calls.flatMap((call: unknown) => {
    if (!isRecord(call)) return [];
    const { operation, mutating, changed, at, durationMs } = call;
    return [
      {
        operation: String(operation),
        mutating: mutating === true,
        changed: changed === true,
        at: Date.parse(String(at)) - Number(durationMs),
      },
    ];
  });
}
