import { constants, createServer } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Random } from '../../../ports/random.ts';
import type { Region } from '../../region.ts';
import type { TargetGroup } from '../../state/state.ts';
import { listenAt } from '../own-socket.ts';
import { answerOf } from './answer.ts';
import type { FunctionAnswer } from './answer.ts';
import { longestPayload } from './call.ts';
import { eventOf, latticeFields } from './event.ts';
import type { FunctionRequest } from './event.ts';
import type { Functions } from './functions.ts';

export interface InvokerOptions {
  readonly region: Region;
  readonly functions: Functions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where Envoy sends requests whose target is a function; only the owner may. */
  readonly socket: string;
}

export interface Invoker {
  close(): void;
}

const mebibyte = 1 << 20;

/**
 * Turns requests into events of functions and their answers into responses. By HTTP/2, which knows every method and each
 * line of a header. Resolves when Envoy may connect.
 */
export async function serveInvoker(options: InvokerOptions): Promise<Invoker> {
  const { socket, log } = options;
  const server = createServer({
    // Envoy has limited headers already, and each of many streams may carry all that a payload may have.
    settings: { maxHeaderListSize: mebibyte, initialWindowSize: mebibyte, maxConcurrentStreams: 100_000 },
    maxHeaderListPairs: 1000,
    maxSessionMemory: 1000,
  });
  server.on('stream', (stream, _headers, _flags, raw) => {
    // A caller that goes away has no use for an error.
    stream.on('error', () => stream.close());
    carry(stream, raw, options).catch((error: unknown) => {
      log.error('a function cannot be invoked', { error });
      breakOff(stream);
    });
  });
  server.on('sessionError', () => undefined);
  await listenAt(server, socket);
  return { close: () => server.close() };
}

async function carry(
  stream: ServerHttp2Stream,
  raw: readonly string[],
  options: InvokerOptions,
): Promise<void> {
  const body = await bodyOf(stream);
  const request = requestOf(raw, body ?? Buffer.alloc(0));
  const group = groupOf(request, options.region);
  const arn = group === undefined ? undefined : functionOf(group);
  if (stream.destroyed) return;
  if (group === undefined || arn === undefined) {
    answerShortly(stream, 503, 'Service Unavailable');
    return;
  }
  const result: Result =
    body === undefined ? { kind: 'tooLarge' } : await invoke(group, arn, request, options);
  if (stream.destroyed) return;
  switch (result.kind) {
    case 'answered': {
      const { status, headers, body: content } = result.answer;
      stream.respond({ ...byName(headers), ...lengthOf(result.answer), ':status': status });
      stream.end(bodiless.includes(status) || request.method === 'HEAD' ? undefined : content);
      return;
    }
    case 'tooLarge':
      answerShortly(stream, 413, 'Payload Too Large');
      return;
    case 'failed':
      options.log.warn('a function failed', { function: arn, why: result.why });
      breakOff(stream);
  }
}

type Result =
  | { readonly kind: 'answered'; readonly answer: FunctionAnswer }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'failed'; readonly why: string };

async function invoke(
  group: TargetGroup,
  arn: string,
  request: FunctionRequest,
  { functions, region, clock, random }: InvokerOptions,
): Promise<Result> {
  const { config } = group;
  const version = (config.type === 'LAMBDA' ? config.lambdaEventStructureVersion : undefined) ?? 'V1';
  const event = eventOf(version, request, { region: region.name, now: clock.now() });
  if (Buffer.byteLength(JSON.stringify(event)) > longestPayload) return { kind: 'tooLarge' };
  const outcome = await functions.call({ arn, requestId: random.uuid(), event });
  if (outcome.kind === 'failed') return outcome;
  const size = Buffer.byteLength(JSON.stringify(outcome.payload) ?? '');
  if (size > longestPayload) {
    return { kind: 'failed', why: `its answer has ${size} bytes, more than ${longestPayload}` };
  }
  const answer = answerOf(outcome.payload);
  return typeof answer === 'string'
    ? { kind: 'failed', why: `its answer is no response: ${answer}` }
    : { kind: 'answered', answer };
}

/** Of the group that the route tells targets of; clients cannot say that. */
function groupOf(request: FunctionRequest, region: Region): TargetGroup | undefined {
  const arn = latticeFields(request, 'x-amzn-lattice-target').get('TargetGroupArn');
  return region.state().targetGroups.get(arn?.split('/').at(-1) ?? '');
}

function functionOf({ targets }: TargetGroup): string | undefined {
  const all = [...targets.values()];
  return (all.find(({ status }) => status !== 'DRAINING') ?? all[0])?.id;
}

/** Undefined when it is longer than any event may be; the rest is read all the same, so that the answer is heard. */
async function bodyOf(stream: ServerHttp2Stream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= longestPayload) chunks.push(chunk);
    });
    stream.on('end', resolve);
    stream.on('close', resolve);
  });
  return length > longestPayload ? undefined : Buffer.concat(chunks);
}

/** HTTP/2 says host, method and path as headers of its own. */
function requestOf(raw: readonly string[], body: Buffer): FunctionRequest {
  const lines: (readonly [name: string, value: string])[] = [];
  let [method, target] = ['', ''];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = Buffer.from(raw[at + 1] ?? '', 'latin1').toString('utf8');
    if (name === ':method') method = value;
    else if (name === ':path') target = value;
    else if (name === ':authority') lines.push(['host', value]);
    else if (!name.startsWith(':')) lines.push([name, value]);
  }
  return { method, target, headers: lines, body };
}

const bodiless: readonly number[] = [204, 304];

function lengthOf({ status, body }: FunctionAnswer): { readonly 'content-length'?: number } {
  return bodiless.includes(status) ? {} : { 'content-length': body.length };
}

/** In HTTP/2 names are in lower case; what comes several times stays several lines. */
function byName(headers: FunctionAnswer['headers']): Record<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const known = lines.get(lower);
    if (known === undefined) lines.set(lower, [value]);
    else known.push(value);
  }
  return Object.fromEntries(lines);
}

function answerShortly(stream: ServerHttp2Stream, status: number, text: string): void {
  stream.respond({ ':status': status, 'content-type': 'text/plain' });
  stream.end(text);
}

/** For Envoy, and so for client and access log, a target that does not keep to its protocol. */
function breakOff(stream: ServerHttp2Stream): void {
  stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
}
