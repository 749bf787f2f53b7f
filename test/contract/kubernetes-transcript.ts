/**
 * Transcripts of the Kubernetes API: requests, and what a real kube-apiserver answered to them. A file is a
 * conversation with a fresh cluster that has the Gateway API's CRDs; tools/record-kubernetes.ts records it again.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire } from '../../src/ports/wire.ts';

export interface TranscriptRequest {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly accept?: string;
  readonly body?: unknown;
  /** A body that is sent as it stands. */
  readonly text?: string;
}

export interface Answer {
  readonly status: number;
  readonly warning?: string;
  /** JSON without what differs from run to run, a list of events of a watch, or text. */
  readonly body: unknown;
}

export interface Exchange {
  readonly name: string;
  readonly request: TranscriptRequest;
  /** Why our answer is another one. */
  readonly differs?: string;
  readonly answer?: Answer;
}

export interface Transcript {
  readonly source: string;
  readonly exchanges: readonly Exchange[];
}

const folder = fileURLToPath(new URL('kubernetes', import.meta.url));

export function transcriptNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .toSorted();
}

export function readTranscript(name: string): Transcript {
  const transcript: Transcript = parse(readFileSync(join(folder, `${name}.yaml`), 'utf8'));
  return transcript;
}

export function writeTranscript(name: string, transcript: Transcript): void {
  writeFileSync(
    join(folder, `${name}.yaml`),
    stringify(transcript, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
}

/** What a server answers to a request, masked. */
export async function ask(wire: Wire, request: TranscriptRequest, token?: string): Promise<Answer> {
  const { method, path, type, accept, body, text } = request;
  const headers = {
    'user-agent': 'transcript/1',
    accept: accept ?? 'application/json',
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const sent = text ?? (body === undefined ? '' : JSON.stringify(body));
  const signal = new AbortController().signal;
  const response = await wire({ method, target: path, headers, body: Buffer.from(sent) }, signal);
  const received = Buffer.from(await bytesOf(response.body)).toString('utf8');
  const { warning } = response.headers;
  return {
    status: response.status,
    ...(warning === undefined ? {} : { warning: warning.split(', 299').toSorted().join(', 299') }),
    body: readBody(received),
  };
}

function readBody(text: string): unknown {
  const lines = text.trim().split('\n');
  try {
    if (lines.length > 1 && lines.every((line) => line.startsWith('{"type":'))) {
      return lines.map((line) => mask(JSON.parse(line), ''));
    }
    return mask(JSON.parse(text), '');
  } catch {
    return text.trim();
  }
}

const hidden: ReadonlyMap<string, string> = new Map([
  ['uid', '<uid>'],
  ['resourceVersion', '<version>'],
  ['continue', '<continue>'],
  ['clusterIP', '<address>'],
]);
/** Prose of columns, and what only the real server has to say. */
const left = ['description', 'storageVersionHash', 'time'];

function mask(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    if (key === 'clusterIPs') return value.map((one) => (one === 'None' ? one : '<address>'));
    if (key === 'managedFields') return value.map((one) => mask(one, '')).toSorted(bySpelling);
    if (key === 'causes') return distinct(value.map((one) => mask(one, '')));
    return value.map((one) => mask(one, key));
  }
  if (typeof value === 'string') return maskText(value, key);
  if (typeof value !== 'object' || value === null) return value;
  const listed = 'items' in value && Array.isArray(value.items);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !left.includes(name) || (name === 'description' && key === 'properties'))
      .filter(([name]) => !(key === 'items' && (name === 'kind' || name === 'apiVersion')))
      .filter(([name]) => name !== '.')
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, mask(member, listed || name !== 'items' ? name : '')]),
  );
}

/** The real server lists causes in the order of a Go map, and some of them twice. */
function distinct(causes: readonly unknown[]): readonly unknown[] {
  return [...new Map(causes.map((one) => [JSON.stringify(one), one])).values()].toSorted(bySpelling);
}

function bySpelling(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function maskText(text: string, key: string): string {
  const whole = hidden.get(key);
  if (whole !== undefined && text !== 'None' && text !== '') return whole;
  if (key === 'cells' && /^\d+[smh]/u.test(text)) return '<age>';
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu, '<uid>')
    .replaceAll(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/gu, (time) =>
      time.startsWith('2026-01-02') ? time : '<time>',
    )
    .replace(/ is invalid: .*$/su, ' is invalid: <causes>')
    .replaceAll(/in record \(\d+\)/gu, 'in record (<version>)');
}
