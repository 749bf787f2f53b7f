import { WireError } from '../../src/ports/wire.ts';
import type { Wire, WireRequest, WireResponse } from '../../src/ports/wire.ts';
import type { VirtualTime } from './virtual-clock.ts';

/** What the network does to one call; decided by the seed when the call is made. */
export interface Fate {
  readonly requestMs: number;
  readonly responseMs: number;
  /**
   * - `refused`: the call never arrives, and the caller is told.
   * - `swallowed`: the call never arrives, and the caller is not told.
   * - `lostAnswer`: the call takes effect, and the caller is told that the connection broke.
   * - `lateDuplicate`: the call arrives a second time after it was answered.
   * - `answer`: what a front end says instead of the server, before any effect or after it.
   */
  readonly fault?:
    | { readonly kind: 'refused' | 'swallowed' | 'lostAnswer' }
    | { readonly kind: 'lateDuplicate'; readonly afterMs: number }
    | { readonly kind: 'answer'; readonly when: 'before' | 'after'; readonly response: WireResponse };
  /** A list shows how things were that long ago. */
  readonly staleMs?: number;
  /** A stream breaks after that time. */
  readonly cutAfterMs?: number;
}

export type Server = (request: WireRequest, signal: AbortSignal, fate: Fate) => Promise<WireResponse>;

/** Of a call: before it goes out, and when it has taken effect. */
export type Moment = 'sent' | 'answered';

export interface Link {
  readonly time: VirtualTime;
  readonly server: Server;
  readonly fate: (request: WireRequest) => Fate;
  /** Called before each call goes out and after each took effect: whoever calls may die here, by `cut`. */
  readonly onMoment?: (moment: Moment) => void;
}

/** One process's way to a server. */
export interface Connection {
  readonly wire: Wire;
  /** The process is dead: no call of it settles any more and its streams are silent. What is on its way still arrives. */
  cut(): void;
}

/** Carries calls over virtual time. Every arrival, answer and chunk is an event of its own; chunks keep their order. */
export function connect({ time, server, fate: fateOf, onMoment }: Link): Connection {
  const gone = new AbortController();
  const isCut = (): boolean => gone.signal.aborted;
  /** At the server, and not answered to the end. */
  const ongoing = new Set<AbortController>();

  const arrival = async (ms: number): Promise<void> =>
    await new Promise((resolve) => {
      time.schedule(ms, resolve);
    });
  /** Reaches the caller, who may be dead by then: then never. */
  const delivery = async (ms: number): Promise<void> =>
    await new Promise((resolve) => {
      time.schedule(ms, () => (isCut() ? undefined : resolve()));
    });

  /** Over with its caller, with either end, or when it is answered. Not `AbortSignal.any`, which costs more than a call. */
  const arrived = (caller: AbortSignal): AbortController => {
    const over = new AbortController();
    const onAbort = (): void => over.abort(caller.reason);
    const onOver = (): void => {
      ongoing.delete(over);
      caller.removeEventListener('abort', onAbort);
    };
    over.signal.addEventListener('abort', onOver, { once: true });
    caller.addEventListener('abort', onAbort, { once: true });
    ongoing.add(over);
    if (caller.aborted) onAbort();
    if (isCut()) over.abort(gone.signal.reason);
    return over;
  };

  const call = async (request: WireRequest, fate: Fate, signal: AbortSignal): Promise<WireResponse> => {
    const { requestMs, responseMs, fault } = fate;
    const name = `${request.method} ${request.target}`;
    if (fault?.kind === 'swallowed') return await never();
    await arrival(requestMs);
    if (fault?.kind === 'refused') {
      await delivery(responseMs);
      throw new WireError(`${name}: connection refused (simulated)`);
    }
    if (fault?.kind === 'answer' && fault.when === 'before') {
      await delivery(responseMs);
      return fault.response;
    }
    const over = arrived(signal);
    const response = await server(request, over.signal, fate);
    if (response.body instanceof Uint8Array) over.abort(answered);
    if (!isCut()) onMoment?.('answered');
    if (fault?.kind === 'lateDuplicate') {
      time.schedule(responseMs + fault.afterMs, () => void server(request, gone.signal, fate));
    }
    await delivery(responseMs);
    if (fault?.kind === 'lostAnswer') throw new WireError(`${name}: connection reset (simulated)`);
    if (fault?.kind === 'answer') return fault.response;
    if (response.body instanceof Uint8Array) return response;
    return { ...response, body: stream(response.body, fate, over) };
  };

  async function* stream(
    body: AsyncIterable<Uint8Array>,
    { responseMs, cutAfterMs }: Fate,
    over: AbortController,
  ): AsyncIterable<Uint8Array> {
    const chunks = body[Symbol.asyncIterator]();
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => undefined);
    const breaking =
      cutAfterMs === undefined
        ? undefined
        : time.schedule(cutAfterMs, () => broken.reject(new WireError('the stream broke (simulated)')));
    try {
      for (;;) {
        const chunk = await Promise.race([chunks.next(), broken.promise]);
        await delivery(responseMs);
        if (chunk.done === true) return;
        yield chunk.value;
      }
    } finally {
      breaking?.();
      over.abort(answered);
    }
  }

  return {
    wire: async (request, signal) => {
      signal.throwIfAborted();
      if (!isCut()) onMoment?.('sent');
      if (isCut()) return await never();
      // The caller hears of its own abort at once, wherever the call is.
      const aborted = Promise.withResolvers<never>();
      const onAbort = (): void => (isCut() ? undefined : aborted.reject(signal.reason));
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([call(request, fateOf(request), signal), aborted.promise]);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    cut: () => {
      gone.abort(new Error('the process at the other end is gone'));
      for (const over of ongoing) over.abort(gone.signal.reason);
    },
  };
}

const answered = new Error('nobody reads this answer any more');

async function never(): Promise<never> {
  return await new Promise<never>(() => undefined);
}
