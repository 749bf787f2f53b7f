import { createSocket } from 'node:dgram';
import type { Socket as Datagrams } from 'node:dgram';
import type { Server } from 'node:net';
import type { NamespaceSockets } from '../../../../networks/sockets.ts';

/** Where the resolver of a VPC answers: on this machine, or in the namespace that the VPC is. */
export interface ResolverPlace {
  readonly address: string;
  readonly port: number;
  readonly inside?: NamespaceSockets;
}

/** A socket for datagrams at the place. */
export async function datagramsAt({ address, port, inside }: ResolverPlace): Promise<Datagrams> {
  if (inside !== undefined) return await inside.datagrams({ host: address, port });
  const socket = createSocket('udp4');
  return await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => resolve(socket));
  });
}

/** Has a server listen at the place. */
export async function listenAtPlace(server: Server, place: ResolverPlace): Promise<void> {
  const { address: host, port, inside } = place;
  const where = inside === undefined ? { host, port } : await inside.listening({ host, port });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
}
