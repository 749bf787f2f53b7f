/** What any server of Node that speaks JSON does: reads it, and answers with as much of it as an answer of Lattice has. */
import { createServer } from 'node:http';

const answer = {
  id: 'svc-0123456789abcdef0',
  arn: 'arn:aws:vpc-lattice:us-west-2:000000000000:service/svc-0123456789abcdef0',
  name: 'shop-1',
  authType: 'NONE',
  status: 'ACTIVE',
  idleTimeoutSeconds: 60,
  dnsEntry: {
    domainName: 'shop-1-0123456789abcdef0.7d67968.vpc-lattice-svcs.us-west-2.on.aws',
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  },
  createdAt: '2026-01-01T00:00:00.000Z',
  lastUpdatedAt: '2026-01-01T00:00:00.000Z',
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString('utf8');
    const input: unknown = text === '' ? {} : JSON.parse(text);
    const body = Buffer.from(JSON.stringify({ ...answer, ...(typeof input === 'object' ? input : {}) }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
process.on('disconnect', () => process.exit(0));
