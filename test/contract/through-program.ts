import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { selfSigned } from '../../src/certificates/self-signed.ts';
import { isRecord } from '../../src/local/contract/validate.ts';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import type { RegionOptions } from '../../src/local/region.ts';
import type { HttpServer } from '../../src/ports/system/http-server.ts';
import type { Wire } from '../../src/ports/wire.ts';
import type { LineClient, LineWorld, Pages } from './line-client.ts';
import { replay } from './replay.ts';
import type { LatticeClient } from './replay.ts';
import { threeOfEverything } from './three-of-everything.ts';
import { parseTranscript } from './transcript.ts';
import { account, latticeWorld, quiet, regionName, standingClock } from './world.ts';

const files = globSync(
  ['lattice', 'neighbours'].map((folder) => fileURLToPath(new URL(`${folder}/*.yaml`, import.meta.url))),
).toSorted();
const pem = selfSigned(['shop.example.com', '*.shop.example.com'], Date.now());
const known = { account, region: regionName, certificate: pem.cert, 'private-key': pem.key };

/** Tests that a client in a program of its own has the answers of all transcripts that name it, and the pages of every list. */
export function testThrough(name: string, connect: (url: string, world: LineWorld) => LineClient): void {
  let world = freshWorld();
  const current: Wire = async (request, signal) => await world.wire(request, signal);
  let server: HttpServer;
  let client: LineClient;

  before(async () => {
    server = await serveHttp(current, { host: '127.0.0.1', port: 0, log: quiet });
    client = connect(server.url, { wire: current, pause: () => world.advance() });
  });
  after(async () => {
    client.close();
    await server.close();
  });

  for (const file of files) {
    const transcript = parseTranscript(readFileSync(file, 'utf8'));
    if (transcript.clients.length === 0) throw new Error(`${file} names no client that replays it`);
    if (!transcript.clients.includes(name)) continue;
    test(basename(file, '.yaml').replaceAll('-', ' '), async () => {
      world = freshWorld();
      await replay(transcript, client, known);
    });
  }

  test('its paginator finds what there is of every list', async () => {
    world = freshWorld({ latency: 'none' });
    await holdPagesOf(client.pages, client);
  });
}

/** Makes three of everything and has them listed in pages of two. */
export async function holdPagesOf(pages: Pages, client: LatticeClient): Promise<void> {
  const { lists } = await threeOfEverything(client);
  for (const [operation, input] of Object.entries(lists)) {
    const sizes = (await pages(operation, input, 2)).map((page) => {
      assert.ok(isRecord(page) && Array.isArray(page['items']), operation);
      return page['items'].length;
    });
    assert.deepEqual(sizes, operation === 'ListRules' ? [2, 2] : [2, 1], operation);
  }
}

/** Its time begins now, as these clients sign by that of the machine, and goes in long steps: their calls take long. */
function freshWorld(options: Partial<RegionOptions> = {}) {
  const clock = standingClock(Date.now());
  return { wire: latticeWorld(clock, options).wire, advance: () => clock.advance(50) };
}
