import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { callFaults, streamFaults, watchLists } from '../../test/kube/fake-api-server.ts';
import type { CallFault, StreamFault, WatchLists } from '../../test/kube/fake-api-server.ts';
import { contentsOf, opsOf, scene } from '../../test/kube/reflector-scene.ts';
import type { Scene } from '../../test/kube/reflector-scene.ts';
import type { Unstructured } from './object.ts';
import type { Change } from './store.ts';

type Op =
  | { readonly op: 'put' | 'remove' | 'replace'; readonly name: string }
  | { readonly op: 'pass' | 'jump'; readonly ms: number }
  | { readonly op: 'tick' | 'compact' | 'drop kind' | 'restore kind' }
  | { readonly op: 'fail calls'; readonly fault: CallFault; readonly times: number }
  | { readonly op: 'fail streams'; readonly fault: StreamFault };

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const ms = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 200 }) },
  { weight: 2, arbitrary: fc.integer({ min: 200, max: 40_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 40_000, max: 900_000 }) },
);
const anyOp: fc.Arbitrary<Op> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constantFrom('put', 'put', 'remove', 'replace'), name }) },
  { weight: 8, arbitrary: fc.record({ op: fc.constant('pass'), ms }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constantFrom('tick', 'compact', 'compact', 'drop kind', 'restore kind') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('fail calls'),
      fault: fc.constantFrom(...callFaults),
      times: fc.integer({ min: 1, max: 10 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('jump'),
      ms: fc.integer({ min: -90_000_000, max: 90_000_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('fail streams'), fault: fc.constantFrom(...streamFaults) }),
  },
);

const anyScene = fc.record({ seed: fc.nat(), watchLists: fc.constantFrom(...watchLists) });

async function play({ server, time, clock }: Scene, op: Op): Promise<void> {
  switch (op.op) {
    case 'put':
      return server.put(op.name);
    case 'remove':
      return server.remove(op.name);
    case 'replace':
      server.remove(op.name);
      return server.put(op.name);
    case 'pass':
      return time.pass(op.ms);
    case 'jump':
      return clock.step(op.ms);
    case 'tick':
      return server.tick();
    case 'compact':
      return server.compact();
    case 'drop kind':
      return server.dropKind();
    case 'restore kind':
      return server.restoreKind();
    case 'fail calls':
      return server.failCalls(op.fault, op.times);
    case 'fail streams':
      return server.failStreams(op.fault);
  }
}

/** What somebody knows who only listens to the changes. */
function replay(changes: readonly Change[]): readonly string[] {
  const known = new Map<string, Unstructured>();
  for (const change of changes) {
    if (change.op === 'state') continue;
    const { name } = change.object.metadata;
    const before = known.get(name);
    const was =
      change.op === 'modified' ? change.before : change.op === 'deleted' ? change.object : undefined;
    assert.equal(before, was, `${change.op} ${name} fits what was known`);
    if (change.op === 'deleted') known.delete(name);
    else {
      if (before !== undefined)
        assert.equal(before.metadata.uid, change.object.metadata.uid, 'another uid is another object');
      known.set(name, change.object);
    }
  }
  return [...known.values()].map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).toSorted();
}

test('whatever goes wrong, the store equals the server as of its version, and in the end as of now', async () => {
  await fc.assert(
    fc.asyncProperty(anyScene, fc.array(anyOp, { maxLength: 40, size: 'max' }), async (options, ops) => {
      const here = scene(options);
      const { server, time, store, changes } = here;
      for (const op of ops) {
        await play(here, op);
        const { resourceVersion } = store;
        assert.deepEqual(contentsOf(store), resourceVersion === undefined ? [] : server.at(resourceVersion));
      }
      server.heal();
      await time.pass(700_000);
      server.put('last');
      await time.pass(500);
      assert.equal(store.state, 'synced');
      assert.deepEqual(contentsOf(store), server.at(server.resourceVersion));
      assert.deepEqual(
        replay(changes),
        store.list().map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`),
      );
      here.stop();
    }),
    { numRuns: 300 },
  );
});

test('one seed makes one history', async () => {
  for (const how of watchLists) assert.deepEqual(await historyOf(42, how), await historyOf(42, how));
});

async function historyOf(seed: number, how: WatchLists): Promise<unknown> {
  const here = scene({ seed, watchLists: how });
  for (const op of fc.sample(anyOp, { seed, numRuns: 60 })) await play(here, op);
  await here.time.pass(700_000);
  here.stop();
  return [here.server.calls, opsOf(here.changes), here.logged];
}
