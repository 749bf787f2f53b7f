import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** An upgrade request, as node:http hands it over. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

/** Streams of a command share a connection: the first byte of a message is the channel. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;
/** Since v5: the next byte names a channel of which the other side sends no more. */
export const closeChannel = 255;

/** Makes a WebSocket of the connection, in a protocol that kubectl knows. Loads its library when first needed. */
export function acceptStream(upgrade: Upgrade, connected: (client: WebSocket) => void): void {
  const { socket } = upgrade;
  socket.on('error', () => socket.destroy());
  accept(upgrade, connected).catch(() => socket.destroy());
}

async function accept(upgrade: Upgrade, connected: (client: WebSocket) => void): Promise<void> {
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (client) => {
    client.on('error', () => client.terminate());
    connected(client);
  });
}

/** How a stream ends, as a Status on its own channel; kubectl prints a failure's message. */
export type Conclusion = Readonly<Record<string, unknown>> & { readonly status: 'Success' | 'Failure' };

/** Tells how it ended, and closes. */
export function conclude(client: WebSocket, conclusion: Conclusion): void {
  client.send(message(channels.error, Buffer.from(JSON.stringify({ metadata: {}, ...conclusion }))), () =>
    client.close(1000),
  );
}

/** Sends bytes on a channel; resolves when they have gone, so that a slow reader fills no memory. */
export async function carryTo(client: WebSocket, channel: number, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => client.send(message(channel, bytes), () => resolve()));
}

/** A message of a channel. */
export function message(channel: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(channel), bytes]);
}
