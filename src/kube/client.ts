import type { Kind, KubeObject } from '../kinds/object.ts';
import type { Clock } from '../ports/clock.ts';
import type { Wire } from '../ports/wire.ts';
import { callerOf } from './call.ts';
import type { CallRequest, RequestBody } from './call.ts';
import { discover } from './discovery.ts';
import type { Discovery } from './discovery.ts';
import { MalformedResponse } from './errors.ts';
import { isRecord } from '../kinds/record.ts';
import { apiVersionOf, keyOf, metadataOnly, parseObject } from './object.ts';
import type { ObjectKey, Unstructured } from './object.ts';
import { collectionPath, objectPath, queryOf } from './paths.ts';
import { watchEvents } from './watch.ts';
import type { WatchEvent, WatchOptions } from './watch.ts';

/**
 * The verbs of the Kubernetes API for any kind, over a wire. Every call has a deadline on the clock, and ends at once
 * when its signal is aborted. Calls reject with `StatusError` (the server said no), `WireError` (no answer),
 * `DeadlineExceeded` (none in time) or `MalformedResponse`; after the last three a write may or may not have happened.
 * Nothing is retried here, but for a call whose token was refused when there is another token.
 */
export interface KubeClient {
  get(kind: Kind, key: ObjectKey, signal: AbortSignal): Promise<Unstructured>;
  /** One page; `continue` of the result asks for the next. */
  list(kind: Kind, options: ListOptions, signal: AbortSignal): Promise<ObjectList>;
  create(kind: Kind, object: KubeObject, signal: AbortSignal): Promise<Unstructured>;
  /** Replaces the whole object. With `metadata.resourceVersion` only if nobody changed it meanwhile (else 409). */
  update(kind: Kind, object: KubeObject, signal: AbortSignal): Promise<Unstructured>;
  patch(kind: Kind, key: ObjectKey, patch: Patch, signal: AbortSignal): Promise<Unstructured>;
  /** Posts to a subresource that is an action, as `binding`; rejects unless it was carried out. */
  post(kind: Kind, key: ObjectKey, action: Action, signal: AbortSignal): Promise<void>;
  /** Resolves when the server accepted the deletion; finalizers may keep the object for long. */
  delete(kind: Kind, key: ObjectKey, options: DeleteOptions, signal: AbortSignal): Promise<void>;
  /**
   * What happens after a resourceVersion, what came together in one piece. Ends when the server ends it (after `timeoutSeconds`), which is no error;
   * rejects when it is cut off. Leaving the loop closes the stream.
   */
  watch(kind: Kind, options: WatchOptions, signal: AbortSignal): AsyncIterable<readonly WatchEvent[]>;
  /** Which kinds are served. */
  discover(signal: AbortSignal): Promise<Discovery>;
  /** The server's version, as `v1.36.3`: the cheapest proof that it is there. */
  serverVersion(signal: AbortSignal): Promise<string>;
}

export interface KubeClientOptions {
  readonly wire: Wire;
  /** What stands before `/api` in the paths of this server; mostly nothing. */
  readonly basePath?: string;
  readonly token?: TokenSource;
  readonly clock: Clock;
  readonly userAgent: string;
  /** The deadline of every call but watches; 30 s unless told. */
  readonly callTimeoutMs?: number;
}

/**
 * Gives the bearer token for each call, so that rotation and credential plugins need nothing else. `refused` is one that
 * the server has just answered 401 to: another is wanted, if there is one. A function, so that no log can print it.
 * Undefined where credentials are no token, but a certificate.
 */
export type TokenSource = (signal: AbortSignal, refused?: string) => Promise<string | undefined>;

export interface ListOptions {
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Items come without anything but their metadata. */
  readonly metadataOnly?: boolean;
}

export interface ObjectList {
  readonly items: readonly Unstructured[];
  readonly resourceVersion: string;
  /** There are more pages. */
  readonly continue?: string;
}

export interface Patch {
  readonly type: keyof typeof patchTypes;
  readonly body: unknown;
  readonly subresource?: string;
  /** Who owns the fields; `apply` needs one. */
  readonly fieldManager?: string;
  /** With `apply`: takes fields over from other managers. */
  readonly force?: boolean;
}

/** A subresource that does something instead of holding something. */
export interface Action {
  readonly subresource: string;
  readonly body: unknown;
}

export interface DeleteOptions {
  /** Deletes only the object with this uid (else 409). */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export function createKubeClient(options: KubeClientOptions): KubeClient {
  const { call, open } = callerOf(options);
  const objectOf = async (kind: Kind, request: CallRequest, signal: AbortSignal): Promise<Unstructured> =>
    oneObject(kind, await call(request, signal));

  return {
    get: async (kind, key, signal) =>
      objectOf(kind, { method: 'GET', target: objectPath(kind, key) }, signal),
    list: async (kind, { namespace = '', metadataOnly: bare = false, ...query }, signal) => {
      const target = collectionPath(kind, namespace) + queryOf({ ...query });
      const accept = bare ? { accept: metadataOnly.list } : {};
      return parseList(kind, await call({ method: 'GET', target, ...accept }, signal));
    },
    create: async (kind, object, signal) => {
      const target = collectionPath(kind, object.metadata.namespace ?? '');
      return objectOf(kind, { method: 'POST', target, body: json(object) }, signal);
    },
    update: async (kind, object, signal) => {
      const target = objectPath(kind, keyOf(object));
      return objectOf(kind, { method: 'PUT', target, body: json(object) }, signal);
    },
    patch: async (kind, key, { type, body, subresource, fieldManager, force }, signal) => {
      const target = objectPath(kind, key, subresource) + queryOf({ fieldManager, force });
      return objectOf(
        kind,
        { method: 'PATCH', target, body: { type: patchTypes[type], value: body } },
        signal,
      );
    },
    post: async (kind, key, { subresource, body }, signal) => {
      await call({ method: 'POST', target: objectPath(kind, key, subresource), body: json(body) }, signal);
    },
    delete: async (kind, key, { uid, resourceVersion, ...how }, signal) => {
      const preconditions = { uid, resourceVersion };
      const body = json({ kind: 'DeleteOptions', apiVersion: 'v1', preconditions, ...how });
      await call({ method: 'DELETE', target: objectPath(kind, key), body }, signal);
    },
    watch: (kind, watchOptions, signal) =>
      watchEvents({ open, clock: options.clock }, { kind, options: watchOptions }, signal),
    discover: async (signal) => discover(call, signal),
    serverVersion: async (signal) => {
      const version = await call({ method: 'GET', target: '/version' }, signal);
      const name = isRecord(version) ? version['gitVersion'] : undefined;
      if (typeof name !== 'string')
        throw new MalformedResponse('what answers there is no Kubernetes API server');
      return name;
    },
  };
}

function json(value: unknown): RequestBody {
  return { type: 'application/json', value };
}

function oneObject(kind: Kind, body: unknown): Unstructured {
  const object = parseObject(body, kind);
  if (object === undefined) throw new MalformedResponse(`the server's answer is no ${kind.kind}`);
  return object;
}

function parseList(kind: Kind, body: unknown): ObjectList {
  const metadata = isRecord(body) ? body['metadata'] : undefined;
  const items = isRecord(body) ? (body['items'] ?? []) : undefined;
  if (!isRecord(metadata) || typeof metadata['resourceVersion'] !== 'string' || !Array.isArray(items)) {
    throw new MalformedResponse(`the server's answer is no list of ${apiVersionOf(kind)} ${kind.kind}`);
  }
  const more = metadata['continue'];
  return {
    items: items.map((item: unknown) => oneObject(kind, item)),
    resourceVersion: metadata['resourceVersion'],
    ...(typeof more === 'string' && more !== '' ? { continue: more } : {}),
  };
}
