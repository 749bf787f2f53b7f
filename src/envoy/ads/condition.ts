/** Lets callers wait until something is so. Whoever changes what they look at calls `changed`. */
export class Condition {
  readonly #waiters = new Set<() => void>();

  changed(): void {
    for (const waiter of this.#waiters) waiter();
  }

  /** Resolves as soon as `holds` gives true; rejects with the signal's reason when it is aborted. */
  async until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(check);
        signal.removeEventListener('abort', abort);
      };
      const check = (): void => {
        if (!holds()) return;
        leave();
        resolve();
      };
      const abort = (): void => {
        leave();
        reject(signal.reason);
      };
      this.#waiters.add(check);
      signal.addEventListener('abort', abort);
    });
  }
}
