import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { NamespaceSockets } from '../../../networks/sockets.ts';

export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
  /** In which the address is, as a file; absent for this machine itself. */
  readonly namespace?: string;
}

/** Opens a connection to a target from where it can be reached. Rejects when nothing listens there. */
export type Dial = (target: ProbeTarget, signal: AbortSignal) => Promise<Socket>;

/** Dials from this machine, or in the namespace of the target. */
export function dialBy(socketsOf: (namespace: string) => NamespaceSockets): Dial {
  return async ({ address: host, port, namespace }, signal) =>
    namespace === undefined
      ? await dialHere({ host, port }, signal)
      : await socketsOf(namespace).connect({ host, port }, signal);
}

async function dialHere(
  place: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect(place);
  return await new Promise((resolve, reject) => {
    const abort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
  });
}
