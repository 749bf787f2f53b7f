import type { Socket } from 'node:net';
import { dialHere } from '../../../networks/dial.ts';
import type { NamespaceSockets } from '../../../networks/sockets.ts';

export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
  /** In which the address is, as a file; absent for this machine itself. */
  readonly namespace?: string;
}

/** Opens a connection to a target from where it can be reached. Rejects when nothing listens there. */
export type DialTarget = (target: ProbeTarget, signal: AbortSignal) => Promise<Socket>;

/** Dials from this machine, or in the namespace of the target. */
export function dialBy(socketsOf: (namespace: string) => NamespaceSockets): DialTarget {
  return async ({ address: host, port, namespace }, signal) =>
    namespace === undefined
      ? await dialHere({ host, port }, signal)
      : await socketsOf(namespace).connect({ host, port }, signal);
}
