import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '../../src/ports/system/clock.ts';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import { cliClient, cliEnvironment, hasCli, hasCliOfPython } from './cli-client.ts';
import { testThrough } from './through-program.ts';
import { account, latticeWorld, quiet } from './world.ts';

const skip = (await hasCliOfPython()) ? false : 'there is no aws command of Python';

suite('the aws command line works against the VPC Lattice API', { skip }, () => {
  testThrough('cli', cliClient);
});

suite('the aws command', { skip: (await hasCli()) ? false : 'is not on PATH' }, () => {
  test('aws sts get-caller-identity names the account of the key', async () => {
    const { wire, region } = latticeWorld(systemClock);
    const server = await serveHttp(wire, { host: '127.0.0.1', port: 0, log: quiet });
    try {
      const args = ['sts', 'get-caller-identity'];
      const { stdout } = await promisify(execFile)('aws', args, { env: cliEnvironment(server.url) });
      const identity: unknown = JSON.parse(stdout);
      const arn = `arn:aws:iam::${account}:user/AKIDEXAMPLE`;
      assert.deepEqual(identity, { UserId: 'AKIDEXAMPLE', Account: account, Arn: arn });
    } finally {
      await server.close();
      region.close();
    }
  });
});
