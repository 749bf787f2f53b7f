import { Buffer } from 'node:buffer';
import { millisOf } from '../workloads/time.ts';
import type { Line, Output } from './output.ts';
import type { PodWorker } from './pod-worker.ts';

/** What `kubectl logs` asks for, as the API and the kubelet spell it in the query. */
interface LogQuery {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
  /** Epoch milliseconds. */
  readonly since: number | undefined;
}

/** The output of a container as text, without end when it is followed; or why there is none. */
export type LogAnswer =
  | { readonly kind: 'log'; readonly body: Uint8Array | AsyncIterable<Uint8Array> }
  | { readonly kind: 'refused'; readonly code: 400 | 404; readonly message: string };

/** What a container wrote; with `follow` it goes on until the container ends or `signal`. */
export function logAnswer(
  worker: PodWorker,
  { query, now }: { readonly query: URLSearchParams; readonly now: number },
  signal: AbortSignal,
): LogAnswer {
  const named = query.get('container') ?? '';
  const pod = worker.pod.metadata.name;
  if (named === '' && worker.names.length > 1) {
    const choices = worker.names.join(' ');
    return refused(400, `a container name must be specified for pod ${pod}, choose one of: [${choices}]`);
  }
  const name = named === '' ? (worker.names[0] ?? '') : named;
  const container = worker.container(name);
  if (container === undefined) return refused(400, `container ${name} is not valid for pod ${pod}`);
  const asked = parseQuery(query, now);
  const output = container.output(asked.previous ? 'previous' : 'current');
  if (output === undefined && asked.previous) {
    return refused(400, `previous terminated container "${name}" in pod "${pod}" not found`);
  }
  if (output === undefined) {
    const reason = container.state.kind === 'waiting' ? container.state.reason : 'it has not started yet';
    return refused(400, `container "${name}" in pod "${pod}" is waiting to start: ${reason}`);
  }
  const body = asked.follow ? followed(output, asked, signal) : written(output, asked);
  return { kind: 'log', body };
}

/** `code` is the HTTP status. */
export function refused(code: 400 | 404, message: string): LogAnswer {
  return { kind: 'refused', code, message };
}

function written(output: Output, query: LogQuery): Uint8Array {
  const bytes = print(selected(output.kept().lines, query), query);
  return query.limitBytes === undefined ? bytes : bytes.subarray(0, query.limitBytes);
}

async function* followed(output: Output, query: LogQuery, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { lines, next } = output.kept();
  const before = print(selected(lines, query), query);
  if (before.length > 0) yield before;
  for await (const lines of output.follow(next, signal)) yield print(lines, query);
}

function selected(lines: readonly Line[], { since, tailLines }: LogQuery): readonly Line[] {
  const recent = since === undefined ? lines : lines.filter(({ time }) => time >= since);
  if (tailLines === undefined) return recent;
  return tailLines === 0 ? [] : recent.slice(-tailLines);
}

function print(lines: readonly Line[], { timestamps }: LogQuery): Uint8Array {
  if (!timestamps) return Buffer.concat(lines.map(({ bytes }) => bytes));
  return Buffer.concat(lines.flatMap(({ time, bytes }) => [Buffer.from(`${preciseTime(time)} `), bytes]));
}

/** With nine decimals, as every tool that reads container logs expects. */
function preciseTime(ms: number): string {
  return new Date(ms).toISOString().replace(/Z$/, '000000Z');
}

function parseQuery(query: URLSearchParams, now: number): LogQuery {
  const flag = (name: string): boolean => ['true', '1'].includes(query.get(name) ?? '');
  const number = (name: string): number | undefined => {
    const text = query.get(name) ?? '';
    return /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const seconds = number('sinceSeconds');
  return {
    follow: flag('follow'),
    previous: flag('previous'),
    timestamps: flag('timestamps'),
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
    since: seconds === undefined ? millisOf(query.get('sinceTime') ?? '') : now - seconds * 1000,
  };
}
