import type { Wire, WireRequest, WireResponse } from '../../ports/wire.ts';
import { isArray, isObject, listAt, objectAt, own, textAt } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { decodeProtobuf } from './protobuf.ts';
import { bytes } from './reply.ts';

/** Members of an Event in `events.k8s.io`, and what the core group calls them. */
const names: readonly (readonly [newer: string, core: string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];
const toCore = new Map(names);
const fromCore = new Map(names.map(([newer, core]) => [core, newer]));
const group = 'events.k8s.io';
const path = /^\/apis\/events\.k8s\.io\/v1\/(?=(?:watch\/)?(?:namespaces\/[^/?]+\/)?events(?:[/?]|$))/u;

/**
 * Events have two groups and are kept once: what is asked under `events.k8s.io` is asked of the core group in its words,
 * and answered in the words of the other. Everything else goes on as it is.
 */
export function withNewEvents(wire: Wire): Wire {
  return async (request, signal) => {
    if (!path.test(request.target)) return await wire(request, signal);
    return answered(await wire(asked(request), signal));
  };
}

function asked(request: WireRequest): WireRequest {
  const target = request.target
    .replace(path, '/api/v1/')
    .replaceAll(
      /(fieldSelector=|%2C|,)(regarding|reportingController)/gu,
      (_, before: string, name: string) => before + (toCore.get(name) ?? name),
    );
  const sent = decodeProtobuf(request.body) ?? parsed(request.body);
  // What cannot be read is refused in the same words in either group.
  if (!isObject(sent)) return { ...request, target };
  const isProtobuf = (request.headers['content-type'] ?? '').includes('protobuf');
  const headers = { ...request.headers, ...(isProtobuf ? { 'content-type': 'application/json' } : {}) };
  return { ...request, target, headers, body: bytes(JSON.stringify(renamed(sent, toCore))) };
}

function answered(response: WireResponse): WireResponse {
  const { body, headers, ...rest } = response;
  if (!(headers['content-type'] ?? '').includes('json')) return response;
  if (!(body instanceof Uint8Array)) return { ...rest, headers, body: lines(body) };
  const answer = bytes(answerText(Buffer.from(body).toString('utf8')));
  const length = headers['content-length'] === undefined ? {} : { 'content-length': String(answer.length) };
  return { ...rest, headers: { ...headers, ...length }, body: answer };
}

/** A watch sends whole lines. */
async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    const written = Buffer.from(chunk).toString('utf8').split('\n');
    yield bytes(written.map((line) => (line === '' ? '' : answerText(line))).join('\n'));
  }
}

function answerText(text: string): string {
  const answer = parsed(bytes(text));
  return answer === undefined ? text : JSON.stringify(renewed(answer));
}

function renewed(answer: Json): Json {
  if (!isObject(answer)) return answer;
  const { type, object } = answer;
  if (typeof type === 'string' && isObject(object)) return { type, object: renewed(object) };
  switch (textAt(answer, 'kind')) {
    case 'Event':
      return renamed(answer, fromCore);
    case 'EventList':
      return {
        ...renamed(answer, fromCore),
        items: listAt(answer, 'items').map((item) => renewedItem(item)),
      };
    case 'Status':
      return { ...answer, ...named(answer) };
    default:
      return answer;
  }
}

function renewedItem(item: Json): Json {
  return isObject(item) ? renamed(item, fromCore) : item;
}

/** Refusals name the group. */
function named(status: JsonObject): JsonObject {
  const message = textAt(status, 'message').replaceAll(/\bevents "/gu, `events.${group} "`);
  const details = objectAt(status, 'details');
  return own(details, 'kind') === 'events' || own(details, 'kind') === 'Event'
    ? { message, details: { ...details, group } }
    : { message };
}

function renamed(event: JsonObject, words: ReadonlyMap<string, string>): JsonObject {
  const version = words === fromCore ? `${group}/v1` : 'v1';
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => {
      if (name === 'apiVersion') return [name, version];
      return name === 'metadata' && isObject(value)
        ? [name, withManagers(value, { version, words })]
        : [words.get(name) ?? name, value];
    }),
  );
}

interface Naming {
  readonly version: string;
  readonly words: ReadonlyMap<string, string>;
}

/** Managers own fields by their names. */
function withManagers(metadata: JsonObject, { version, words }: Naming): JsonObject {
  if (own(metadata, 'managedFields') === undefined) return metadata;
  const managedFields = listAt(metadata, 'managedFields').map((entry) => {
    if (!isObject(entry)) return entry;
    const fields = Object.entries(objectAt(entry, 'fieldsV1')).map(([field, below]) => {
      const name = field.replace(/^f:/u, '');
      return [`f:${words.get(name) ?? name}`, below] as const;
    });
    return { ...entry, apiVersion: version, fieldsV1: Object.fromEntries(fields) };
  });
  return { ...metadata, managedFields };
}

function parsed(body: Uint8Array): Json | undefined {
  try {
    const value: Json = JSON.parse(Buffer.from(body).toString('utf8'));
    return isArray(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
