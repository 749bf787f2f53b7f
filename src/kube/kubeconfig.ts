import { join } from 'node:path';
import { proxyFrom } from '../ports/proxy.ts';
import type { HttpClientOptions, TlsOptions } from '../ports/system/http-client.ts';
import type { TokenSource } from './client.ts';
import { credentialsOf, impersonationOf, refuseUnsupported, tlsOf } from './kubeconfig-credentials.ts';
import type { Surroundings } from './kubeconfig-credentials.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { readConfigs, readText, textOf } from './kubeconfig-files.ts';
import type { Config, Entry } from './kubeconfig-files.ts';

/** How to reach one cluster. */
export interface Connection {
  /** Origin, without a path. */
  readonly server: string;
  /** What stands before `/api` there; mostly empty. */
  readonly basePath: string;
  /** Goes through this one: http, https or socks5. */
  readonly proxy?: string;
  readonly tls?: TlsOptions;
  readonly token?: TokenSource;
  /** A client certificate that changes with time. */
  readonly identity?: NonNullable<HttpClientOptions['identity']>;
  /** Go with every request: as whom. */
  readonly headers?: NonNullable<HttpClientOptions['headers']>;
  /** Where commands act when nobody names a namespace. */
  readonly namespace: string;
  /** For people: `context "dev" of /home/me/.kube/config`. */
  readonly source: string;
}

/**
 * The cluster to talk to: the files of `KUBECONFIG`, else the cluster we run in, else `~/.kube/config`; of files the
 * context named, else the current one. Throws `KubeconfigError`.
 */
export function loadKubeconfig(here: Surroundings, context?: string): Connection {
  const { env, readFile } = here;
  const named = (env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '');
  if (named.length === 0 && context === undefined && env['KUBERNETES_SERVICE_HOST'] !== undefined) {
    return inCluster(here);
  }
  const paths = named.length === 0 ? [join(env['HOME'] ?? '/', '.kube/config')] : named;
  return connect(readConfigs(paths, readFile), here, context);
}

/** The one sentence for a server that cannot be reached, or does not answer as one. */
export function explainUnreachable(
  { server, basePath, source }: Connection,
  cause: unknown,
): KubeconfigError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new KubeconfigError(
    `The cluster at ${server}${basePath} (${source}) cannot be used: ${why}. Start it, or choose another kubeconfig or context.`,
    { cause },
  );
}

function connect(config: Config, here: Surroundings, wanted: string | undefined): Connection {
  const context = contextOf(config, wanted);
  const cluster = entryOf(config, context, 'cluster');
  const user = textOf(context.members, 'user') === undefined ? undefined : entryOf(config, context, 'user');
  for (const entry of user === undefined ? [cluster] : [cluster, user]) refuseUnsupported(entry);
  const tls = tlsOf(cluster, user, here.readFile);
  const credentials = user === undefined ? {} : credentialsOf(user, cluster, here);
  const headers = user === undefined ? [] : impersonationOf(user);
  return {
    ...addressOf(cluster),
    ...proxyOf(cluster, here.env),
    ...(tls === undefined ? {} : { tls }),
    ...credentials,
    ...(headers.length === 0 ? {} : { headers }),
    namespace: textOf(context.members, 'namespace') ?? 'default',
    source: context.title,
  };
}

function contextOf({ paths, contexts, currentContext }: Config, wanted: string | undefined): Entry {
  const choice =
    contexts.length === 0 ? 'It has none at all' : `It has ${contexts.map(({ name }) => name).join(', ')}`;
  const name = wanted ?? currentContext;
  if (name === undefined)
    throw new KubeconfigError(`${paths} has no current-context; name a context. ${choice}.`);
  const context = contexts.find((one) => one.name === name);
  if (context === undefined) throw new KubeconfigError(`${paths} has no context "${name}". ${choice}.`);
  return context;
}

function entryOf(config: Config, context: Entry, noun: 'cluster' | 'user'): Entry {
  const name = textOf(context.members, noun);
  if (name === undefined) throw new KubeconfigError(`The ${context.title} names no ${noun}.`);
  const entry = config[`${noun}s`].find((one) => one.name === name);
  if (entry !== undefined) return entry;
  throw new KubeconfigError(
    `The ${context.title} names the ${noun} "${name}", which ${config.paths} does not have.`,
  );
}

function addressOf({ title, members }: Entry): Pick<Connection, 'server' | 'basePath'> {
  const server = textOf(members, 'server');
  if (server === undefined) throw new KubeconfigError(`The ${title} has no server.`);
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new KubeconfigError(`The server "${server}" of the ${title} is no http or https address.`);
  }
  return { server: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}

const proxyProtocols = ['http:', 'https:', 'socks5:'];

/** The cluster's own proxy, else the environment's. */
function proxyOf({ title, members }: Entry, env: Surroundings['env']): Pick<Connection, 'proxy'> {
  const proxy = textOf(members, 'proxy-url');
  if (proxy === undefined) return proxyFrom(env, textOf(members, 'server') ?? '');
  if (URL.canParse(proxy) && proxyProtocols.includes(new URL(proxy).protocol)) return { proxy };
  throw new KubeconfigError(`The proxy-url "${proxy}" of the ${title} is no http, https or socks5 address.`);
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

function inCluster({ env, readFile }: Surroundings): Connection {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  const read = (file: string): string =>
    readText(`${serviceAccount}/${file}`, 'The service account', readFile);
  read('token');
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    basePath: '',
    tls: { ca: read('ca.crt') },
    // Read for every call: the kubelet replaces the file before its token expires.
    token: async () => read('token').trim(),
    namespace: read('namespace').trim(),
    source: 'the cluster we run in',
  };
}
