import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { isRecord } from '../../src/local/contract/validate.ts';
import type { RegionState } from '../../src/local/state/state.ts';
import { delaysOf } from '../../src/local/state/trouble.ts';
import { callOfEach } from './call-of-each.ts';
import { threeOfEverything } from './three-of-everything.ts';
import { wireClient } from './wire-client.ts';
import { latticeWorld, standingClock } from './world.ts';

/** What takes time, and the members with which each is changed. */
const kinds = {
  Service: undefined,
  ServiceNetworkServiceAssociation: undefined,
  ServiceNetworkVpcAssociation: { securityGroupIds: ['sg-01234567'] },
  TargetGroup: undefined,
  ResourceGateway: { securityGroupIds: ['sg-01234567'] },
  ResourceConfiguration: { portRanges: ['80'] },
  ServiceNetworkResourceAssociation: undefined,
} as const;

const operations = Object.entries(kinds).flatMap(([kind, change]) => [
  { name: `Create${kind}`, kind, verb: 'CREATE', members: {} },
  ...(change === undefined ? [] : [{ name: `Update${kind}`, kind, verb: 'UPDATE', members: change }]),
  { name: `Delete${kind}`, kind, verb: 'DELETE', members: {} },
]);

suite('what takes time may be asked to end badly', () => {
  const clock = standingClock();
  const { region, wire } = latticeWorld(clock, { latency: 'none' });
  const client = wireClient(wire, () => clock.advance(10));
  let everything: RegionState;
  let calls: ReturnType<typeof callOfEach>;
  before(async () => {
    calls = callOfEach((await threeOfEverything(client)).one);
    everything = region.state();
  });
  const call = async (operation: string, input: object): Promise<Readonly<Record<string, unknown>>> => {
    const { status = 0, body } = await client.call(operation, { ...input }, undefined);
    assert.ok(status < 300, `${operation}: ${JSON.stringify(body)}`);
    return isRecord(body) ? body : {};
  };

  test('all of it', () => {
    assert.deepEqual(operations.map(({ name }) => name).toSorted(), Object.keys(delaysOf).toSorted());
  });

  for (const { name, kind, verb, members } of operations) {
    for (const [effect, ending] of [
      ['failed', 'FAILED'],
      ['stuck', 'IN_PROGRESS'],
    ] as const) {
      test(`${name} that is ${effect}`, async () => {
        region.restore(everything);
        const trouble = {
          operation: name,
          effect,
          times: 1,
          ...(effect === 'failed' ? { code: 'Bad' } : {}),
        };
        const [, create] = Object.entries(calls).find(([each]) => each === `Create${kind}`) ?? [];
        assert.ok(create !== undefined);
        if (verb === 'CREATE') await call('POST faults', trouble);
        const { id } = await call(`Create${kind}`, create);
        const it = { [`${kind.charAt(0).toLowerCase()}${kind.slice(1)}Identifier`]: id };
        if (verb !== 'CREATE') {
          await call('POST faults', trouble);
          await call(name, { ...it, ...members });
        }
        await clock.advance(1_000);
        const found = await call(`Get${kind}`, it);
        assert.equal(found['status'], `${verb}_${ending}`);
        const why = found['failureCode'] ?? found['failureReason'];
        // The API does not tell it of gateways.
        const isTold = effect === 'failed' && kind !== 'ResourceGateway';
        assert.equal(why !== undefined, isTold, JSON.stringify(found));
      });
    }
  }
});
