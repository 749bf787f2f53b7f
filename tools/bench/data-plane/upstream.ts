/** Targets that answer at once, on bare sockets: `node upstream.ts PORT ADDRESS…`. Ends with its parent. */
import { createServer } from 'node:net';

const [port = '0', ...addresses] = process.argv.slice(2);
const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok\n');

await Promise.all(
  addresses.map(async (address) => {
    const server = createServer((socket) => {
      let heard = '';
      socket.setNoDelay(true).setEncoding('latin1');
      socket.on('data', (chunk: string) => {
        heard += chunk;
        for (let end = heard.indexOf('\r\n\r\n'); end >= 0; end = heard.indexOf('\r\n\r\n')) {
          heard = heard.slice(end + 4);
          socket.write(answer);
        }
      });
      socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(Number(port), address, resolve);
    });
  }),
);
process.send?.('listening');
process.on('disconnect', () => process.exit());
