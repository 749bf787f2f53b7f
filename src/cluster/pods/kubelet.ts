import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import { listen } from '../../ports/system/http-server.ts';
import { selfSigned } from '../../certificates/self-signed.ts';
import type { LogAnswer } from './logs.ts';
import type { PodKey, PodRunner } from './runner.ts';

export interface KubeletOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly nodeName: string;
  /** Whom to answer: clients with a certificate from here, in PEM. An API server shows its `--kubelet-client-certificate`. */
  readonly clientAuthority: string;
  readonly clock: Clock;
}

export interface Kubelet {
  readonly port: number;
  /** From now on requests are answered; before, with 503. */
  serve(runner: Pick<PodRunner, 'podLog' | 'podExec'>): void;
  close(): Promise<void>;
}

/**
 * The door of a kubelet, for a real API server: logs and exec over HTTPS with a certificate of its own making, for those
 * only whom `clientAuthority` vouches for. Listening comes before the runner, since the node object tells the port.
 */
export async function listenAsKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { host, port, nodeName, clientAuthority, clock } = options;
  let runner: Pick<PodRunner, 'podLog' | 'podExec'> | undefined;
  const tls = { ...selfSigned([nodeName, host], clock.now()), ca: clientAuthority, requestCert: true };
  const server = createServer(tls, (request, response) => {
    void answer(request, response, runner);
  });
  server.on('upgrade', (request, socket, head) => {
    const asked = parseTarget(request);
    if (asked?.action === 'exec' && runner !== undefined)
      runner.podExec(asked.pod, asked.query, request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  await listen(server, { host, port });
  return {
    port: portOf(server.address()),
    serve: (now) => {
      runner = now;
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

interface Asked {
  readonly action: 'exec' | 'containerLogs';
  readonly pod: PodKey;
  readonly query: URLSearchParams;
}

/** `/containerLogs/NAMESPACE/POD/CONTAINER?…` or `/exec/NAMESPACE/POD/CONTAINER?…`. */
function parseTarget({ url = '' }: IncomingMessage): Asked | undefined {
  const [path = '', search = ''] = url.split('?');
  const match = /^\/(exec|containerLogs)\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path);
  const [, action, namespace = '', name = '', container = ''] = match ?? [];
  if (action !== 'exec' && action !== 'containerLogs') return undefined;
  const query = new URLSearchParams(search);
  query.set('container', container);
  return { action, pod: { namespace, name }, query };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  runner: Pick<PodRunner, 'podLog'> | undefined,
): Promise<void> {
  const asked = parseTarget(request);
  if (runner === undefined || asked?.action !== 'containerLogs') {
    response.writeHead(runner === undefined ? 503 : 404).end();
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the client went away')));
  await send(runner.podLog(asked.pod, asked.query, gone.signal), response);
}

async function send(reply: LogAnswer, response: ServerResponse): Promise<void> {
  if (reply.kind === 'refused') {
    response.writeHead(reply.code, { 'content-type': 'text/plain' }).end(reply.message);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain' });
  if (reply.body instanceof Uint8Array) {
    response.end(reply.body);
    return;
  }
  response.flushHeaders();
  for await (const chunk of reply.body) response.write(chunk);
  response.end();
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('a listening server has no port');
  return address.port;
}
