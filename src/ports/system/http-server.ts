import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../log.ts';
import { WireError } from '../wire.ts';
import type { Wire, WireResponse } from '../wire.ts';

// Not imported: an import reads every member of node:http, and one of them loads a whole client, in 50 ms.
const { createServer } = process.getBuiltinModule('node:http');

export interface HttpServerOptions {
  /** Empty for all addresses of the machine. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The option that says where, for whoever has to choose another; `--listen` unless told. */
  readonly option?: string;
  readonly log: Log;
  /** Speaks HTTPS with this certificate and key, in PEM; plain HTTP without. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** A longer body is answered with 413 and never reaches the wire. Bytes, by the request's target; 16 MiB unless told. */
  readonly maxBody?: (target: string) => number;
  /** What is said with the 413. */
  readonly tooLong?: () => WireResponse;
  /**
   * How long a client may take for its headers, and six times that for all of its request; what it is told may take as
   * long as it likes. Milliseconds, 10,000 unless told.
   */
  readonly patience?: number;
  /** Takes over `Upgrade` requests (WebSocket); without it they are refused. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /** `http://host:port`, or `https` with a certificate. */
  readonly url: string;
  /** Stops accepting, ends what is open, resolves when the port is free. */
  close(): Promise<void>;
}

/** The address is taken, forbidden or not ours: a user's mistake, in one sentence. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/**
 * Puts a wire behind a socket; where the wire breaks off with a `WireError`, so does the connection. Rejects with
 * `CannotListen` when the address cannot be had.
 */
export async function serveHttp(wire: Wire, options: HttpServerOptions): Promise<HttpServer> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(wire, request, response, options);
  };
  const { tls, patience = 10_000 } = options;
  const limits = {
    headersTimeout: patience,
    requestTimeout: patience * 6,
    connectionsCheckingInterval: patience / 2,
    // Node's own 5 s are so short that a client that is busy for a second sends on what is being closed.
    keepAliveTimeout: longestIdle,
  };
  const server =
    tls === undefined ? createServer(limits, listener) : createTlsServer({ ...tls, ...limits }, listener);
  if (options.upgrade !== undefined) server.on('upgrade', options.upgrade);
  await listen(server, options);
  const { port } = addressOf(server);
  return {
    host: options.host,
    port,
    url: `${tls === undefined ? 'http' : 'https'}://${options.host}:${port}`,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Of a connection between two requests, in milliseconds. */
const longestIdle = 75_000;

/** Rejects with `CannotListen` when the address cannot be had. */
export async function listen(
  server: Server,
  { host, port, option = '--listen' }: Pick<HttpServerOptions, 'host' | 'port' | 'option'>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new CannotListen(
          sentences[error.code ?? '']?.({ host, port, option }) ??
            `Cannot listen on ${host}:${port}: ${error.message}`,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

type Place = Required<Pick<HttpServerOptions, 'host' | 'port' | 'option'>>;

const sentences: Readonly<Record<string, (place: Place) => string>> = {
  EADDRINUSE: ({ host, port, option }) =>
    `${host}:${port} is in use by another program; stop it or choose another port with ${option}.`,
  EACCES: ({ host, port, option }) =>
    `This user may not listen on port ${port} of ${host === '' ? 'this machine' : host}; choose a port from 1024 up with ${option}.`,
  EADDRNOTAVAIL: ({ host, port }) =>
    `${host} is not an address of this machine, so nothing can listen on ${host}:${port}.`,
};

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a listening server has no port');
  return address;
}

async function answer(
  wire: Wire,
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions,
): Promise<void> {
  const gone = new AbortController();
  // After an answer that was sent in full nobody listens any more.
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client went away'));
  });
  try {
    const limit = options.maxBody?.(request.url ?? '/') ?? 16 * 1024 * 1024;
    const body = await readBody(request, limit);
    if (body === 'too long') {
      const { headers, body: said } = options.tooLong?.() ?? { headers: {}, body: new Uint8Array() };
      response.writeHead(413, { ...headers, connection: 'close' });
      response.end(said instanceof Uint8Array ? said : undefined);
      return;
    }
    const reply = await wire(
      { method: request.method ?? 'GET', target: request.url ?? '/', headers: joined(request), body },
      gone.signal,
    );
    await send(reply, response, gone.signal);
  } catch (error) {
    if (gone.signal.aborted) return;
    if (error instanceof WireError) {
      request.socket.destroy();
      return;
    }
    options.log.error('request failed', { method: request.method, target: request.url, error });
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  }
}

/** By events: to iterate over a request costs more than to answer many a one. */
async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | 'too long'> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else resolve('too long');
    });
    request.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    request.once('error', reject);
    request.once('close', () => reject(new Error('the request was broken off')));
  });
}

function joined(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

async function send(reply: WireResponse, response: ServerResponse, gone: AbortSignal): Promise<void> {
  const { status, headers, body } = reply;
  if (body instanceof Uint8Array) {
    // Said beforehand: otherwise it goes out in chunks.
    const length = status === 204 || status === 304 ? {} : { 'content-length': String(body.length) };
    response.writeHead(status, { ...length, ...headers });
    response.end(body);
    return;
  }
  response.writeHead(status, headers);
  response.flushHeaders();
  for await (const chunk of body) {
    if (gone.aborted) return;
    if (!response.write(chunk)) await drained(response, gone);
  }
  response.end();
}

async function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    response.once('drain', resolve);
    gone.addEventListener('abort', () => resolve(), { once: true });
  });
}
