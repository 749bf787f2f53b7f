import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Something to ask for. */
export interface Ask {
  readonly host: string;
  readonly path: string;
}

export interface Hearing {
  readonly address: string;
  readonly port: number;
  /** One after the other: the next one once this one's answer fits. */
  readonly asks: readonly Ask[];
  readonly fits: (answer: Answer) => boolean;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

const pause = 3;

/**
 * Somebody who asks all the time, again a moment after an answer that does not fit. Gives when the last of all was heard
 * that fits, by `performance.now()`.
 */
export async function hear({ address, port, asks, fits, withinMs, signal }: Hearing): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const deadline = performance.now() + withinMs;
  let at = performance.now();
  try {
    for (const { host, path } of asks) {
      for (;;) {
        const answer = await send({ address, port, host, path }, agent);
        at = performance.now();
        if (fits(answer)) break;
        if (at > deadline) {
          const heard = `${answer.status} ${answer.body.trim()}`;
          throw new Error(`${host}${path} did not show it within ${withinMs} ms; heard last: ${heard}`);
        }
        await sleep(pause, undefined, { signal });
      }
    }
  } finally {
    agent.destroy();
  }
  return at;
}

async function send(
  { address, port, host, path }: Ask & Pick<Hearing, 'address' | 'port'>,
  agent: Agent,
): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve({ status: 0, body: error.message });
    const options = { host: address, port, path, agent, headers: { host }, timeout: 5_000 };
    const call = request(options, (response) => {
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
