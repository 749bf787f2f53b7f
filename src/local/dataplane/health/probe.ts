import { request } from 'node:http';
import { connect as http2 } from 'node:http2';
import type { Socket } from 'node:net';
import { connect as tls } from 'node:tls';
import type { HealthCheck } from '../../state/state.ts';
import type { DialTarget, ProbeTarget } from './dial.ts';

/** Asks one target once, on a connection of its own. Resolves with the status code; rejects when there is none. */
export type Probe = (target: ProbeTarget, check: HealthCheck, signal: AbortSignal) => Promise<number>;

/** As Lattice checks: plain or TLS, HTTP/1.1 or HTTP/2, certificates not verified. */
export function probeThrough(dial: DialTarget): Probe {
  return async (target, check, signal) => {
    const socket = await dial(target, signal);
    const abort = (): void => void socket.destroy(new Error('the check took too long'));
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await (check.protocolVersion === 'HTTP2' ? overHttp2 : overHttp1)(socket, target, check);
    } finally {
      signal.removeEventListener('abort', abort);
      socket.destroy();
    }
  };
}

async function overHttp1(socket: Socket, target: ProbeTarget, check: HealthCheck): Promise<number> {
  return await new Promise<number>((resolve, reject) => {
    const call = request({
      host: target.address,
      port: target.port,
      path: check.path,
      createConnection: () => (check.protocol === 'HTTPS' ? unverified(socket, ['http/1.1']) : socket),
      headers: { connection: 'close' },
    });
    call.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end();
  });
}

async function overHttp2(
  socket: Socket,
  { address, port }: ProbeTarget,
  check: HealthCheck,
): Promise<number> {
  const scheme = check.protocol === 'HTTPS' ? 'https' : 'http';
  const authority = `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  const session = http2(authority, {
    createConnection: () => (check.protocol === 'HTTPS' ? unverified(socket, ['h2']) : socket),
  });
  try {
    return await new Promise<number>((resolve, reject) => {
      session.on('error', reject);
      session.on('close', () => reject(new Error('the connection was closed before an answer')));
      const stream = session.request({ ':method': 'GET', ':path': check.path });
      stream.on('response', (headers) => resolve(headers[':status'] ?? 0));
      stream.on('error', reject);
      stream.resume();
    });
  } finally {
    session.destroy();
  }
}

function unverified(socket: Socket, protocols: string[]): Socket {
  return tls({ socket, rejectUnauthorized: false, ALPNProtocols: protocols });
}
