import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKubeClient } from '../../../src/kube/client.ts';
import type { KubeClient } from '../../../src/kube/client.ts';
import { loadKubeconfig } from '../../../src/kube/kubeconfig.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { httpClient } from '../../../src/ports/system/http-client.ts';
import type { HttpClient } from '../../../src/ports/system/http-client.ts';
import { systemProgram } from '../../../src/ports/system/program.ts';
import { residentOf } from '../resident.ts';
import { builtMain } from '../built.ts';
import { startMain } from '../../story/trellis.ts';

/** The embedded cluster as an installed package runs it, alone in a process. */
export interface BuiltCluster {
  /** From the start of the process until it serves. */
  readonly startMs: number;
  readonly kubeconfig: string;
  /** Resident memory of its process, in MiB. */
  readonly memory: () => number;
  /** A client with connections of its own. */
  readonly connect: () => Connected;
  readonly close: () => Promise<void>;
}

export interface Connected {
  readonly client: KubeClient;
  readonly http: HttpClient;
}

export async function startBuilt(root: string, folder: string): Promise<BuiltCluster> {
  const kubeconfig = join(folder, 'kubeconfig');
  const begin = performance.now();
  const { pid, close } = await startMain([
    ...builtMain(root),
    'cluster',
    '--listen=127.0.0.1:0',
    '--pod-cidr=127.77.0.0/16',
    `--kubeconfig=${kubeconfig}`,
  ]);
  return {
    startMs: performance.now() - begin,
    kubeconfig,
    memory: () => residentOf(pid),
    connect: () => connect(kubeconfig),
    close,
  };
}

/** A client with a connection of its own. */
export function connect(kubeconfig: string): Connected {
  const here = { env: { KUBECONFIG: kubeconfig }, clock: systemClock, readFile, run: systemProgram };
  const connection = loadKubeconfig(here);
  const { server, tls } = connection;
  const http = httpClient({ origin: server, ...(tls === undefined ? {} : { tls }) });
  const client = createKubeClient({ ...connection, wire: http.wire, clock: systemClock, userAgent: 'bench' });
  return { client, http };
}

function readFile(path: string): string {
  return readFileSync(path, 'utf8');
}
