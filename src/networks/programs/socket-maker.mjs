/**
 * Runs in a network namespace and makes sockets there for the process that started it: a socket stays where it was made,
 * whoever has it. Kept small as one runs per namespace: plain JavaScript, and ends with the channel to its parent.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { exit } from 'node:process';

/** Connections that are being opened, by the number of their request. @type {Map<number, import('node:net').Socket>} */
const opening = new Map();

/** @type {Record<string, (id: number, place: {host: string, port: number}) => void>} */
const wishes = {
  connect: (id, { host, port }) => {
    const socket = connect({ host, port });
    // Not a byte is read here: it would be lost.
    socket.pause();
    opening.set(id, socket);
    socket.once('error', (error) => {
      opening.delete(id);
      process.send?.({ id, trouble: error.message });
    });
    socket.once('connect', () => {
      opening.delete(id);
      process.send?.({ id }, socket);
    });
  },
  cancel: (id) => {
    opening.get(id)?.destroy();
    opening.delete(id);
  },
  udp: (id, { host, port }) => {
    const socket = createSocket('udp4');
    socket.once('error', (error) => process.send?.({ id, trouble: error.message }));
    socket.bind(port, host, () => process.send?.({ id }, socket, undefined, () => socket.close()));
  },
  tcp: (id, { host, port }) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => process.send?.({ id, trouble: error.message }));
    server.listen(port, host, () => process.send?.({ id }, server, undefined, () => server.close()));
  },
};

process.on('message', (/** @type {any} */ { wish, id, ...place }) => wishes[wish]?.(id, place));
process.on('disconnect', () => exit(0));
