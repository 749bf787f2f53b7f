import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join, resolve } from 'node:path';
import { kubeconfigText, writeCredentials } from './credentials.ts';
import { freePort } from './free-port.ts';
import { programsFolder } from './release.ts';
import { startServer } from './server.ts';
import type { Server } from './server.ts';

const programs = programsFolder(resolve(import.meta.dirname, '../..'));

export interface RealKube {
  /** File with one context, called like the cluster, that may do everything. */
  readonly kubeconfig: string;
  /** File with the certificate by which kubelets know the API server. */
  readonly kubeletClient: string;
  /** Resolves when the last program is gone. */
  readonly stop: () => Promise<void>;
}

export interface RealKubeOptions {
  /** Names the cluster, its kubeconfig context and its folder. */
  readonly name: string;
  /** Where data, logs and the kubeconfig go. The caller removes it. */
  readonly folder: string;
  /** An address that is local here and not loopback: the API server announces it. */
  readonly address: string;
  /** Where ClusterIPs come from. */
  readonly services: string;
  /** Controllers by the names that kube-controller-manager knows; without any it is not started. */
  readonly controllers?: readonly string[];
  /** When to give up. */
  readonly signal: AbortSignal;
}

/** The controllers that our manifests rely on. None of them needs a node. */
const allControllers = [
  'deployment-controller',
  'replicaset-controller',
  'job-controller',
  'endpoints-controller',
  'endpointslice-controller',
  'namespace-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
];

/** Starts controllers that need no pods against the API of a kubeconfig, to which they speak JSON. */
export function startControllerManager(place: {
  readonly kubeconfig: string;
  readonly folder: string;
}): Server {
  const { kubeconfig, folder } = place;
  const flags = {
    kubeconfig,
    controllers: [
      'deployment-controller',
      'replicaset-controller',
      'endpointslice-controller',
      'namespace-controller',
      'garbage-collector-controller',
    ].join(','),
    'leader-elect': 'false',
    'secure-port': '0',
    'kube-api-content-type': 'application/json',
  };
  return startServer({ program: join(programs, 'kube-controller-manager'), flags, folder });
}

/**
 * Starts etcd, an API server and the controllers above, and returns when the API server is ready. To be called inside
 * the namespaces of in-namespace.ts, which end whatever a crash leaves behind.
 */
export async function startRealKube(options: RealKubeOptions): Promise<RealKube> {
  const folder = join(options.folder, options.name);
  mkdirSync(folder, { recursive: true });
  const servers: Server[] = [];
  const start: Start = (program, flags) => {
    const server = startServer({ program: join(programs, program), flags, folder });
    servers.push(server);
    return server;
  };
  const stop = async (): Promise<void> => {
    for (const server of servers.toReversed()) await server.stop();
  };
  try {
    return { ...(await startAll({ ...options, folder }, start)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Start = (program: string, flags: Readonly<Record<string, string>>) => Server;

async function startAll(options: RealKubeOptions, start: Start): Promise<Omit<RealKube, 'stop'>> {
  const { name, folder, controllers = allControllers, signal } = options;
  const etcd = `http://127.0.0.1:${await freePort()}`;
  const peers = `http://127.0.0.1:${await freePort()}`;
  start('etcd', {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': etcd,
    'advertise-client-urls': etcd,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `default=${peers}`,
    // Nothing here outlives the run, and waiting for disks is most of its time.
    'unsafe-no-fsync': 'true',
  });
  const credentials = writeCredentials(folder);
  const port = await freePort();
  const certificate = join(folder, 'certificates/apiserver.crt');
  const api = start('kube-apiserver', {
    'etcd-servers': etcd,
    'bind-address': '127.0.0.1',
    'secure-port': String(port),
    'advertise-address': options.address,
    'cert-dir': join(folder, 'certificates'),
    'service-account-key-file': credentials.serviceAccounts,
    'service-account-signing-key-file': credentials.serviceAccounts,
    'service-account-issuer': 'https://kubernetes.default.svc',
    'token-auth-file': credentials.tokens,
    'authorization-mode': 'RBAC',
    'service-cluster-ip-range': options.services,
    'kubelet-client-certificate': credentials.kubeletClient.certificate,
    'kubelet-client-key': credentials.kubeletClient.key,
    'disable-admission-plugins': 'ServiceAccount',
  });
  await api.until(() => isReady({ port, certificate, token: credentials.token }), signal);
  const kubeconfig = join(folder, 'kubeconfig');
  const server = `https://127.0.0.1:${port}`;
  const authority = readFileSync(certificate);
  const text = kubeconfigText({ name, server, authority, token: credentials.token });
  writeFileSync(kubeconfig, text, { mode: 0o600 });
  const access = { kubeconfig, kubeletClient: credentials.kubeletClient.certificate };
  if (controllers.length === 0) return access;
  start('kube-controller-manager', {
    kubeconfig,
    controllers: controllers.join(','),
    'leader-elect': 'false',
    'secure-port': '0',
    'service-account-private-key-file': credentials.serviceAccounts,
    'root-ca-file': certificate,
  });
  return access;
}

interface Endpoint {
  readonly port: number;
  readonly certificate: string;
  readonly token: string;
}

/** Whether the API server says that it is ready. Its certificate appears while it starts. */
async function isReady({ port, certificate, token }: Endpoint): Promise<boolean> {
  if (!existsSync(certificate)) return false;
  return await new Promise<boolean>((answer) => {
    const headers = { authorization: `Bearer ${token}` };
    const ca = readFileSync(certificate);
    request({ host: '127.0.0.1', port, path: '/readyz', headers, ca, timeout: 1000 }, (response) => {
      response.resume();
      answer(response.statusCode === 200);
    })
      .on('timeout', () => answer(false))
      .on('error', () => answer(false))
      .end();
  });
}
