/** A target that answers at once, on bare sockets: `node upstream.ts ADDRESS PORT`. Ends with its parent. */
import { createServer } from 'node:net';

const [address = '127.0.0.1', port = '0'] = process.argv.slice(2);
const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok\n');

createServer((socket) => {
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
}).listen(Number(port), address, () => process.send?.('listening'));

process.on('disconnect', () => process.exit());
