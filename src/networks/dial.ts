import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Where a connection leads to. */
export interface SocketPlace {
  readonly host: string;
  readonly port: number;
}

/** Opens a connection. Rejects when nothing listens there, or with the signal's reason. */
export type Dial = (place: SocketPlace, signal: AbortSignal) => Promise<Socket>;

/** From this machine itself. */
export const dialHere: Dial = async (place, signal) => {
  signal.throwIfAborted();
  const socket = connect(place);
  return await new Promise((resolve, reject) => {
    const abort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', (error) => {
      signal.removeEventListener('abort', abort);
      reject(error);
    });
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
  });
};
