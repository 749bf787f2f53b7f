import type { Socket as Datagrams } from 'node:dgram';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { ReachableName } from '../name-files.ts';
import { addressRecord, answerTo, codes, complaintOf, endingRecord, readQuestion, types } from './message.ts';
import type { Finding } from './message.ts';

/** From a name in lower case to what clients of one VPC know of it. */
export type Lookup = (name: string) => Known | undefined;

export type Known = Pick<ReachableName, 'address' | 'ipv6'>;

export interface ResolverOptions {
  /** Bound, and this resolver's from now on. */
  readonly datagrams: Datagrams;
  /** Has a server listen for connections at the same place. */
  readonly listen: (server: Server) => Promise<void>;
  readonly lookup: Lookup;
  /** Of the region whose names these are. */
  readonly region: string;
}

export interface Resolver {
  close(): void;
}

/** Names come and go, and nobody shall remember them for long. */
const seconds = 5;

/** Answers questions of one VPC over UDP and TCP. Rejects when it cannot listen. */
export async function serveNames(options: ResolverOptions): Promise<Resolver> {
  const { datagrams: udp, listen } = options;
  const open = new Set<Socket>();
  const tcp = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(idleMs, () => socket.destroy());
    answerOver(socket, options);
  });
  const close = (): void => {
    udp.close();
    tcp.close();
    for (const socket of open) socket.destroy();
  };
  udp.on('message', (message, from) => {
    const reply = replyTo(message, options);
    if (reply !== undefined) udp.send(reply, from.port, from.address);
  });
  // What goes wrong with one question is nothing to the next.
  udp.on('error', () => undefined);
  try {
    await listen(tcp);
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}

const idleMs = 10_000;

/** Over TCP the length stands before each message. */
function answerOver(socket: Socket, options: ResolverOptions): void {
  let heard = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    while (heard.length >= 2 && heard.length >= 2 + heard.readUInt16BE(0)) {
      const length = heard.readUInt16BE(0);
      const reply = replyTo(heard.subarray(2, 2 + length), options);
      heard = heard.subarray(2 + length);
      if (reply === undefined) continue;
      const head = Buffer.alloc(2);
      head.writeUInt16BE(reply.length, 0);
      socket.write(Buffer.concat([head, reply]));
    }
  });
}

/**
 * A name that the VPC knows has an address for each of its families. One of Lattice's own that it does not know is not
 * there; about all others somebody else is to be asked.
 */
function replyTo(message: Buffer, { lookup, region }: ResolverOptions): Buffer | undefined {
  const question = readQuestion(message);
  if (question === undefined) return undefined;
  if ('code' in question) return complaintOf(question);
  const { name, type } = question;
  const known = lookup(name);
  if (known === undefined) {
    const isOurs = new RegExp(`(?:^|\\.)vpc-lattice-(?:svcs|rsc)\\.${region}\\.on\\.aws$`).test(name);
    return answerTo(question, isOurs ? codes.noName : codes.refused);
  }
  const findings = recordsOf(known).filter((record) => type === types.any || record.type === type);
  return answerTo(question, codes.ok, { findings, seconds });
}

function recordsOf({ address, ipv6 }: Known): readonly Finding[] {
  const ipv4 = addressRecord(address);
  return ipv6 === 'none' ? [ipv4] : [ipv4, endingRecord(ipv6, address)];
}
