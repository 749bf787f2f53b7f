import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
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

type Served = Pick<PodRunner, 'podLog' | 'podExec' | 'podAttach'>;

export interface Kubelet {
  readonly port: number;
  /** From now on requests are answered; before, with 503. */
  serve(runner: Served): void;
  close(): Promise<void>;
}

/**
 * The door of a kubelet, for a real API server: logs and exec over HTTPS with a certificate of its own making, for those
 * only whom `clientAuthority` vouches for. Listening comes before the runner, since the node object tells the port.
 */
export async function listenAsKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { host, port, nodeName, clientAuthority, clock } = options;
  let runner: Served | undefined;
  const tls = { ...selfSigned([nodeName, host], clock.now()), ca: clientAuthority, requestCert: true };
  const server = createServer(tls, (request, response) => {
    void answer(request, response, runner);
  });
  server.on('upgrade', (request, socket, head) => {
    const asked = parseTarget(request);
    if (asked?.action === 'exec' && runner !== undefined)
      runner.podExec(asked.pod, asked.query, request, socket, head);
    else if (asked?.action === 'attach' && runner !== undefined)
      runner.podAttach(asked.pod, asked.query, { request, socket, head });
    else refuseUpgrade(socket, asked?.action === 'portForward' ? noForward : 'there is no such stream');
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
  readonly action: (typeof actions)[number];
  readonly pod: PodKey;
  readonly query: URLSearchParams;
}

const actions = ['exec', 'attach', 'containerLogs', 'portForward'] as const;
/** An API server shows what a kubelet says when it refuses. */
const noForward = 'no port needs to be forwarded: pods of this node answer at their own addresses';

function refuseUpgrade(socket: Duplex, message: string): void {
  const length = Buffer.byteLength(message);
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\n\r\n${message}`,
  );
}

/** `/containerLogs/NAMESPACE/POD/CONTAINER?…`, and so for exec and attach; ports have no container. */
function parseTarget({ url = '' }: IncomingMessage): Asked | undefined {
  const [path = '', search = ''] = url.split('?');
  const [, wanted, namespace = '', name = '', container = ''] = path.split('/');
  const action = actions.find((one) => one === wanted);
  if (action === undefined || name === '') return undefined;
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
