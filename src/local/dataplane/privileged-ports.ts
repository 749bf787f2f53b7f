import { createServer } from 'node:net';

/** Where nothing else of ours listens. */
const probeAddress = '127.171.254.254';

/** Whether this user may listen on port 80 of loopback addresses: tried once. */
export async function mayUsePrivilegedPorts(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EACCES'));
    server.listen(80, probeAddress, () => server.close(() => resolve(true)));
  });
}
