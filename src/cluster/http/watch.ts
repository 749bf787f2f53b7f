import type { WireResponse } from '../../ports/wire.ts';
import { objectAt, textAt } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { emptyObject } from '../schema/apply/managers.ts';
import { apiVersionOf } from '../schema/kind.ts';
import type { Change } from '../storage/history.ts';
import { list } from '../storage/state.ts';
import type { Context, ResourceCall } from './context.ts';
import { checkListOptions, count, flag, resourceVersion } from './options.ts';
import { metadataOf, shapeOf, wantsYaml } from './representation.ts';
import type { Shape } from './representation.ts';
import { scope, selector, tooLarge } from './read.ts';
import { bytes, warnings } from './reply.ts';
import { expired, internal, notStreamable } from './status.ts';
import { Timer } from './timer.ts';
import { tableOf } from './table.ts';
import { served } from './view.ts';

/** A client that asked for bookmarks gets one this often when nothing else happens. */
const bookmarkMs = 60_000;
/** Without a wish of the client, a watch ends after half an hour. */
const defaultTimeoutSeconds = 1800;

/** GET with `watch`: a line per event until the client goes, its time is up, or history does not reach back. */
export function watchObjects(context: Context, call: ResourceCall, accept: string): WireResponse {
  checkListOptions(call.query);
  if (wantsYaml(accept)) throw notStreamable();
  const shape = shapeOf(accept, call, 'object');
  const from = resourceVersion(call.query, internal) ?? 0;
  const timeoutSeconds = count(call.query, 'timeoutSeconds') ?? defaultTimeoutSeconds;
  const { revision } = context.store.state;
  if (from > revision) throw tooLarge(from, revision);
  const headers = call.version.deprecated === undefined ? {} : warnings([call.version.deprecated]);
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private', ...headers },
    body: new Watch(context, call, shape).events(from, timeoutSeconds),
  };
}

class Watch {
  readonly #context: Context;
  readonly #call: ResourceCall;
  readonly #shape: Shape;
  readonly #choose: (object: JsonObject) => boolean;
  readonly #bookmarks: boolean;
  #hasColumns = false;

  constructor(context: Context, call: ResourceCall, shape: Shape) {
    this.#context = context;
    this.#call = call;
    this.#shape = shape;
    this.#choose = selector(call);
    this.#bookmarks = flag(call.query, 'allowWatchBookmarks');
  }

  async *events(from: number, timeoutSeconds: number): AsyncGenerator<Uint8Array> {
    const { store } = this.#context;
    const { query } = this.#call;
    const follower = store.follow(scope(this.#call).resource, from);
    const timer = new Timer(this.#context.clock, this.#call.signal, () => follower.ring());
    try {
      const initial = query.get('sendInitialEvents');
      if (initial === 'true' || (initial === null && from === 0)) {
        follower.skip();
        const first = this.#initialEvents(initial === 'true' && this.#bookmarks);
        if (first !== '') yield bytes(first);
      } else if (initial === 'false' && from === 0) {
        follower.skip();
      }
      const until = this.#context.clock.monotonic() + timeoutSeconds * 1000;
      while (!this.#call.signal.aborted) {
        const changes = follower.take();
        if (changes === 'gone') {
          const { revision } = store.state;
          yield bytes(line('ERROR', expired(`too old resource version: ${follower.at} (${revision})`)));
          return;
        }
        const text = changes.map((change) => this.#event(change)).join('');
        if (text !== '') yield bytes(text);
        const left = until - this.#context.clock.monotonic();
        if (left <= 0 || !this.#isServed()) return;
        if (timer.isDue && this.#bookmarks) yield bytes(this.#bookmark(follower.at, {}));
        timer.set(Math.min(left, bookmarkMs));
        await follower.rung();
      }
    } finally {
      timer.stop();
      store.unfollow(follower);
    }
  }

  #initialEvents(withEnd: boolean): string {
    const { store } = this.#context;
    const chosen = [...list(store.state, scope(this.#call))].map(([, object]) => object).filter(this.#choose);
    const added = chosen.map((object) => line('ADDED', this.#shown(object))).join('');
    return withEnd
      ? added + this.#bookmark(store.state.revision, { 'k8s.io/initial-events-end': 'true' })
      : added;
  }

  /** What a change is to a watcher who sees only what its selector chooses. */
  #event(change: Change): string {
    if (!this.#concerns(change)) return '';
    const is = change.type !== 'DELETED' && this.#choose(change.object);
    const was = change.before !== undefined && this.#choose(change.before);
    if (is) return line(was ? 'MODIFIED' : 'ADDED', this.#shown(change.object));
    if (!was || change.before === undefined) return '';
    return line('DELETED', this.#shown(asOf(change.before, change.revision)));
  }

  #concerns({ key }: Change): boolean {
    const { resource, namespace } = scope(this.#call);
    return key.resource === resource && (namespace === undefined || key.namespace === namespace);
  }

  #shown(object: JsonObject): Json {
    if (this.#shape === 'object') return served(this.#call, object);
    if (this.#shape === 'metadata') return metadataOf(object);
    const metadata = { resourceVersion: textAt(object, 'metadata', 'resourceVersion') };
    return this.#table([object], metadata);
  }

  #bookmark(revision: number, annotations: JsonObject): string {
    const { kind, version } = this.#call;
    const metadata = {
      resourceVersion: String(revision),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    };
    const empty = kind.origin === 'builtin' ? emptyObject(version.schema) : {};
    const object = { ...empty, kind: kind.kind, apiVersion: apiVersionOf(kind, version.name), metadata };
    if (this.#shape === 'metadata') return line('BOOKMARK', metadataOf(object));
    if (this.#shape === 'object') return line('BOOKMARK', object);
    return line('BOOKMARK', this.#table([object], { resourceVersion: String(revision) }));
  }

  /** Only the first table of a watch says what its columns are. */
  #table(objects: readonly JsonObject[], metadata: JsonObject): JsonObject {
    const table = tableOf(this.#call, objects, { metadata, now: this.#context.clock.now() });
    const isFirst = !this.#hasColumns;
    this.#hasColumns = true;
    return isFirst ? table : { ...table, columnDefinitions: null };
  }

  /** A definition that was removed takes its watches with it. */
  #isServed(): boolean {
    const { registry, store } = this.#context;
    const { kind, version } = this.#call;
    return registry.at(store.state).find(kind.group, version.name, kind.plural) !== undefined;
  }
}

/** An object that a watcher sees no more is told as it was last, in the revision that took it away. */
function asOf(object: JsonObject, revision: number): JsonObject {
  const metadata = { ...objectAt(object, 'metadata'), resourceVersion: String(revision) };
  return { ...object, metadata };
}

function line(type: string, object: Json): string {
  return `${JSON.stringify({ type, object })}\n`;
}
