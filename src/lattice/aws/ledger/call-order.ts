import type { ResourceKey } from '../../model/resource.ts';
import type { Follower } from './memory.ts';

/** Which call began before which ended: a read counts only if no write on its key was under way meanwhile. */
export class CallOrder implements Follower {
  /** When the last write on a key began and ended, in calls begun so far. */
  readonly #writes = new Map<ResourceKey, { readonly began: number; readonly ended: number }>();
  #calls = 0;

  begin(): number {
    this.#calls += 1;
    return this.#calls;
  }

  beginWrite(key: ResourceKey): number {
    const began = this.begin();
    this.#writes.set(key, { began, ended: Number.POSITIVE_INFINITY });
    return began;
  }

  endWrite(key: ResourceKey, began: number): void {
    this.#writes.set(key, { began, ended: this.begin() });
  }

  /** Whether a read that began then says anything about this key. */
  counts(key: ResourceKey, began: number): boolean {
    const write = this.#writes.get(key);
    return write === undefined || (write.ended < began && write.began < began);
  }

  renamed(from: ResourceKey, to: ResourceKey): void {
    const write = this.#writes.get(from);
    this.#writes.delete(from);
    if (write !== undefined) this.#writes.set(to, write);
  }

  removed(key: ResourceKey): void {
    this.#writes.delete(key);
  }
}
