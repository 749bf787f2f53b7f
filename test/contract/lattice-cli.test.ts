import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import type { Region } from '../../src/local/region.ts';
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
    await served(async (aws) => {
      const identity: unknown = JSON.parse(await aws('sts', 'get-caller-identity'));
      const arn = `arn:aws:iam::${account}:user/AKIDEXAMPLE`;
      assert.deepEqual(identity, { UserId: 'AKIDEXAMPLE', Account: account, Arn: arn });
    });
  });

  // VPC Lattice itself has none in the service model.
  test('its waiters of services beside VPC Lattice see what they wait for', async () => {
    await served(async (aws, region) => {
      const request = ['acm', 'request-certificate', '--domain-name', 'shop.test', '--output', 'text'];
      const arn = (await aws(...request)).trim();
      const isIssued = (): boolean =>
        [...region.state().certificates.values()].every(({ status }) => status === 'ISSUED');
      while (!isIssued()) await systemClock.sleep(10, AbortSignal.timeout(5_000));
      await aws('acm', 'wait', 'certificate-validated', '--certificate-arn', arn);
      await aws('ec2', 'wait', 'vpc-available', '--vpc-ids', `vpc-00000${account}`);
    });
  });
});

type Aws = (...args: readonly string[]) => Promise<string>;

/** Runs the command as a person does, each time in a process of its own. */
async function served(work: (aws: Aws, region: Region) => Promise<void>): Promise<void> {
  const { wire, region } = latticeWorld(systemClock);
  const server = await serveHttp(wire, { host: '127.0.0.1', port: 0, log: quiet });
  const env = cliEnvironment(server.url);
  try {
    await work(
      async (...args) => (await promisify(execFile)('aws', args, { env, timeout: 30_000 })).stdout,
      region,
    );
  } finally {
    await server.close();
    region.close();
  }
}
