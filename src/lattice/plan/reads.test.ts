import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownOf } from '../../../test/golden/stand-ins/known.ts';
import { modelOf } from '../../../test/simulation/lattice-models.ts';
import { refKey } from '../../kinds/object.ts';
import { createReads } from './reads.ts';

const now = Date.UTC(2026, 0, 1);
const services = ['a', 'b', 'c'].map((name) => `service/http/shop/${name}`);
const model = modelOf({ routes: ['a', 'b', 'c'].map((name) => ({ name, backends: {}, rules: [] })) });
const known = knownOf(model, now, {
  but: Object.fromEntries(services.map((key) => [key, { lifecycle: 'creating', pollIn: 0 }])),
  listed: [],
  unlisted: [],
});

test('many in creation are looked at by one listing, but not while that is held back: then each is looked at', () => {
  const asked = (collections: typeof known.collections): readonly string[] => {
    const reads = createReads({ ...known, collections }, { now, callDeadline: 4_000, programmed: new Set() });
    for (const key of services) {
      const entry = known.entries.get(key);
      assert.ok(entry !== undefined);
      assert.equal(reads.poll(entry, { for: [], because: 'being created', lane: 'waiting' }), now);
    }
    return reads.steps().map(({ what }) => what.key);
  };
  assert.deepEqual(asked(known.collections), ['services']);
  const failed = { key: 'services', state: 'known', at: now - 1_000, retryAt: now + 5_000 } as const;
  assert.deepEqual(asked(new Map([...known.collections, ['services', failed]])), services);
});

test('what is being read for the first time is not asked for again before that call can have ended', () => {
  const targets = { key: 'targets/http/shop/a', type: 'targets', parent: 'group/http/shop/a' } as const;
  const asked = (firstReads: ReadonlySet<string>): readonly [number, number] => {
    const reads = createReads({ ...known, firstReads }, { now, callDeadline: 4_000, programmed: new Set() });
    const until = reads.resource(targets, { for: [], because: 'wanted', lane: 'targets' });
    return [until, reads.steps().length];
  };
  assert.deepEqual(asked(new Set()), [now, 1]);
  assert.deepEqual(asked(new Set([targets.key])), [now + 4_000, 0]);
});

function ofRoute(name: string) {
  return { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop', name } as const;
}

test('targets of what somebody waits for are read before those of what was told to be as it should', () => {
  const programmed = new Set(['a', 'c'].map((name) => refKey(ofRoute(name))));
  const reads = createReads(known, { now, callDeadline: 4_000, programmed });
  for (const name of ['a', 'b', 'c']) {
    const targets = { key: `targets/http/shop/${name}`, type: 'targets' } as const;
    reads.resource(targets, { for: [ofRoute(name)], because: 'wanted', lane: 'targets' });
  }
  assert.deepEqual(
    reads.steps().map(({ what }) => what.key),
    ['targets/http/shop/b', 'targets/http/shop/a', 'targets/http/shop/c'],
  );
});
