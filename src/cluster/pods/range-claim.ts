import { createServer } from 'node:net';
import { BadCidr } from './addresses.ts';

/** Another node on this machine gives addresses of the range to its pods: two would give one address to two pods. */
export class RangeTaken extends Error {
  override readonly name = 'RangeTaken';
}

/** Whoever listens on this port of a range's first address, which no pod has, has the range. */
const claimPort = 17_172;

/**
 * Takes a range of pod addresses for this process, until `release` or its end. Rejects with `RangeTaken`, or with
 * `BadCidr` when the addresses are not this machine's.
 */
export async function claimRange(
  cidr: string,
  firstAddress: string,
): Promise<{ readonly release: () => void }> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(refusal(cidr, code ?? message)),
    );
    server.listen(claimPort, firstAddress, resolve);
  });
  server.unref();
  return { release: () => void server.close() };
}

function refusal(cidr: string, code: string): Error {
  if (code === 'EADDRINUSE') {
    return new RangeTaken(
      `Another cluster on this machine has pods in ${cidr}: choose another range with --pod-cidr, such as 127.80.0.0/16.`,
    );
  }
  return new BadCidr(`The addresses of ${cidr} are not this machine's (${code}); pods cannot have them.`);
}
