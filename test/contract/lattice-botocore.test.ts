import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { selfSigned } from '../../src/certificates/self-signed.ts';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import type { HttpServer } from '../../src/ports/system/http-server.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { botocoreClient, hasBotocore } from './botocore-client.ts';
import type { BotocoreClient } from './botocore-client.ts';
import { replay } from './replay.ts';
import { parseTranscript } from './transcript.ts';
import { account, latticeWorld, quiet, regionName, standingClock } from './world.ts';

const files = globSync(
  ['lattice', 'neighbours'].map((folder) => fileURLToPath(new URL(`${folder}/*.yaml`, import.meta.url))),
).toSorted();
const pem = selfSigned(['shop.example.com', '*.shop.example.com'], Date.now());
const known = { account, region: regionName, certificate: pem.cert, 'private-key': pem.key };
const skip = (await hasBotocore()) ? false : 'python3 has no botocore, and there is no aws command';

suite('botocore works against the VPC Lattice API', { skip }, () => {
  let world: { readonly wire: Wire; readonly advance: () => Promise<void> } = freshWorld();
  const current: Wire = async (request, signal) => await world.wire(request, signal);
  let server: HttpServer;
  let client: BotocoreClient;

  before(async () => {
    server = await serveHttp(current, { host: '127.0.0.1', port: 0, log: quiet });
    client = botocoreClient(server.url, current, () => world.advance());
  });
  after(async () => {
    client.close();
    await server.close();
  });

  for (const file of files) {
    const transcript = parseTranscript(readFileSync(file, 'utf8'));
    if (!transcript.clients.includes('botocore')) continue;
    test(basename(file, '.yaml').replaceAll('-', ' '), async () => {
      world = freshWorld();
      await replay(transcript, client, known);
    });
  }
});

function freshWorld() {
  const clock = standingClock(Date.now());
  return { wire: latticeWorld(clock).wire, advance: () => clock.advance(10) };
}
