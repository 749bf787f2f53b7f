/** Requests that real clients were recorded to send, and how they are sent again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { decodeProtobuf } from '../../../src/cluster/http/protobuf.ts';
import { builtinKinds } from '../../../src/cluster/schema/builtin/kinds.ts';
import { isArray, isObject, own, textAt } from '../../../src/cluster/schema/json.ts';
import type { Json, JsonObject } from '../../../src/cluster/schema/json.ts';
import type { Wire, WireRequest, WireResponse } from '../../../src/ports/wire.ts';
import type { TranscriptRequest } from '../kubernetes-transcript.ts';

/**
 * A request as it was sent, but that `${3/metadata/uid}` stands for what the answer to the request number 3 said there:
 * another server gives other uids, versions and names.
 */
export interface RecordedRequest extends TranscriptRequest {
  /** `kubectl`, `Helm`, `kube-controller-manager`, `controller-runtime`. */
  readonly by: string;
}

const file = new URL('../kubernetes-clients.jsonl', import.meta.url);

export function readRecorded(): readonly RecordedRequest[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): RecordedRequest => JSON.parse(line));
}

export function writeRecorded(requests: readonly RecordedRequest[]): void {
  writeFileSync(file, `${requests.map((one) => JSON.stringify(one)).join('\n')}\n`);
}

interface Heard {
  readonly request: WireRequest;
  /** Absent for what cannot be read, and what nobody waited for. */
  answer?: Json;
}

/** Listens at a wire. */
export class Recording {
  readonly #heard: Heard[] = [];
  /** How many requests there are before these. */
  readonly #from: number;

  constructor(from = 0) {
    this.#from = from;
  }

  of(wire: Wire): Wire {
    return async (request, signal) => {
      const heard: Heard = { request };
      this.#heard.push(heard);
      const response = await wire(request, signal);
      const answer = readAnswer(response);
      if (answer !== undefined) heard.answer = answer;
      return response;
    };
  }

  /** What was sent and can be sent again, with references in place of what the server had chosen. */
  requests(): readonly RecordedRequest[] {
    const references = new Map<string, string>();
    const kept: RecordedRequest[] = [];
    const times = new Map<string, number>();
    for (const { request, answer } of this.#heard) {
      const sent = asSent(request);
      if (sent === undefined || isRepeated(sent, times)) continue;
      for (const [path, text] of chosenIn(answer)) {
        // The first answer that told a value is the one to ask.
        if (!references.has(text)) references.set(text, `\${${this.#from + kept.length}${path}}`);
      }
      kept.push(sent);
    }
    return kept.map((sent, index) => withReferences(sent, references, this.#from + index));
  }
}

function readAnswer({ headers, body }: WireResponse): Json | undefined {
  if (!(body instanceof Uint8Array) || !(headers['content-type'] ?? '').startsWith('application/json'))
    return undefined;
  const value: Json = JSON.parse(Buffer.from(body).toString('utf8'));
  return value;
}

const agents: readonly (readonly [RegExp, string])[] = [
  [/^kubectl/u, 'kubectl'],
  [/^Helm|^helm/u, 'Helm'],
  [/^kube-controller-manager/u, 'kube-controller-manager'],
  [/^controller(-runtime)?\b/u, 'controller-runtime'],
];
/** What the two servers begin with is not the same, so lists of everything are compared where both begin with nothing. */
const everywhere =
  /^\/apis\/(apps|policy|[a-z-]+\.k8s\.aws|gateway\.networking\.x?-?k8s\.io)\/|^\/api\/v1\/(pods|secrets)\b/u;
const local = /\/namespaces\/hotel|\/(gatewayclasses|customresourcedefinitions)\/|^\/api\/v1\/namespaces$/u;

const served = new Set(builtinKinds.map(({ group, plural }) => `${group}/${plural}`));
const ours = /\.k8s\.aws$|^gateway\.networking|^apiextensions/u;

/** Whether the embedded server has the kind at all. */
function isServed(path: string): boolean {
  const parts = path.split('/').slice(1);
  const group = parts[0] === 'apis' ? (parts[1] ?? '') : '';
  const rest = parts.slice(parts[0] === 'apis' ? 3 : 2);
  const plural = (rest[0] === 'namespaces' && rest.length > 2 ? rest[2] : rest[0]) ?? '';
  return (
    plural === '' ||
    ours.test(group) ||
    served.has(`${group}/${plural}`) ||
    (rest[0] === 'namespaces' && rest.length === 3 && ['status', 'finalize'].includes(plural))
  );
}

function asSent({ method, target, headers, body }: WireRequest): RecordedRequest | undefined {
  const by = agents.find(([pattern]) => pattern.test(headers['user-agent'] ?? ''))?.[1];
  const [path = ''] = target.split('?');
  // When a definition of Helm's is served is nobody's promise.
  if (
    by === undefined ||
    path.includes('shop.example.com') ||
    !isServed(path) ||
    !(local.test(path) || everywhere.test(path))
  )
    return undefined;
  const written = headers['content-type'];
  // Bodies in protobuf hold their lengths, so that nothing in them can be replaced: they are sent in JSON.
  const decoded = written?.includes('protobuf') === true ? decodeProtobuf(body) : undefined;
  const type = decoded === undefined ? written : 'application/json';
  const text = decoded === undefined ? Buffer.from(body).toString('utf8') : JSON.stringify(decoded);
  // Answers in protobuf cannot be compared; the embedded server gives JSON to everybody.
  const accept =
    headers['accept']?.replaceAll(/application\/vnd\.kubernetes\.protobuf[^,]*,?/gu, '').trim() ||
    'application/json';
  return {
    by,
    method,
    path: shortWatch(target),
    ...(type === undefined ? {} : { type }),
    accept,
    ...(body.length === 0 ? {} : { text }),
  };
}

/** A watch is heard for a second. */
function shortWatch(target: string): string {
  if (!/[?&]watch=(true|1)/u.test(target)) return target;
  const rest = target.replaceAll(/&?(timeoutSeconds|timeout)=[^&]*/gu, '').replace('?&', '?');
  return `${rest}&timeoutSeconds=1`;
}

/** The same read of the same client need not be sent often, nor many watches, each of which takes a second. */
function isRepeated({ by, method, path, accept = '' }: RecordedRequest, times: Map<string, number>): boolean {
  if (method !== 'GET') return false;
  const isWatch = path.includes('timeoutSeconds=1');
  const key = isWatch ? `watches of ${by}` : `${by} ${path.replace(/resourceVersion=\d+/u, '')} ${accept}`;
  const count = (times.get(key) ?? 0) + 1;
  times.set(key, count);
  return count > (isWatch ? 3 : 2);
}

/** What a server chose in an answer: uids, versions, names that it completed, and tokens. */
function* chosenIn(answer: Json | undefined, path = ''): Generator<readonly [path: string, text: string]> {
  if (isArray(answer)) {
    for (const [index, item] of answer.entries()) yield* chosenIn(item, `${path}/${index}`);
    return;
  }
  if (!isObject(answer)) return;
  const metadata = own(answer, 'metadata');
  if (isObject(metadata)) yield* chosenInMetadata(metadata, `${path}/metadata`);
  if (own(answer, 'items') !== undefined) yield* chosenIn(answer['items'], `${path}/items`);
}

function* chosenInMetadata(metadata: JsonObject, path: string): Generator<readonly [string, string]> {
  for (const key of ['uid', 'resourceVersion', 'continue']) {
    const text = textAt(metadata, key);
    if (text !== '') yield [`${path}/${key}`, key === 'resourceVersion' ? `version ${text}` : text];
  }
  if (textAt(metadata, 'generateName') !== '') yield [`${path}/name`, textAt(metadata, 'name')];
}

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;

function withReferences(
  sent: RecordedRequest,
  references: ReadonlyMap<string, string>,
  index: number,
): RecordedRequest {
  const known = (text: string): string | undefined => {
    const found = references.get(text);
    return found !== undefined && Number(/\d+/u.exec(found)?.[0]) < index ? found : undefined;
  };
  const names = [...references.keys()].filter((text) => /^[a-z0-9-]+-[a-z0-9]{5}$/u.test(text));
  const put = (text: string): string => {
    const versioned = text
      .replaceAll(uid, (one) => known(one) ?? one)
      .replaceAll(/(resourceVersion(?:=|":"|","value":"))(\d+)/gu, (whole, key: string, version: string) => {
        const found = known(`version ${version}`);
        if (found !== undefined) return key + found;
        // What only a watch told is past in every server; the number itself may be now in another one.
        return key.endsWith('"') ? `${key}1` : whole;
      });
    return names.reduce((all, name) => all.replaceAll(name, known(name) ?? name), versioned);
  };
  return { ...sent, path: put(sent.path), ...(sent.text === undefined ? {} : { text: put(sent.text) }) };
}
