import { Buffer } from 'node:buffer';
import { createKubeClient } from '../kube/client.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import { serveHttp } from '../ports/system/http-server.ts';
import type { Wire, WireResponse } from '../ports/wire.ts';
import { createApiServer } from './api-server.ts';
import type { DataFolder } from './data-folder.ts';
import { startControllers } from './controllers/start.ts';
import type { PodHandlers, PodStream } from './http/context.ts';
import type { OpenWire } from './http/webhooks/reach.ts';
import { refusal } from './http/reply.ts';
import { largestBody, tooLargeBody } from './http/status.ts';
import { kubeconfigText } from './kubeconfig-text.ts';
import type { Certificate } from '../certificates/certificate.ts';
import { selfSigned } from '../certificates/self-signed.ts';
import type { LogAnswer } from './pods/logs.ts';
import type { NameFiles, NamesBy } from './pods/names.ts';
import { vpcNetwork } from './pods/pod-network.ts';
import { startPodRunner } from './pods/runner.ts';
import type { PodKey, PodRunner } from './pods/runner.ts';
import type { JsonObject } from './schema/json.ts';
import { textAt } from './schema/json.ts';

export interface ClusterOptions {
  /** Of the cluster, for people and for the context in its kubeconfig. */
  readonly name: string;
  /** Where the Kubernetes API listens; port 0 lets the system choose. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Addresses of pods; without a namespace they must be this machine's already: a part of 127.0.0.0/8, or of what `lo` has. */
  readonly podCidr: string;
  /** Addresses of Services, a /16. Something answers there only where the VPC is a namespace. */
  readonly serviceCidr: string;
  /** Clients must show it; it is in the kubeconfig. */
  readonly token: string;
  /** What the cluster begins with, CRDs first. */
  readonly manifests: readonly unknown[];
  /** They were checked when this program was made, and are not checked again. */
  readonly areVetted?: boolean;
  /** The network namespace that its VPC is, by name: pods have their addresses there. */
  readonly vpcNamespace?: string;
  /** The range of addresses of IPv6 that pods have besides; in a namespace only. */
  readonly podCidr6?: string;
  /** Files in which somebody keeps names for the processes of pods. */
  readonly podNames?: NameFiles;
  /** Where the cluster is kept when it ends, with its token and certificate; without it, in memory only. */
  readonly dataFolder?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Ends it as `close` does, without anybody waiting for it. */
  readonly signal: AbortSignal;
}

export interface Cluster {
  readonly url: string;
  /** How names reach the processes of pods. */
  readonly podNamesBy: NamesBy;
  /** Why ClusterIPs answer no pod, where they could. */
  readonly servicesObstacle: string | undefined;
  /** A kubeconfig with one context, of the cluster's name; it holds the token and the certificate to trust. */
  kubeconfig(): string;
  /** Ends its pods, its controllers and its API; resolves when nothing of it runs. */
  close(): Promise<void>;
}

/** The range for Services cannot be used: a user's mistake, in one sentence. */
export class BadServiceCidr extends Error {
  override readonly name = 'BadServiceCidr';
}

/** Starts an embedded cluster: API server, controllers, a node that runs pods, and the socket in front of them. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { name, listen, podCidr, clock, random } = options;
  const log = options.log.with({ cluster: name });
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let runner: PodRunner | undefined;
  const data = options.dataFolder === undefined ? undefined : await openData(options.dataFolder);
  const token = data?.secret('token', () => options.token) ?? options.token;
  const api = createApiServer({
    clock,
    random,
    log,
    token,
    serviceNetwork: serviceNetwork(options.serviceCidr),
    podFamilies: options.podCidr6 === undefined ? ['IPv4'] : ['IPv4', 'IPv6'],
    handlers: podHandlers(() => runner, options.vpcNamespace),
    openWire: openOnce,
    ...(data === undefined ? {} : { journal: data.journal }),
  });
  api.load(options.manifests, { isVetted: options.areVetted ?? false });
  // Not plain HTTP: kubectl shows its token only over TLS, and without a token anybody on this machine could run
  // processes as us.
  const certificate = certificateOf(data, [listen.host, 'localhost'], clock.now());
  const server = await serveHttp(api.wire, {
    ...listen,
    log,
    tls: certificate,
    maxBody: () => largestBody,
    tooLong: () => refusal(tooLargeBody()),
    upgrade: (request, socket, head) => api.upgrade(request, socket, head),
  });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing ??= (async () => {
      stop.abort(new Error(`the cluster ${name} is closing`));
      await runner?.close();
      await server.close();
      data?.close();
    })();
    await closing;
  };

  try {
    const client = createKubeClient({
      wire: api.wire,
      token: async () => token,
      clock,
      userAgent: 'trellis-cluster',
    });
    runner = await startPodRunner({
      client,
      podCidr,
      ...(options.podNames === undefined ? {} : { podNames: options.podNames }),
      ...(options.vpcNamespace === undefined
        ? {}
        : { network: vpcNetwork(options.vpcNamespace, options.podCidr6) }),
      clock,
      random,
      log,
      signal,
    });
    // Last, so that nobody waits for them: they look at every kind there is.
    startControllers({ client, clock, random, log, signal });
  } catch (error) {
    await close();
    throw error;
  }
  options.signal.addEventListener('abort', () => void close(), { once: true, signal: stop.signal });
  return {
    url: server.url,
    podNamesBy: runner.namesBy,
    servicesObstacle: runner.servicesObstacle,
    kubeconfig: () => kubeconfigText({ name, server: server.url, token, certificate: certificate.cert }),
    close,
  };
}

/** SQLite is loaded only for those who keep something. */
async function openData(folder: string): Promise<DataFolder> {
  const { openDataFolder } = await import('./data-folder.ts');
  return openDataFolder(folder);
}

/** The same as last time, so that kubeconfigs of last time go on working; a new one when it is about to end. */
function certificateOf(
  data: DataFolder | undefined,
  hosts: readonly [string, ...string[]],
  now: number,
): Certificate {
  if (data === undefined) return selfSigned(hosts, now);
  const month = Math.floor(now / (180 * 86_400_000));
  const name = `certificate of ${hosts.join(' ')} in ${month}`;
  const [cert = '', key = ''] = data
    .secret(name, () => {
      const made = selfSigned(hosts, now);
      return `${made.cert}\0${made.key}`;
    })
    .split('\0');
  return { cert, key };
}

/** A wire for one call: webhooks come and go, and are asked now and then, mostly never: no client is loaded before. */
function openOnce({ origin, ca, servername }: Parameters<OpenWire>[0]): Wire {
  return async (request, signal) => {
    const { httpClient } = await import('../ports/system/http-client.ts');
    const tls = { ...(ca === '' ? {} : { ca }), ...(servername === undefined ? {} : { servername }) };
    const client = httpClient({ origin, tls });
    try {
      return await client.wire(request, signal);
    } finally {
      await client.close();
    }
  };
}

/** The API server finds the pod; the runner knows its processes. It starts after the API, whose client it is. */
function podHandlers(runner: () => PodRunner | undefined, vpcNamespace: string | undefined): PodHandlers {
  return {
    podLog: async (pod, query, signal) => {
      const running = runner();
      if (running === undefined) return sentence(400, 'the node of this cluster is still starting');
      return logResponse(running.podLog(keyOf(pod), query, signal));
    },
    podExec: (pod, { subresource, query, request, socket, head }) => {
      const running = runner();
      if (running === undefined) refuseStream('the node of this cluster is still starting', socket);
      else if (subresource === 'exec') running.podExec(keyOf(pod), query, request, socket, head);
      else if (subresource === 'attach') running.podAttach(keyOf(pod), query, { request, socket, head });
      else refuseStream(noForward(pod, vpcNamespace), socket);
    },
  };
}

function keyOf(pod: JsonObject): PodKey {
  return { namespace: textAt(pod, 'metadata', 'namespace'), name: textAt(pod, 'metadata', 'name') };
}

function logResponse(answer: LogAnswer): WireResponse {
  if (answer.kind === 'refused') return sentence(answer.code, answer.message);
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: answer.body };
}

/** A refusal in the API's own form, whose message kubectl prints. */
function sentence(code: 400 | 404, message: string): WireResponse {
  const reason = code === 400 ? 'BadRequest' : 'NotFound';
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  const body = Buffer.from(`${JSON.stringify(status)}\n`);
  return { status: code, headers: { 'content-type': 'application/json' }, body };
}

/** A whole HTTP answer, by hand: the server has let go of the connection. */
function refuseStream(message: string, socket: PodStream['socket']): void {
  const { status, body } = sentence(400, message);
  const length = `content-type: application/json\r\ncontent-length: ${body instanceof Uint8Array ? body.length : 0}`;
  socket.write(`HTTP/1.1 ${status} Bad Request\r\nconnection: close\r\n${length}\r\n\r\n`);
  socket.end(body);
}

function noForward(pod: JsonObject, vpcNamespace: string | undefined): string {
  const address = textAt(pod, 'status', 'podIP');
  if (vpcNamespace !== undefined) {
    return `ports of pods are not forwarded here; this one answers at ${address} in a network namespace: ip netns exec ${vpcNamespace} curl ${address}`;
  }
  return `no port needs to be forwarded: pods of this cluster are on this machine, and this one answers at ${address}`;
}

/** The first two numbers of a /16, which is how the API server takes it. */
function serviceNetwork(cidr: string): string {
  const match = /^(\d{1,3}\.\d{1,3})\.0\.0\/16$/.exec(cidr);
  if (match?.[1] === undefined) {
    throw new BadServiceCidr(`"${cidr}" is not a range for Services; write a /16, for example 10.96.0.0/16.`);
  }
  return match[1];
}
