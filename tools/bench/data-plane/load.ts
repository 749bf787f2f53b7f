import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface LoadTarget {
  readonly address: string;
  readonly port: number;
  /** Each connection sends one of these over and over, in turn. */
  readonly requests: readonly { readonly host: string; readonly path: string }[];
}

/** What came of some time under load. */
export interface Heard {
  /** Milliseconds, one per answer. */
  readonly latencies: readonly number[];
  /** Answers other than 200. */
  readonly failed: number;
  readonly ms: number;
}

export interface Load {
  /** Sends for `ms` over all connections, each with one request under way, and waits for the last answers. */
  readonly run: (ms: number) => Promise<Heard>;
  readonly close: () => void;
}

/**
 * Connections that are kept alive, for a closed loop of requests. Written on bare sockets, so that it is Envoy that is
 * measured and not the client.
 */
export async function openLoad({ address, port, requests }: LoadTarget, connections: number): Promise<Load> {
  const callers = await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      const socket = connect({ host: address, port, noDelay: true });
      await once(socket, 'connect');
      const { host = '', path = '/' } = requests[index % requests.length] ?? {};
      return callerOn(socket, Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`));
    }),
  );
  return {
    run: async (ms) => {
      const latencies: number[] = [];
      let failed = 0;
      const startedAt = performance.now();
      const until = startedAt + ms;
      await Promise.all(
        callers.map(async ({ loop }) =>
          loop(until, (latency, ok) => {
            latencies.push(latency);
            if (!ok) failed += 1;
          }),
        ),
      );
      return { latencies, failed, ms: performance.now() - startedAt };
    },
    close: () => {
      for (const { socket } of callers) socket.destroy();
    },
  };
}

interface Caller {
  readonly socket: Socket;
  /** Resolves with the first answer after `until`; rejects when the connection ends. */
  readonly loop: (until: number, onAnswer: (latency: number, ok: boolean) => void) => Promise<void>;
}

function callerOn(socket: Socket, request: Buffer): Caller {
  let heard = '';
  let sentAt = 0;
  let answered: (ok: boolean) => void = ignored;
  let ended: (error: Error) => void = ignored;
  const send = (): void => {
    sentAt = performance.now();
    socket.write(request);
  };
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    heard += chunk;
    const headEnd = heard.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(heard)?.[1] ?? 0);
    if (heard.length < headEnd + 4 + length) return;
    const ok = heard.startsWith('HTTP/1.1 200');
    heard = '';
    answered(ok);
  });
  socket.on('error', (error) => ended(error));
  socket.on('close', () => ended(new Error('the connection was closed')));
  return {
    socket,
    loop: async (until, onAnswer) => {
      await new Promise<void>((resolve, reject) => {
        ended = reject;
        answered = (ok) => {
          onAnswer(performance.now() - sentAt, ok);
          if (performance.now() < until) send();
          else resolve();
        };
        send();
      });
    },
  };
}

function ignored(): void {
  // Nobody is waiting.
}
