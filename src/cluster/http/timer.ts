import type { Clock } from '../../ports/clock.ts';

/** Rings after a while, and when its signal is aborted. One sleep at a time, whatever happens meanwhile. */
export class Timer {
  readonly #clock: Clock;
  readonly #ring: () => void;
  readonly #over = new AbortController();
  readonly #stop: AbortSignal;
  #isSet = false;
  #isDue = false;

  constructor(clock: Clock, signal: AbortSignal, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
    this.#stop = AbortSignal.any([this.#over.signal, signal]);
  }

  /** Its time is up; it can be set again. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Unless it is set already. */
  set(ms: number): void {
    if (this.#isSet) return;
    this.#isSet = true;
    this.#isDue = false;
    const wake = (isDue: boolean): void => {
      this.#isSet = false;
      this.#isDue = isDue;
      this.#ring();
    };
    this.#clock.sleep(ms, this.#stop).then(
      () => wake(true),
      () => wake(false),
    );
  }

  stop(): void {
    this.#over.abort();
  }
}
