/** What remains of an answer of a Kubernetes API when everything is left out that differs from run to run. */
import { parse } from 'yaml';
import { isRecord } from '../../src/kinds/record.ts';
import type { WireResponse } from '../../src/ports/wire.ts';

export interface Answer {
  readonly status: number;
  /** Of the body, unless it is JSON. */
  readonly type?: string;
  readonly warning?: string;
  /** JSON without what differs from run to run, a list of events of a watch, or text. */
  readonly body: unknown;
}

export function masked({ status, headers }: Omit<WireResponse, 'body'>, received: string): Answer {
  const { warning } = headers;
  const type = headers['content-type'] ?? '';
  return {
    status,
    ...(type === 'application/json' ? {} : { type }),
    ...(warning === undefined ? {} : { warning: warning.split(', 299').toSorted().join(', 299') }),
    body: type === 'application/yaml' ? mask(parse(received), '') : readBody(received),
  };
}

function readBody(text: string): unknown {
  const lines = text.trim().split('\n');
  try {
    if (lines.every((line) => line.startsWith('{"type":'))) {
      return lines
        .map((line): unknown => JSON.parse(line))
        .filter(isTold)
        .map((event) => mask(shortened(event), ''));
    }
    return mask(JSON.parse(text), '');
  } catch {
    return maskText(text.trim(), '');
  }
}

/** When bookmarks come is nobody's promise, but for the one that ends what is there. */
function isTold(event: unknown): boolean {
  const text = JSON.stringify(event);
  return !text.startsWith('{"type":"BOOKMARK"') || text.includes('initial-events-end');
}

/** Of a bookmark nobody reads more than its metadata; Go prints the fields of an empty object after it. */
function shortened(event: unknown): unknown {
  if (!isRecord(event) || event['type'] !== 'BOOKMARK' || !isRecord(event['object'])) return event;
  const { kind, apiVersion, metadata } = event['object'];
  return { type: 'BOOKMARK', object: { kind, apiVersion, metadata } };
}

const hidden: ReadonlyMap<string, string> = new Map([
  ['uid', '<uid>'],
  ['resourceVersion', '<version>'],
  ['continue', '<continue>'],
  ['clusterIP', '<address>'],
]);
/** What only the real server has to say. */
const left = ['storageVersionHash', 'time'];

function mask(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    if (key === 'clusterIPs') return value.map((one) => (one === 'None' ? one : '<address>'));
    if (key === 'managedFields') return value.map((one) => mask(one, '')).toSorted(bySpelling);
    if (key === 'causes') return distinct(value.map((one) => mask(one, '')));
    return value.map((one) => mask(one, key));
  }
  if (typeof value === 'string') return maskText(value, key);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !left.includes(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [
        name.startsWith('k:{"uid"') ? maskText(name, '') : name,
        maskMember(value, name, member),
      ]),
  );
}

function maskMember(parent: object, name: string, member: unknown): unknown {
  if (name === 'name' && 'generateName' in parent && 'creationTimestamp' in parent) return '<generated>';
  // Of several causes the real server tells in the order of a Go map; the details have them all.
  if (name === 'message' && 'details' in parent && typeof member === 'string') {
    return mask(member.replace(listed, ` is invalid: ${sayCauses(causesOf(parent.details))}`), name);
  }
  return mask(member, name);
}

/** A list of causes in a message; a single one is told as it is. */
const listed = / is invalid: \[.*\]$/su;

function causesOf(details: unknown): readonly unknown[] {
  const has = typeof details === 'object' && details !== null && 'causes' in details;
  return has && Array.isArray(details.causes) ? details.causes : [];
}

function sayCauses(causes: readonly unknown[]): string {
  const [only, ...others] = distinct(causes.map((one) => mask(one, '')));
  if (typeof only !== 'object' || only === null || others.length > 0) return '<causes>';
  return 'field' in only && 'message' in only ? `${String(only.field)}: ${String(only.message)}` : '<causes>';
}

/** The real server lists causes in the order of a Go map, and some of them twice. */
function distinct(causes: readonly unknown[]): readonly unknown[] {
  return [...new Map(causes.map((one) => [JSON.stringify(one), one])).values()].toSorted(bySpelling);
}

function bySpelling(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** An object that a message quotes: in which order its fields come is no difference. */
const quotedObject = /("\{\\"apiVersion(?:[^"\\]|\\.)*\}")/gu;

function maskText(text: string, key: string): string {
  const whole = hidden.get(key);
  if (whole !== undefined && text !== 'None' && text !== '') return whole;
  if (key === 'cells' && /^\d+[smh]/u.test(text)) return '<age>';
  if (['cells', 'name'].includes(key) && /-[bcdfghjklmnpqrstvwxz2456789]{5}$/u.test(text))
    return '<generated>';
  return (
    text
      .replaceAll(quotedObject, (_, quoted: string) =>
        JSON.stringify(JSON.stringify(mask(JSON.parse(JSON.parse(quoted)), ''))),
      )
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu, '<uid>')
      .replaceAll(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/gu, (time) =>
        time.startsWith('2026-01-02') ? time : '<time>',
      )
      .replaceAll(/(?<=resourceVersion: ")\d+/gu, '<version>')
      // Where Services have their addresses, of either server.
      .replaceAll(/\b10\.(66|96)(\.\d+){2}/gu, '<address>')
      .replaceAll(/(?<=-[0-9a-f]{8,10}-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/gu, '<generated>')
      .replaceAll(/in record \(\d+\)/gu, 'in record (<version>)')
  );
}
