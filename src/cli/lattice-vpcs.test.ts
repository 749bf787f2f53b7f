import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { quiet, standingClock } from '../../test/contract/world.ts';
import { vpcsOf } from '../local/state/vpc.ts';
import { systemRandom } from '../ports/system/random.ts';
import { UserError, valuesOf } from './command.ts';
import { lattice } from './commands/lattice.ts';
import { openRegions } from './lattice-regions.ts';
import { vpcsArgument, vpcsIn } from './lattice-vpcs.ts';

const read = (vpcs: string) => vpcsIn(valuesOf(lattice, { vpcs }, {}));

suite('VPCs that are there from the start', () => {
  test('are ids, and those that EC2 is to know have a name and ranges', () => {
    const vpcs = [
      { id: 'vpc-0123' },
      { id: 'vpc-4567', known: { name: 'blue', cidrBlock: '127.64.0.0/16' } },
      { id: 'vpc-89ab', known: { name: 'red', cidrBlock: '10.64.0.0/16', cidrBlock6: 'fd00:10:64::/64' } },
    ];
    const text = 'vpc-0123,vpc-4567=blue/127.64.0.0/16,vpc-89ab=red/10.64.0.0/16+fd00:10:64::/64';
    assert.equal(vpcsArgument(vpcs), text);
    assert.deepEqual(read(text), vpcs);
    assert.deepEqual(read(''), []);
  });

  test('are in EC2 with their names and ranges, under those ids, for the account of the world', async () => {
    const vpcs = 'vpc-0123,vpc-89ab=red/10.64.0.0/16+fd00:10:64::/64';
    const world = {
      env: {},
      clock: standingClock(),
      random: systemRandom,
      log: () => quiet,
      signal: new AbortController().signal,
      say: () => undefined,
      ready: () => undefined,
    };
    const opened = await openRegions(valuesOf(lattice, { vpcs }, {}), world);
    const [, ...known] = vpcsOf(opened.regions[0].state(), '123456789012');
    assert.deepEqual(
      known.map(({ id, cidrBlock, ipv6, tags }) => [id, cidrBlock, ipv6?.cidrBlock, tags]),
      [['vpc-89ab', '10.64.0.0/16', 'fd00:10:64::/64', { Name: 'red' }]],
    );
    await opened.close();
  });

  test('are refused in a sentence when they make no sense', () => {
    for (const text of ['vpc-0123=blue', 'vpc-0123=10.64.0.0/16', 'vpc-0123=blue/10.64.0.0/16+x']) {
      assert.throws(
        () => read(text),
        (error: unknown) => error instanceof UserError && error.message.includes(text),
      );
    }
  });
});
