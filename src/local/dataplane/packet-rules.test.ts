import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { quiet } from '../../../test/contract/world.ts';
import type { Log } from '../../ports/log.ts';
import { PacketRules } from './packet-rules.ts';

/** Rules for one VPC, told to an nft that works or not. */
function told() {
  const said: string[] = [];
  const applied: string[] = [];
  const nft = { works: true };
  const say = (event: string): unknown => said.push(event.replace(/[,:].*/, ''));
  const log: Log = { ...quiet, info: say, warn: say, with: () => log };
  const rules = new PacketRules({
    namespaces: new Map([['vpc-a', 'blue']]),
    dualStack: new Set(),
    log,
    apply: async (namespace, text) => {
      if (!nft.works) throw new Error('nft: not found');
      applied.push(`${namespace} ${text.includes('drop') ? 'drop' : 'none'}`);
      await Promise.resolve();
    },
  });
  const become = async (...texts: readonly string[]): Promise<void> => {
    rules.become(new Map(texts.map((text) => ['vpc-a', text])));
    await rules.settled();
  };
  return { said, applied, nft, become };
}

suite('rules for packets', () => {
  test('are told when they change, and removed at first and when there are none any more', async () => {
    const { applied, become, said } = told();
    await become();
    await become('drop 1');
    await become('drop 1');
    await become('drop 2');
    await become();
    assert.deepEqual(applied, ['blue none', 'blue drop', 'blue drop', 'blue none']);
    assert.deepEqual(said, []);
  });

  test('that cannot be told are complained of once, and not where no security group asks for any', async () => {
    const { become, nft, said } = told();
    nft.works = false;
    await become();
    assert.deepEqual(said, []);
    await become('drop 1');
    await become('drop 2');
    assert.deepEqual(said, ['security groups of a VPC are not evaluated']);
    nft.works = true;
    await become('drop 3');
    assert.deepEqual(said, [
      'security groups of a VPC are not evaluated',
      'security groups of a VPC are evaluated now',
    ]);
  });
});
