import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Somebody who asks for the same thing all the time, and remembers when they heard what. */
export interface Listener {
  /** Resolves with the moment of the first answer that fits and comes from now on, by `performance.now()`. */
  readonly first: (fits: (answer: Answer) => boolean, withinMs: number) => Promise<number>;
  /** When an answer that fits was heard last. */
  readonly last: (fits: (answer: Answer) => boolean) => number | undefined;
  readonly stop: () => Promise<void>;
}

const pause = 3;

/** Asks for `path` of `host` at an address, again a moment after each answer. */
export function listenTo(at: {
  readonly address: string;
  readonly port: number;
  readonly host: string;
}): Listener {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const heard = new Map<string, { readonly answer: Answer; readonly at: number }>();
  const waiting = new Set<(answer: Answer, at: number) => void>();
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const answer = await ask(at, agent);
      const now = performance.now();
      heard.set(`${answer.status} ${answer.body}`, { answer, at: now });
      for (const tell of waiting) tell(answer, now);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    agent.destroy();
  };
  const ended = loop();
  return {
    first: async (fits, withinMs) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(tell);
          const seen = [...heard.values()].map(({ answer }) => `${answer.status} ${answer.body.trim()}`);
          reject(new Error(`${at.host} did not show it within ${withinMs} ms; heard: ${seen.join(' | ')}`));
        }, withinMs);
        const tell = (answer: Answer, now: number): void => {
          if (!fits(answer)) return;
          clearTimeout(late);
          waiting.delete(tell);
          resolve(now);
        };
        waiting.add(tell);
      }),
    last: (fits) => {
      const times = [...heard.values()].flatMap(({ answer, at }) => (fits(answer) ? [at] : []));
      return times.length === 0 ? undefined : Math.max(...times);
    },
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

async function ask(
  { address, port, host }: { readonly address: string; readonly port: number; readonly host: string },
  agent: Agent,
): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve({ status: 0, body: error.message });
    const call = request({ host: address, port, agent, headers: { host }, timeout: 5_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', failed);
    });
    call.on('timeout', () => call.destroy(new Error('no answer within 5 s')));
    call.on('error', failed);
    call.end();
  });
}
