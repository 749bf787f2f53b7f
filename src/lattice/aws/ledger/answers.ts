import type { Clock } from '../../../ports/clock.ts';
import type { KnownAnswer, RemoteError } from '../../model/known.ts';
import type { Answer, Question } from '../../model/model.ts';
import type { Patience } from '../patience.ts';
import type { Memory } from './memory.ts';

/** What becomes of questions: an answer is kept while it is asked for again, and when that fails. */
export class Answers {
  readonly #memory: Memory;
  readonly #patience: Patience;
  readonly #clock: Clock;

  constructor({ memory, patience, clock }: { memory: Memory; patience: Patience; clock: Clock }) {
    this.#memory = memory;
    this.#patience = patience;
    this.#clock = clock;
  }

  begin(question: Question): void {
    this.#memory.setAnswer({ ...this.#sofar(question), state: 'pending' });
  }

  finish({ key, type }: Question, answer: Answer): void {
    this.#patience.succeeded(key);
    this.#memory.setAnswer({ key, type, state: 'known', answer, at: this.#clock.now() });
  }

  fail(question: Question, error: RemoteError): number {
    const retryAt = this.#patience.failed(question.key, error);
    this.#memory.setAnswer({ ...this.#sofar(question), state: 'unknown', lastError: error, retryAt });
    return retryAt;
  }

  #sofar({ key, type }: Question): Pick<KnownAnswer, 'key' | 'type' | 'at' | 'answer'> {
    const { at = this.#clock.now(), answer } = this.#memory.answer(key) ?? {};
    return { key, type, at, ...(answer === undefined ? {} : { answer }) };
  }
}
