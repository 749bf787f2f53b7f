import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { operations } from '../../src/local/contract/operations.gen.ts';
import type { OperationName } from '../../src/local/contract/operations.gen.ts';
import { shapes } from '../../src/local/contract/shapes.gen.ts';
import { isRecord } from '../../src/local/contract/validate.ts';
import { callOfEach } from './call-of-each.ts';
import { threeOfEverything } from './three-of-everything.ts';
import { wireClient } from './wire-client.ts';
import { latticeWorld, standingClock } from './world.ts';

const creates = Object.keys(operations)
  .filter((name): name is OperationName => name in operations)
  .filter((name) => {
    const shape = shapes[operations[name].input];
    return shape?.type === 'structure' && 'clientToken' in shape.members;
  });

suite('every create', () => {
  const { region, wire } = latticeWorld(standingClock(), { latency: 'none' });
  const client = wireClient(wire, async () => undefined);
  let calls: ReturnType<typeof callOfEach>;
  before(async () => {
    calls = callOfEach((await threeOfEverything(client)).one);
  });

  test('has a client token, twelve of them', () => assert.equal(creates.length, 12));

  for (const operation of creates) {
    test(`${operation} is done once for a token, and its tags are there`, async () => {
      const input = { ...calls[operation], clientToken: 'once', tags: { team: 'a' } };
      const first = await client.call(operation, input, undefined);
      assert.ok((first.status ?? 0) < 300 && isRecord(first.body), JSON.stringify(first));
      const { id, arn } = first.body;
      const after = region.state();
      const again = await client.call(operation, input, undefined);
      assert.deepEqual([again.status, isRecord(again.body) && again.body['id']], [first.status, id]);
      assert.equal(region.state(), after);
      const other = await client.call(operation, { ...input, tags: { team: 'b' } }, undefined);
      assert.equal(other.error, 'ConflictException');

      const tags = async (): Promise<unknown> =>
        (await client.call('ListTagsForResource', { resourceArn: arn }, undefined)).body;
      assert.deepEqual(await tags(), { tags: { team: 'a' } });
      await client.call('TagResource', { resourceArn: arn, tags: { stage: 'test' } }, undefined);
      await client.call('UntagResource', { resourceArn: arn, tagKeys: ['team', 'none'] }, undefined);
      assert.deepEqual(await tags(), { tags: { stage: 'test' } });
    });
  }
});
