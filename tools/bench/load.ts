import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface LoadTarget {
  readonly address: string;
  readonly port: number;
  readonly host: string;
}

export interface Measured {
  readonly requests: number;
  readonly failed: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * A closed loop of keep-alive connections, each with one request under way, for `ms`. Written on bare sockets, so that
 * it is Envoy that is measured and not the client.
 */
export async function load(target: LoadTarget, connections: number, ms: number): Promise<Measured> {
  const request = Buffer.from(`GET / HTTP/1.1\r\nhost: ${target.host}\r\n\r\n`);
  const latencies: number[] = [];
  let failed = 0;
  const startedAt = performance.now();
  const until = startedAt + ms;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ host: target.address, port: target.port, noDelay: true });
      await closedLoop(socket, request, until, (latency, ok) => {
        latencies.push(latency);
        if (!ok) failed += 1;
      });
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const sorted = Float64Array.from(latencies).toSorted();
  return {
    requests: sorted.length,
    failed,
    perSecond: sorted.length / seconds,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
}

async function closedLoop(
  socket: Socket,
  request: Buffer,
  until: number,
  onAnswer: (latency: number, ok: boolean) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let heard = '';
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      socket.write(request);
    };
    socket.setEncoding('latin1');
    socket.on('connect', send);
    socket.on('data', (chunk: string) => {
      heard += chunk;
      const headEnd = heard.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(heard)?.[1] ?? 0);
      if (heard.length < headEnd + 4 + length) return;
      onAnswer(performance.now() - sentAt, heard.startsWith('HTTP/1.1 200'));
      heard = '';
      if (performance.now() < until) send();
      else socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
