/** A pod that ends TLS itself, with a certificate of its own. */
import { createServer } from 'node:https';

const { POD_IP, HOSTNAME, TLS_CERTIFICATE: cert, TLS_KEY: key } = process.env;

const server = createServer({ cert, key }, ({ socket }, response) => {
  response.end(`${HOSTNAME} ended TLS for ${socket.servername}\n`);
});
server.listen(8443, POD_IP);
process.on('SIGTERM', () => server.close());
