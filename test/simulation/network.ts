import { bytesOf, WireError } from '../../src/ports/wire.ts';
import type { Wire, WireRequest, WireResponse } from '../../src/ports/wire.ts';
import type { VirtualTime } from './virtual-clock.ts';

/** What the network does to one call. Decided by the seed when the call is made; a benign fate has latencies only. */
export interface Fate {
  readonly requestMs: number;
  readonly responseMs: number;
  /**
   * - `refused`: the call never arrives, and the caller is told.
   * - `lostAnswer`: the call takes effect, and the caller is told that the connection broke.
   * - `lateDuplicate`: the call arrives a second time after it was answered.
   * - an answer: what a front end says instead of the server, before any effect.
   */
  readonly fault?: 'refused' | 'lostAnswer' | 'lateDuplicate' | WireResponse;
}

export interface Link {
  readonly time: VirtualTime;
  readonly server: Wire;
  readonly fate: (request: WireRequest) => Fate;
  /** Called as a call takes effect, with what it was answered. */
  readonly onEffect?: (request: WireRequest, response: WireResponse) => void;
}

/** One process's way to a server. After `cut`, nothing that was under way ever settles, and streams go silent. */
export interface Connection {
  readonly wire: Wire;
  cut(): void;
}

/** Carries calls over virtual time. Every arrival, answer and chunk is an event of its own; chunks keep their order. */
export function connect({ time, server, fate, onEffect }: Link): Connection {
  let isCut = false;
  const gone = new AbortController();
  /** After `ms`, unless the caller is dead by then: then never. */
  const after = async (ms: number): Promise<void> => {
    await new Promise<void>((resolve) => {
      time.schedule(ms, () => {
        if (!isCut) resolve();
      });
    });
  };
  const serve = async (request: WireRequest, signal: AbortSignal): Promise<WireResponse> => {
    const response = await server(request, signal);
    onEffect?.(request, response);
    return response;
  };

  const call: Wire = async (request, signal) => {
    const { requestMs, responseMs, fault } = fate(request);
    await after(requestMs);
    if (fault === 'refused')
      throw new WireError(`${request.method} ${request.target}: connection refused (simulated)`);
    if (typeof fault === 'object') {
      await after(responseMs);
      return fault;
    }
    const answered = await serve(request, AbortSignal.any([signal, gone.signal]));
    if (fault === 'lateDuplicate') {
      time.schedule(responseMs + 50, () => void serve(request, gone.signal).catch(() => undefined));
    }
    await after(responseMs);
    if (fault === 'lostAnswer')
      throw new WireError(`${request.method} ${request.target}: connection reset (simulated)`);
    return {
      ...answered,
      body: answered.body instanceof Uint8Array ? answered.body : delayed(answered.body, responseMs),
    };
  };

  async function* delayed(body: AsyncIterable<Uint8Array>, ms: number): AsyncIterable<Uint8Array> {
    for await (const chunk of body) {
      await after(ms);
      yield chunk;
    }
    await after(0);
  }

  return {
    wire: async (request, signal) => {
      signal.throwIfAborted();
      // The caller hears of its own abort at once, wherever the call is.
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => (isCut ? undefined : reject(signal.reason)), { once: true });
      });
      return await Promise.race([call(request, signal), aborted]);
    },
    cut: () => {
      isCut = true;
      gone.abort(new Error('the process at the other end is gone'));
    },
  };
}

/** A body that a test can read. */
export async function textIn({ body }: WireResponse): Promise<string> {
  return Buffer.from(await bytesOf(body)).toString();
}
