import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite, test } from 'node:test';
import { replay } from './replay.ts';
import { sdkClient } from './sdk-client.ts';
import { parseTranscript } from './transcript.ts';
import { wireClient } from './wire-client.ts';
import { account, latticeWorld, regionName, standingClock } from './world.ts';

const files = globSync(fileURLToPath(new URL('lattice/*.yaml', import.meta.url))).toSorted();
const known = { account, region: regionName };

suite('the VPC Lattice API answers as its transcripts say', () => {
  for (const file of files) {
    const transcript = parseTranscript(readFileSync(file, 'utf8'));
    const name = basename(file, '.yaml').replaceAll('-', ' ');
    test(`${name}, on the wire`, async () => {
      const clock = standingClock();
      const { wire } = latticeWorld(clock);
      await replay(
        transcript,
        wireClient(wire, () => clock.advance(10)),
        known,
      );
    });
    if (!transcript.clients.includes('sdk')) continue;
    test(`${name}, through the SDK for JavaScript`, async () => {
      const clock = standingClock(Date.now());
      const { wire } = latticeWorld(clock);
      await replay(
        transcript,
        sdkClient(wire, () => clock.advance(10)),
        known,
      );
    });
  }
});
