import type { Random } from '../../../ports/random.ts';
import type { ResourceKey } from '../../model/resource.ts';
import type { Follower } from './memory.ts';

/** The token of the last creation under each key, and what that asked for. */
export class ClientTokens implements Follower {
  readonly #random: Random;
  readonly #last = new Map<ResourceKey, { readonly attempt: string; readonly token: string }>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Fresh for every intention; the same one for the same call once more, after its answer was lost. */
  next(key: ResourceKey, attempt: string, { wasLost }: { readonly wasLost: boolean }): string {
    const last = this.#last.get(key);
    const token = wasLost && last?.attempt === attempt ? last.token : this.#random.uuid();
    this.#last.set(key, { attempt, token });
    return token;
  }

  attemptFor(key: ResourceKey): string | undefined {
    return this.#last.get(key)?.attempt;
  }

  forget(key: ResourceKey): void {
    this.#last.delete(key);
  }

  renamed(from: ResourceKey, to: ResourceKey): void {
    const last = this.#last.get(from);
    this.#last.delete(from);
    if (last !== undefined) this.#last.set(to, last);
  }

  removed(key: ResourceKey): void {
    this.#last.delete(key);
  }
}
