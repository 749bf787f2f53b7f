import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { find } from '../storage/state.ts';
import { keyOf } from './context.ts';
import type { Context, PodStream } from './context.ts';
import { refusal } from './reply.ts';
import { badRequest, noSuchResource, notFound, Refused } from './status.ts';
import { callOf, checkToken } from './server.ts';
import { parseTarget } from './target.ts';

export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Hands a connection that wants to become a stream to whoever runs the pod, or refuses it with a Status. */
export function upgradeStream(context: Context, { request, socket, head }: Upgrade): void {
  try {
    const authorization = request.headers.authorization;
    checkToken(context, { headers: authorization === undefined ? {} : { authorization } });
    const target = parseTarget(request.url ?? '/');
    const signal = new AbortController().signal;
    const wire = { method: 'GET', target: request.url ?? '/', headers: {}, body: new Uint8Array() };
    const call = callOf(context, target, { request: wire, signal });
    const subresource = streamName(call?.target.subresource);
    if (call === undefined || subresource === undefined || call.kind.plural !== 'pods')
      throw noSuchResource();
    const pod = find(context.store.state, keyOf(call.kind, call.target.namespace, call.target.name));
    if (pod === undefined) throw notFound(call.kind, call.target.name);
    const { podExec } = context.settings.handlers;
    if (podExec === undefined) throw badRequest(`pod ${call.target.name} does not have a host assigned`);
    podExec(pod, { subresource, query: target.query, request, socket, head });
  } catch (error) {
    if (!(error instanceof Refused))
      context.log.error('a stream could not be opened', { target: request.url, error });
    refuse(socket, error instanceof Refused ? error : badRequest('the stream could not be opened'));
  }
}

function streamName(subresource: string | undefined): PodStream['subresource'] | undefined {
  return subresource === 'exec' || subresource === 'attach' || subresource === 'portforward'
    ? subresource
    : undefined;
}

/** A whole HTTP answer, by hand: the server has let go of the connection. */
function refuse(socket: Duplex, refused: Refused): void {
  const { status, headers, body } = refusal(refused);
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '';
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`,
  );
}
