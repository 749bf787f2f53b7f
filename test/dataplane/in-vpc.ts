/** What a client in a VPC does that is a network namespace, by sockets that are there. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { SocketPlace } from '../../src/networks/dial.ts';
import type { NamespaceSockets } from '../../src/networks/sockets.ts';
import { resolverAddress } from '../../src/networks/vpc.ts';
import type { TrafficWorld } from './world.ts';

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

export interface Asked {
  readonly host: string;
  readonly at: SocketPlace;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks for `/` on a connection of its own; the status and the body. */
export async function askFrom(sockets: NamespaceSockets, { host, at, headers = {} }: Asked): Promise<string> {
  const socket = await sockets.connect(at, soon());
  return await new Promise((resolve, reject) => {
    const call = request(
      { createConnection: () => socket, headers: { ...headers, host, connection: 'close' } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (more: string) => (text += more));
        answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
      },
    );
    call.on('error', reject);
    call.end();
  });
}

/** Whether somebody at these sockets has a connection within a moment; who has none hears nothing at all. */
export async function connects(sockets: NamespaceSockets, at: SocketPlace): Promise<boolean> {
  try {
    const socket = await sockets.connect(at, AbortSignal.timeout(500));
    socket.destroy();
    return true;
  } catch (error) {
    assert.ok(error instanceof Error && error.name === 'TimeoutError', String(error));
    return false;
  }
}

const types = { A: [1, 4], AAAA: [28, 16] } as const;

/** The bytes of the last address that the resolver of the VPC has for a name. */
export async function resolveFrom(
  sockets: NamespaceSockets,
  name: string,
  type: keyof typeof types,
): Promise<Buffer> {
  const [code, length] = types[type];
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  const head = Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const question = Buffer.concat([head, ...labels, Buffer.from([0, 0, code, 0, 1])]);
  const client = await sockets.datagrams({ host: '0.0.0.0', port: 0 });
  try {
    client.send(question, 53, resolverAddress);
    const [answer]: unknown[] = await once(client, 'message', { signal: soon() });
    assert.ok(
      Buffer.isBuffer(answer) && answer.length > question.length + length,
      'there is no such address',
    );
    return answer.subarray(-length);
  } finally {
    client.close();
  }
}

/** Resolves when all targets there are have passed their checks. */
export async function allHealthy({ region }: TrafficWorld): Promise<void> {
  const signal = AbortSignal.timeout(15_000);
  const isHealthy = (): boolean =>
    [...region.state().targetGroups.values()].every(({ targets }) =>
      [...targets.values()].every(({ status }) => status === 'HEALTHY'),
    );
  while (!isHealthy()) {
    signal.throwIfAborted();
    await new Promise<void>((resolve) => {
      const unsubscribe = region.subscribe(() => {
        unsubscribe();
        resolve();
      });
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
