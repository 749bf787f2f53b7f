/**
 * A program: an API server that has nothing but EndpointSlices, made beforehand, and sends them as fast as it is asked.
 * Lists come in pages only; a watch brings a change of each slice and stays. Tells its port to its parent and ends with it.
 */
import { createServer } from 'node:http';
import { changeLine, pageOf } from './slices.ts';

const [, , counted = '0', paged = '500'] = process.argv;
const [count, pageSize] = [Number(counted), Number(paged)];
const pages = Array.from({ length: Math.ceil(count / pageSize) }, (_, page) =>
  Buffer.from(pageOf({ count, pageSize, page })),
);
const lines = Array.from({ length: count }, (_, number) => `${changeLine(count, number)}\n`);
const changes = Buffer.from(lines.join(''));

const server = createServer((request, response) => {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  if (query.has('sendInitialEvents')) {
    response.writeHead(422).end();
    return;
  }
  if (query.has('watch')) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(changes);
    return;
  }
  const page = pages[Number(query.get('continue') ?? '0')] ?? Buffer.alloc(0);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length });
  response.end(page);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ ready: { port: typeof address === 'object' ? (address?.port ?? 0) : 0 } });
});
process.on('disconnect', () => process.exit());
