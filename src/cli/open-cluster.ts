import { readFileSync } from 'node:fs';
import { loadKubeconfig } from '../kube/kubeconfig.ts';
import type { Connection } from '../kube/kubeconfig.ts';
import { httpClient } from '../ports/system/http-client.ts';
import type { HttpClient } from '../ports/system/http-client.ts';
import { systemProgram } from '../ports/system/program.ts';
import type { World } from './command.ts';

export interface OpenCluster {
  readonly connection: Connection;
  readonly http: HttpClient;
}

/** The cluster that the kubeconfig of this machine means, and a way to it. Nothing has been sent yet. */
export function openCluster(
  { env, clock }: Pick<World, 'env' | 'clock'>,
  context: string | undefined,
): OpenCluster {
  const connection = loadKubeconfig({ env, clock, readFile, run: systemProgram }, context);
  const { server, tls, proxy, identity, headers } = connection;
  const http = httpClient({
    origin: server,
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(identity === undefined ? {} : { identity }),
    ...(headers === undefined ? {} : { headers }),
  });
  return { connection, http };
}

function readFile(path: string): string {
  return readFileSync(path, 'utf8');
}
