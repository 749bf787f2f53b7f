import { request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import type { HealthCheck } from '../../state/state.ts';

/** Asks one target once, on a connection of its own. Resolves with the status code; rejects when there is none. */
export type Probe = (target: ProbeTarget, check: HealthCheck, signal: AbortSignal) => Promise<number>;

export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
}

/** As Lattice checks: plain or TLS, HTTP/1.1 or HTTP/2, certificates not verified. */
export const probeOverNetwork: Probe = async (target, check, signal) =>
  check.protocolVersion === 'HTTP2'
    ? await overHttp2(target, check, signal)
    : await overHttp1(target, check, signal);

async function overHttp1(
  { address, port }: ProbeTarget,
  check: HealthCheck,
  signal: AbortSignal,
): Promise<number> {
  return await new Promise<number>((resolve, reject) => {
    const options = {
      host: address,
      port,
      path: check.path,
      agent: false,
      signal,
      headers: { connection: 'close' },
    };
    const call =
      check.protocol === 'HTTPS'
        ? httpsRequest({ ...options, rejectUnauthorized: false })
        : httpRequest(options);
    call.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end();
  });
}

async function overHttp2(
  { address, port }: ProbeTarget,
  check: HealthCheck,
  signal: AbortSignal,
): Promise<number> {
  const scheme = check.protocol === 'HTTPS' ? 'https' : 'http';
  const session = connect(`${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`, {
    rejectUnauthorized: false,
  });
  const abort = (): void => session.destroy();
  signal.addEventListener('abort', abort, { once: true });
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
    signal.removeEventListener('abort', abort);
    session.destroy();
  }
}
