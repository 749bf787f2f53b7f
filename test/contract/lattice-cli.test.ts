import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '../../src/ports/system/clock.ts';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import { cliClient, cliEnvironment, hasCli } from './cli-client.ts';
import { replay } from './replay.ts';
import { parseTranscript } from './transcript.ts';
import { account, latticeWorld, quiet, regionName } from './world.ts';

const files = globSync(fileURLToPath(new URL('lattice/*.yaml', import.meta.url))).toSorted();
const skip = (await hasCli()) ? false : 'the aws command is not on PATH';

suite('the aws command line works against the VPC Lattice API', { skip }, () => {
  for (const file of files) {
    const transcript = parseTranscript(readFileSync(file, 'utf8'));
    if (!transcript.clients.includes('cli')) continue;
    test(basename(file, '.yaml').replaceAll('-', ' '), async () => {
      await served(async (url) => {
        const client = cliClient(url, () => systemClock.sleep(20));
        await replay(transcript, client, { account, region: regionName });
      });
    });
  }

  test('aws sts get-caller-identity names the account of the key', async () => {
    await served(async (url) => {
      const args = ['sts', 'get-caller-identity'];
      const { stdout } = await promisify(execFile)('aws', args, { env: cliEnvironment(url) });
      const identity: unknown = JSON.parse(stdout);
      const arn = `arn:aws:iam::${account}:user/AKIDEXAMPLE`;
      assert.deepEqual(identity, { UserId: 'AKIDEXAMPLE', Account: account, Arn: arn });
    });
  });
});

async function served(work: (url: string) => Promise<void>): Promise<void> {
  const { wire, region } = latticeWorld(systemClock);
  const server = await serveHttp(wire, { host: '127.0.0.1', port: 0, log: quiet });
  try {
    await work(server.url);
  } finally {
    await server.close();
    region.close();
  }
}
