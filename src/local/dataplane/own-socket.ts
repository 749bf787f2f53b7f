import { chmodSync, rmSync } from 'node:fs';
import type { Http2Server } from 'node:http2';

/** Has a server listen at a Unix socket that only its owner may use. Resolves when Envoy may connect. */
export async function listenAt(server: Http2Server, socket: string): Promise<void> {
  rmSync(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  chmodSync(socket, 0o600);
}
