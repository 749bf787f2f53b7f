/** A line of a container's output, line break included where there was one. */
export interface Line {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/** What one run of a container wrote, as much of it as is kept, oldest first; it grows until `end`. */
export class Output {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #partial = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  #lines: Line[] = [];
  #size = 0;
  #dropped = 0;
  #ended = false;
  #waiting: (() => void)[] = [];

  /** Beyond `limit` bytes the oldest lines are forgotten. */
  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  write(stream: Line['stream'], chunk: Uint8Array): void {
    let rest = Buffer.concat([this.#partial[stream], chunk]);
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      this.#push(stream, rest.subarray(0, at + 1));
      rest = rest.subarray(at + 1);
    }
    if (rest.length > longestLine) {
      this.#push(stream, rest);
      rest = Buffer.alloc(0);
    }
    this.#partial[stream] = rest;
    this.#wake();
  }

  /** Nothing more will come. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#partial[stream].length > 0) this.#push(stream, this.#partial[stream]);
    }
    this.#ended = true;
    this.#wake();
  }

  /** What is kept now, and where `follow` goes on from. */
  kept(): { readonly lines: readonly Line[]; readonly next: number } {
    return { lines: this.#lines, next: this.#dropped + this.#lines.length };
  }

  /** Lines that come after `from`, until the end or until `signal`; a slow reader misses what is forgotten. */
  async *follow(from: number, signal: AbortSignal): AsyncGenerator<readonly Line[]> {
    let next = from;
    while (!signal.aborted) {
      const fresh = this.#lines.slice(Math.max(0, next - this.#dropped));
      next = this.#dropped + this.#lines.length;
      if (fresh.length > 0) yield fresh;
      else if (this.#ended) return;
      else await this.#change(signal);
    }
  }

  #push(stream: Line['stream'], bytes: Uint8Array): void {
    this.#lines.push({ time: this.#now(), stream, bytes });
    this.#size += bytes.length;
    if (this.#size <= this.#limit) return;
    let forget = 0;
    while (this.#size > this.#limit * 0.75 && forget < this.#lines.length - 1) {
      this.#size -= this.#lines[forget]?.bytes.length ?? 0;
      forget += 1;
    }
    this.#lines = this.#lines.slice(forget);
    this.#dropped += forget;
  }

  async #change(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** A longer one is broken, as the kubelet does. */
const longestLine = 16 * 1024;
