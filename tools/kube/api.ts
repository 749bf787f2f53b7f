import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { isRecord } from '../../src/kinds/record.ts';
import { httpClient } from '../../src/ports/system/http-client.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { startRealKube } from './world.ts';

export interface RealApi {
  /** Speaks as somebody who may do everything. */
  readonly wire: Wire;
  readonly kubeconfig: string;
  readonly stop: () => Promise<void>;
}

const root = resolve(import.meta.dirname, '../..');

interface RealApiOptions {
  /** Files of definitions to install, from the root of the repository. */
  readonly definitions: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * A fresh API server that serves what the definitions define, without controllers: nothing happens that was not asked.
 * To be called inside the namespaces of in-namespace.ts.
 */
export async function startRealApi({ definitions, signal }: RealApiOptions): Promise<RealApi> {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-api-'));
  const kube = await startRealKube({
    name: 'api',
    folder,
    address: '10.64.0.1',
    services: '10.66.0.0/16',
    controllers: [],
    signal,
  });
  const { wire, close } = connect(kube.kubeconfig);
  const stop = async (): Promise<void> => {
    await close();
    await kube.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const file of definitions)
      await install(wire, parse(readFileSync(join(root, file), 'utf8')), signal);
    return { wire, kubeconfig: kube.kubeconfig, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function connect(kubeconfig: string): { readonly wire: Wire; readonly close: () => Promise<void> } {
  const { clusters, users }: Kubeconfig = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const [{ cluster }, { user }] = [clusters[0], users[0]];
  const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString();
  const client = httpClient({ origin: cluster.server, tls: { ca } });
  const authorization = `Bearer ${user.token}`;
  return {
    wire: async (request, signal) =>
      await client.wire({ ...request, headers: { ...request.headers, authorization } }, signal),
    close: async () => await client.close(),
  };
}

/** As credentials.ts writes it. */
interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

/** Creates a definition, and waits until what it defines can be listed. */
async function install(wire: Wire, definition: unknown, signal: AbortSignal): Promise<void> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const send = async (method: string, target: string, body: string): Promise<number> => {
    const response = await wire({ method, target, headers, body: Buffer.from(body) }, signal);
    await bytesOf(response.body);
    return response.status;
  };
  await send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', JSON.stringify(definition));
  for (const path of collectionsOf(definition)) {
    while ((await send('GET', path, '')) !== 200) await sleep(50, undefined, { signal });
  }
}

function collectionsOf(definition: unknown): readonly string[] {
  const spec = isRecord(definition) ? definition['spec'] : undefined;
  if (!isRecord(spec) || !isRecord(spec['names']) || !Array.isArray(spec['versions'])) return [];
  const { plural } = spec['names'];
  const versions: readonly unknown[] = spec['versions'];
  return versions
    .filter(isRecord)
    .filter(({ served }) => served === true)
    .map(({ name }) => `/apis/${String(spec['group'])}/${String(name)}/${String(plural)}`);
}
