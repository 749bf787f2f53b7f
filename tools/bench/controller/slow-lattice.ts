import { systemClock } from '../../../src/ports/system/clock.ts';
import { httpClient } from '../../../src/ports/system/http-client.ts';
import { serveHttp } from '../../../src/ports/system/http-server.ts';
import { systemLog } from '../../../src/ports/system/log.ts';
import type { Wire } from '../../../src/ports/wire.ts';

/** A call as the controller saw it, by `performance.now()`. */
export interface SeenCall {
  readonly beganAt: number;
  readonly endedAt: number;
}

/** A proxy between a controller and Lattice that holds back each call for a while before it passes it on. */
export interface SlowLattice {
  readonly url: string;
  /** Added to every call from now on, in milliseconds. */
  delay: number;
  /** What has passed since `forget`. */
  readonly calls: () => readonly SeenCall[];
  readonly forget: () => void;
  /** When a call was last under way; nothing when none was since `forget`. */
  readonly lastActivity: () => number | undefined;
  readonly close: () => Promise<void>;
}

export async function startSlowLattice(endpoint: string): Promise<SlowLattice> {
  const upstream = httpClient({ origin: endpoint });
  let calls: SeenCall[] = [];
  let underWay = 0;
  let lastActivity: number | undefined;
  let delay = 0;
  const wire: Wire = async ({ method, target, headers, body }, signal) => {
    const beganAt = performance.now();
    underWay += 1;
    try {
      if (delay > 0) await systemClock.sleep(delay, signal);
      return await upstream.wire({ method, target, headers: endToEnd(headers), body }, signal);
    } finally {
      underWay -= 1;
      const endedAt = performance.now();
      lastActivity = endedAt;
      calls.push({ beganAt, endedAt });
    }
  };
  const server = await serveHttp(wire, {
    host: '127.0.0.1',
    port: 0,
    log: systemLog('warn', 'slow-lattice'),
  });
  return {
    url: server.url,
    get delay() {
      return delay;
    },
    set delay(ms) {
      delay = ms;
    },
    calls: () => calls,
    forget: () => {
      calls = [];
      lastActivity = undefined;
    },
    lastActivity: () => (underWay > 0 ? performance.now() : lastActivity),
    close: async () => {
      await server.close();
      await upstream.close();
    },
  };
}

/** Without what is said between two neighbours only. The host stays: it is signed. */
function endToEnd(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);
