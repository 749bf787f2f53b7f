/** What a line of the matrix is made of. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/cluster/schema/json.ts';
import { mergePatch } from '../../../src/cluster/schema/patch/merge-patch.ts';
import { isRecord } from '../../../src/kinds/record.ts';
import type { TranscriptRequest } from '../kubernetes-transcript.ts';

/** A kind to ask about; subjects.yaml says what is in it. */
export interface Subject {
  readonly part: 'core' | 'gateway' | 'ours';
  readonly api: string;
  readonly kind: string;
  readonly plural: string;
  readonly cluster?: true;
  readonly scale?: true;
  readonly object: JsonObject;
  readonly change: JsonObject;
  readonly strategic?: JsonObject;
  /** A JSON pointer to a field that `object` has, another value for it, and whether it may go. */
  readonly fieldPath: string;
  readonly fieldValue: string | number;
  readonly fieldRemovable: boolean;
  readonly wrong: Readonly<Record<string, JsonObject>>;
  readonly fixed: Readonly<Record<string, JsonObject>>;
  readonly mistyped: JsonObject;
  readonly unknown: JsonObject;
  readonly status?: JsonObject;
}

/**
 * A request whose answer is compared, after others that only prepare it. Texts may hold `$name`, which is the object of
 * this case alone, and what the answers before it said: `$rv`, `$uid`, `$continue`, and `$old`, the version before `$rv`.
 */
export interface Case {
  readonly given?: readonly TranscriptRequest[];
  readonly ask: TranscriptRequest;
  /** What is there afterwards. */
  readonly after?: TranscriptRequest;
}

/** Cases by what they are about, in words. */
export type Cases = Readonly<Record<string, Case>>;

/** The subject in a place of its own. */
export interface Stage extends Subject {
  readonly namespace: string;
  /** `/apis/GROUP/VERSION`, where everything of the API is. */
  readonly root: string;
  /** In all namespaces. */
  readonly everywhere: string;
  readonly collection: string;
  /** `$name`. */
  readonly item: string;
  readonly create: TranscriptRequest;
}

export function readSubjects(): readonly Subject[] {
  const subjects: readonly Subject[] = parse(readFileSync(new URL('subjects.yaml', import.meta.url), 'utf8'));
  return subjects;
}

export function stageOf(subject: Subject, namespace: string): Stage {
  const root = subject.api.includes('/') ? `/apis/${subject.api}` : `/api/${subject.api}`;
  const everywhere = `${root}/${subject.plural}`;
  const collection =
    subject.cluster === true ? everywhere : `${root}/namespaces/${namespace}/${subject.plural}`;
  const item = `${collection}/$name`;
  return {
    ...subject,
    namespace,
    root,
    everywhere,
    collection,
    item,
    create: post(collection, whole(subject)),
  };
}

/** The object, with a merge patch on top. */
export function whole({ api, kind, object }: Subject, ...changes: readonly JsonObject[]): JsonObject {
  const plain: JsonObject = {
    apiVersion: api,
    kind,
    metadata: { name: '$name', labels: { app: 'a' } },
    ...object,
  };
  return changes.reduce<JsonObject>((before, change) => {
    const after = mergePatch(before, change);
    return isRecord(after) ? after : before;
  }, plain);
}

export function get(path: string, accept?: string): TranscriptRequest {
  return { method: 'GET', path, ...(accept === undefined ? {} : { accept }) };
}

export function post(path: string, body: JsonObject): TranscriptRequest {
  return { method: 'POST', path, type: 'application/json', body };
}

export function put(path: string, body: JsonObject): TranscriptRequest {
  return { method: 'PUT', path, type: 'application/json', body };
}

export function remove(path: string, options?: JsonObject): TranscriptRequest {
  if (options === undefined) return { method: 'DELETE', path };
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...options };
  return { method: 'DELETE', path, type: 'application/json', body };
}

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export function patch(type: keyof typeof patchTypes, path: string, body: unknown): TranscriptRequest {
  return { method: 'PATCH', path, type: patchTypes[type], body };
}

/** One case for each of a table's rows. */
export function each(
  rows: Readonly<Record<string, JsonObject>>,
  make: (row: JsonObject) => Case,
  before = '',
): Cases {
  return Object.fromEntries(Object.entries(rows).map(([words, row]) => [before + words, make(row)]));
}
