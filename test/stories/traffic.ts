import { Agent, request } from 'node:http';

export interface Traffic {
  /** Where the Lattice address of the caller's VPC listens. */
  readonly address: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

export interface Heard {
  /** Answers with 200, by body. */
  readonly answers: ReadonlyMap<string, number>;
  /** Anything else, in words. */
  readonly failures: readonly string[];
}

/** Sends `count` requests over a few connections kept alive, as a busy client does. */
export async function send(traffic: Traffic, count: number): Promise<Heard> {
  const stream = startTraffic(traffic, { workers: 8, pauseMs: 0, count });
  return await stream.finished;
}

/**
 * Keeps sending until stopped, or until the signal: that of the test, which may fail before it stops us. `moved`: where
 * clients go as soon as they are answered there.
 */
export function keepSending(
  traffic: Traffic,
  signal: AbortSignal,
  moved?: Traffic,
): { readonly stop: () => Promise<Heard> } {
  const pace = { workers: 4, pauseMs: 15, count: Number.POSITIVE_INFINITY };
  const stream = startTraffic(traffic, pace, moved);
  signal.addEventListener('abort', stream.stop, { once: true });
  return {
    stop: async () => {
      while (stream.heard() < fewest && !signal.aborted) await new Promise((wake) => setTimeout(wake, 20));
      stream.stop();
      return await stream.finished;
    },
  };
}

/** So many are heard before it stops, however busy the machine is: fewer say little. */
const fewest = 60;

interface Pace {
  readonly workers: number;
  readonly pauseMs: number;
  readonly count: number;
}

function startTraffic(
  traffic: Traffic,
  { workers, pauseMs, count }: Pace,
  moved?: Traffic,
): { readonly finished: Promise<Heard>; readonly stop: () => void; readonly heard: () => number } {
  const agent = new Agent({ keepAlive: true, maxSockets: workers });
  const answers = new Map<string, number>();
  const failures: string[] = [];
  let sent = 0;
  const stop = new AbortController();
  const worker = async (): Promise<void> => {
    while (!stop.signal.aborted && sent < count) {
      sent += 1;
      const answer =
        moved === undefined
          ? ask(traffic, agent)
          : ask(moved, agent).catch(async () => await ask(traffic, agent));
      await answer.then(
        (body) => answers.set(body, (answers.get(body) ?? 0) + 1),
        (error: unknown) => failures.push(error instanceof Error ? error.message : String(error)),
      );
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const finished = Promise.all(Array.from({ length: workers }, worker)).then(() => {
    agent.destroy();
    return { answers, failures };
  });
  return {
    finished,
    heard: () => failures.length + [...answers.values()].reduce((sum, times) => sum + times, 0),
    stop: () => {
      stop.abort();
    },
  };
}

async function ask({ address, port, host, path }: Traffic, agent: Agent): Promise<string> {
  return await new Promise((resolve, reject) => {
    const call = request(
      { host: address, port, path, agent, headers: { host }, timeout: 10_000 },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          if (response.statusCode === 200) resolve(body.trim());
          else reject(new Error(`${response.statusCode}: ${body.trim()}`));
        });
        response.on('error', reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error('no answer within 10 s')));
    call.on('error', reject);
    call.end();
  });
}
