import type { Random } from '../../src/ports/random.ts';
import type { VirtualTime } from '../simulation/virtual-clock.ts';

/** The body of a watch: bytes that arrive late, cut anywhere, but in order. */
export interface EventStream {
  readonly body: AsyncIterable<Uint8Array>;
  send(event: unknown): void;
  raw(text: string): void;
  end(): void;
  fail(error: Error): void;
  /** Nothing comes any more, not even the end. */
  stall(): void;
  /** What is sent from now on comes so much later. */
  delay(ms: number): void;
}

interface StreamOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly latency: () => number;
  readonly signal: AbortSignal;
  /** The reader left or got the end. */
  readonly onClose: () => void;
}

type Arrival = { readonly chunk: Uint8Array } | { readonly end: true } | { readonly error: unknown };

export function eventStream({ time, random, latency, signal, onClose }: StreamOptions): EventStream {
  const arrived: Arrival[] = [];
  let wake = Promise.withResolvers<void>();
  let lastAt = 0;
  let isStalled = false;
  let isEnded = false;

  const arrive = (arrival: Arrival): void => {
    arrived.push(arrival);
    wake.resolve();
  };
  const send = (arrival: Arrival): void => {
    if (isStalled || isEnded) return;
    // A little after the one before, whatever its latency is: events of one instant have no order.
    lastAt = Math.max(time.elapsed + latency(), lastAt + 0.001);
    time.schedule(lastAt - time.elapsed, () => arrive(arrival));
  };
  const last = (arrival: Arrival): void => {
    send(arrival);
    isEnded = true;
  };
  const raw = (text: string): void => {
    const bytes = Buffer.from(text);
    const cut = Math.floor(random.next() * bytes.length);
    for (const chunk of [bytes.subarray(0, cut), bytes.subarray(cut)]) send({ chunk });
  };
  signal.addEventListener('abort', () => arrive({ error: signal.reason }), { once: true });

  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const next = arrived.shift();
        if (next === undefined) {
          await wake.promise;
          wake = Promise.withResolvers<void>();
        } else if ('chunk' in next) yield next.chunk;
        else if ('error' in next) throw next.error;
        else return;
      }
    } finally {
      onClose();
    }
  }

  return {
    body: read(),
    raw,
    send: (event) => raw(`${JSON.stringify(event)}\n`),
    end: () => last({ end: true }),
    fail: (error) => last({ error }),
    delay: (ms) => {
      lastAt = Math.max(time.elapsed, lastAt) + ms;
    },
    stall: () => {
      isStalled = true;
    },
  };
}
