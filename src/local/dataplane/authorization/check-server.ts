import { constants, createServer } from 'node:http2';
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { listenAt } from '../own-socket.ts';
import { serviceMetadata } from '../xds/authorization.ts';
import { scopeHeader } from '../xds/host-scope.ts';
import type { Beside } from './check-request.ts';

export interface CheckServerOptions {
  /** Path of the Unix socket; only its owner may ask. */
  readonly socket: string;
  /**
   * From a question to its answer, with what came beside it if it is about a connection. What it throws is told as a failure of
   * the service.
   */
  readonly answer: (question: Buffer, beside: Beside | undefined) => Uint8Array;
}

const checkPath = '/envoy.service.auth.v3.Authorization/Check';

/** Codes of gRPC. */
const ok = '0';
const unimplemented = '12';
const internal = '13';

/** A question is one request's headers, of which Envoy lets no more than 60 KB through. */
const longestQuestion = 1 << 20;

export interface CheckServer {
  /** Nobody is answered any more. */
  close(): void;
}

/** Serves the one method of Envoy's authorization service. Resolves when Envoy may connect. */
export async function serveChecks({ socket, answer }: CheckServerOptions): Promise<CheckServer> {
  const server = createServer();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    // A caller that goes away has no use for an error.
    stream.on('error', () => stream.close());
    if (headers[constants.HTTP2_HEADER_PATH] !== checkPath) fail(stream, unimplemented);
    else {
      const beside = besideOf(headers);
      readMessage(stream, (question) => respond(stream, question, (message) => answer(message, beside)));
    }
  });
  server.on('sessionError', () => undefined);
  await listenAt(server, socket);
  return {
    close: () => {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
}

function besideOf(headers: IncomingHttpHeaders): Beside | undefined {
  const { [scopeHeader]: scope, [serviceMetadata]: serviceId } = headers;
  return typeof scope === 'string' && typeof serviceId === 'string' ? { scope, serviceId } : undefined;
}

function respond(
  stream: ServerHttp2Stream,
  question: Buffer | undefined,
  answer: (question: Buffer) => Uint8Array,
): void {
  if (stream.destroyed) return;
  try {
    if (question === undefined) fail(stream, internal);
    else succeed(stream, answer(question));
  } catch {
    fail(stream, internal);
  }
}

/** The first message of a stream, without the five bytes before it; undefined if it is compressed or not whole. */
function readMessage(stream: ServerHttp2Stream, found: (message: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= longestQuestion) chunks.push(chunk);
  });
  stream.on('end', () => {
    const frame = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    const isWhole =
      frame !== undefined && frame.length >= 5 && frame[0] === 0 && frame.readUInt32BE(1) === length - 5;
    found(isWhole && length <= longestQuestion ? frame.subarray(5) : undefined);
  });
}

function succeed(stream: ServerHttp2Stream, message: Uint8Array): void {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': ok }));
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.end(frame);
}

/** An answer of trailers only. */
function fail(stream: ServerHttp2Stream, code: string): void {
  if (stream.headersSent) return;
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': code },
    { endStream: true },
  );
}
