import type { Socket } from 'node:net';
import { Agent, buildConnector, ProxyAgent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { WireError } from '../wire.ts';
import type { Wire, WireResponse } from '../wire.ts';

export interface HttpClientOptions {
  /** `http://host:port` or `https://host:port`, without a path. */
  readonly origin: string;
  readonly tls?: TlsOptions;
  /** `http://…`, `https://…` or `socks5://…`; the password of a user may be in it. */
  readonly proxy?: string;
  /** Sent with every request, each as a line of its own: servers do not take every list of values from one line. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The client certificate of the moment, asked for before every request. Another one gets connections of its own. */
  readonly identity?: (signal: AbortSignal) => Promise<ClientIdentity | undefined>;
  /** An open one to the origin, for the one request that is made. */
  readonly connection?: Socket;
}

export interface ClientIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  /** `false` accepts any certificate: only what a kubeconfig asked for by name. */
  readonly rejectUnauthorized?: boolean;
}

export interface HttpClient {
  readonly wire: Wire;
  close(): Promise<void>;
}

/** A wire to one origin over pooled connections. Fails with `WireError` when the other side cannot be reached. */
export function httpClient({ origin, identity, headers: ours = [], ...how }: HttpClientOptions): HttpClient {
  let agent = dispatcherOf(how);
  let known: ClientIdentity | undefined;
  const dispatcherFor = async (signal: AbortSignal): Promise<Dispatcher> => {
    const now = await identity?.(signal);
    if (now?.cert === known?.cert) return agent;
    // What is under way, as watches, goes on with the certificate it began with.
    void agent.close();
    known = now;
    agent = dispatcherOf({ ...how, tls: { ...how.tls, ...now } });
    return agent;
  };
  return {
    wire: async ({ method, target, headers, body }, signal) => {
      const dispatcher = await dispatcherFor(signal);
      try {
        const response = await request(origin + target, {
          method,
          headers: [...Object.entries(headers), ...ours].flat(),
          body: body.length > 0 ? body : null,
          signal,
          dispatcher,
        });
        return {
          status: response.statusCode,
          headers: flat(response.headers),
          body: isEndless(response.headers) ? response.body : await wholeBody(response.body),
        };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw new WireError(`${method} ${origin}${target}: ${reasonOf(error)}`, { cause: error });
      }
    },
    close: async () => {
      await agent.destroy();
    },
  };
}

function dispatcherOf({ tls, proxy, connection }: Omit<HttpClientOptions, 'origin'>): Dispatcher {
  // Whoever calls sets the deadlines, and a watch has none.
  const endless = { bodyTimeout: 0, headersTimeout: 0 };
  if (connection !== undefined) return new Agent({ ...endless, connect: through(connection, tls) });
  if (proxy === undefined) return new Agent({ ...endless, connect: { ...tls } });
  // As in kubectl, an https proxy is known by the same authorities as the server.
  const { servername: _, ...known } = tls ?? {};
  const proxyTls = proxy.startsWith('https:') ? { proxyTls: known } : {};
  return new ProxyAgent({ ...endless, uri: proxy, requestTls: { ...tls }, ...proxyTls });
}

/** TLS, where it is asked for, comes on top of the connection. */
function through(connection: Socket, tls: TlsOptions | undefined): buildConnector.connector {
  const secure = buildConnector({ ...tls });
  return (options, callback) => {
    if (options.protocol === 'https:') secure({ ...options, httpSocket: connection }, callback);
    // Not before the client waits for it.
    else queueMicrotask(() => callback(null, connection));
  };
}

/**
 * Responses of known length are read whole; one without may be a watch, which only its reader can end. (Over HTTP/2,
 * which a TLS server may choose, nothing else tells.)
 */
function isEndless(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  return headers['content-length'] === undefined;
}

async function wholeBody(body: Dispatcher.ResponseData['body']): Promise<Uint8Array> {
  return new Uint8Array(await body.arrayBuffer());
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): WireResponse['headers'] {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return reasons[code] ?? error.message;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'the host name does not resolve',
  ECONNRESET: 'the connection was closed by the other side',
  ETIMEDOUT: 'no answer (connection timed out)',
};
