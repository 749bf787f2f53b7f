import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { Server, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Dial, SocketPlace } from './dial.ts';
import { namespaceFile } from './namespaces.ts';

/** Sockets that are in a network namespace, in the hands of this process. */
export interface NamespaceSockets {
  readonly connect: Dial;
  /** A bound one. */
  datagrams(place: SocketPlace): Promise<Datagrams>;
  /** For another server to `listen` at. */
  listening(place: SocketPlace): Promise<Server>;
  close(): Promise<void>;
}

const maker = fileURLToPath(new URL('programs/socket-maker.mjs', import.meta.url));

type Made = Socket | Server | Datagrams;

interface Waiting {
  readonly resolve: (made: Made) => void;
  readonly reject: (error: Error) => void;
}

/** Sockets of one namespace. What makes them is a process there; it starts with the first wish, and again if it died. */
export function socketsIn(namespace: string): NamespaceSockets {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let wishes = 0;

  const running = (): ChildProcess => {
    if (child !== undefined) return child;
    const started = spawn('nsenter', [`--net=${namespaceFile(namespace)}`, process.execPath, maker], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // What a launcher told this node of debuggers and loaders is not for it.
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    started.on('message', (message, made) => hear(message, made));
    const gone = (why: string): void => {
      if (child === started) child = undefined;
      for (const { reject } of waiting.values()) reject(new Error(why));
      waiting.clear();
    };
    // It could not start, or hears nothing any more.
    started.on('error', ({ message }) => gone(message));
    started.once('exit', () => gone(`what makes sockets in namespace ${namespace} has ended`));
    child = started;
    return started;
  };

  const hear = (message: unknown, made: unknown): void => {
    if (typeof message !== 'object' || message === null || !('id' in message)) return;
    const { id } = message;
    const wisher = typeof id === 'number' ? waiting.get(id) : undefined;
    if (typeof id === 'number') waiting.delete(id);
    const isMade = made instanceof Socket || made instanceof Server || made instanceof Datagrams;
    if (isMade && wisher !== undefined) wisher.resolve(made);
    else if (made instanceof Socket) made.destroy();
    else wisher?.reject(new Error('trouble' in message ? String(message.trouble) : 'no socket was made'));
  };

  const wish = async (what: string, place: SocketPlace, signal?: AbortSignal): Promise<Made> => {
    signal?.throwIfAborted();
    const id = (wishes += 1);
    const maker = running();
    return await new Promise<Made>((resolve, reject) => {
      const cancel = (): void => {
        if (!waiting.delete(id)) return;
        maker.send({ wish: 'cancel', id });
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const settled = (): void => signal?.removeEventListener('abort', cancel);
      waiting.set(id, {
        resolve: (made) => {
          settled();
          resolve(made);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      maker.send({ wish: what, id, ...place });
    });
  };

  return {
    connect: async (place, signal) => expect(await wish('connect', place, signal), Socket),
    datagrams: async (place) => expect(await wish('udp', place), Datagrams),
    listening: async (place) => expect(await wish('tcp', place), Server),
    close: async () => {
      const last = child;
      if (last === undefined) return;
      const exited = once(last, 'exit');
      last.kill('SIGKILL');
      await exited;
    },
  };
}

function expect<T extends Made>(made: Made, kind: new (...args: never[]) => T): T {
  if (made instanceof kind) return made;
  throw new Error('a socket of another kind was made');
}
