import type { Random } from '../../../ports/random.ts';
import type { ResourceKey } from '../../model/resource.ts';
import type { Follower } from './memory.ts';

/** The token of the last creation under each key, and what that asked for. */
export class ClientTokens implements Follower {
  readonly #random: Random;
  readonly #last = new Map<ResourceKey, Last>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Fresh for every intention; the same one for the same call once more, after its answer was lost or it came too early. */
  next(key: ResourceKey, attempt: string, { wasLost }: { readonly wasLost: boolean }): string {
    const last = this.#last.get(key);
    const isAgain = (wasLost || last?.cameTooEarly === true) && last?.attempt === attempt;
    const token = isAgain ? last.token : this.#random.uuid();
    this.#last.set(key, { attempt, token });
    return token;
  }

  /** A copy of the call that is still on its way may yet work: with another token the next one would be refused for it. */
  cameTooEarly(key: ResourceKey): void {
    const last = this.#last.get(key);
    if (last !== undefined) this.#last.set(key, { ...last, cameTooEarly: true });
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

interface Last {
  readonly attempt: string;
  readonly token: string;
  readonly cameTooEarly?: true;
}
