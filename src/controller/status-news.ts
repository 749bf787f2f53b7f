import { isEqual } from '../kinds/equal.ts';
import type { KubeObject } from '../kinds/object.ts';
import type { Change } from '../kube/store.ts';
import type { Clock } from '../ports/clock.ts';
import { later } from '../ports/later.ts';

export interface StatusNewsOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with the reasons that turned out to be news, for people. */
  readonly onNews: (reason: string) => void;
}

/**
 * Changes of nothing but a status. Nobody waits for what we make of them, and most are our own, of which the watch often
 * tells before the answer to the write does: they are news a moment later, unless they were our own.
 */
export class StatusNews {
  readonly #options: StatusNewsOptions;
  /** By the uid of the object: the version, and the reason for people. */
  readonly #waiting = new Map<string, { readonly version: string | undefined; readonly reason: string }>();

  constructor(options: StatusNewsOptions) {
    this.#options = options;
  }

  /** Whether this is one of them, which is told later then. */
  defer(change: Change, reason: string): boolean {
    if (change.op === 'state') return false;
    const { uid = '', resourceVersion } = change.object.metadata;
    if (change.op !== 'modified' || !isOfStatus(change)) {
      this.#waiting.delete(uid);
      return false;
    }
    const { clock, signal } = this.#options;
    if (this.#waiting.size === 0) void later(clock, momentMs, signal, () => this.#tell());
    this.#waiting.set(uid, { version: resourceVersion, reason });
    return true;
  }

  /** What a write of ours returned. */
  wrote({ metadata: { uid = '', resourceVersion } }: KubeObject): void {
    if (this.#waiting.get(uid)?.version === resourceVersion) this.#waiting.delete(uid);
  }

  #tell(): void {
    const reasons = [...this.#waiting.values()].map(({ reason }) => reason);
    this.#waiting.clear();
    for (const reason of reasons) this.#options.onNews(reason);
  }
}

const momentMs = 1_000;

function isOfStatus({ before, object }: Extract<Change, { op: 'modified' }>): boolean {
  return isEqual(withoutStatus(before), withoutStatus(object));
}

function withoutStatus(object: KubeObject) {
  return { ...object, status: undefined, metadata: { ...object.metadata, resourceVersion: undefined } };
}
