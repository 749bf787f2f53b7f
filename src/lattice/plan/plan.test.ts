import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { knownOf } from '../../../test/golden/stand-ins/known.ts';
import type { Patch } from '../../../test/golden/stand-ins/plan-case.ts';
import { modelOf } from '../../../test/simulation/lattice-models.ts';
import type { Wish, WishedRoute } from '../../../test/simulation/lattice-models.ts';
import { refKey } from '../../kinds/object.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import type { Known, KnownEntry } from '../model/known.ts';
import type { Entry, Model } from '../model/model.ts';
import { objectsNamedBy } from '../model/ownership.ts';
import { plan } from './plan.ts';
import type { Step } from './step.ts';

const now = Date.UTC(2026, 0, 1);
const names = ['cart', 'pay', 'desk'] as const;
const backends = ['v1', 'v2'] as const;

const routes = fc
  .record({
    name: fc.constantFrom(...names),
    used: fc.subarray([...backends], { minLength: 1 }),
    addresses: fc.uniqueArray(fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'), { maxLength: 2 }),
    paths: fc.uniqueArray(fc.constantFrom('/a', '/b', '/c', '/d'), { maxLength: 4 }),
    weight: fc.integer({ min: 0, max: 9 }),
    groupPort: fc.constantFrom(80, 80, 80, 81),
    protocol: fc.constantFrom('HTTP' as const, 'HTTP' as const, 'HTTPS' as const),
  })
  .map(({ name, used, addresses, paths, weight, groupPort, protocol }): WishedRoute => ({
    name,
    backends: Object.fromEntries(used.map((backend) => [backend, addresses])),
    rules: paths.map((path) => ({ path, to: Object.fromEntries(used.map((backend) => [backend, weight])) })),
    groupPort,
    protocol,
  }));

const wishes = fc
  .record({
    routes: fc.uniqueArray(routes, { selector: ({ name }) => name, maxLength: 3 }),
    there: fc.subarray([...names]),
  })
  .map(({ routes: wanted, there }): Wish => ({ routes: wanted, alsoThere: there }));

const patches = fc.oneof(
  fc.constant(null),
  fc.record(
    {
      state: fc.constantFrom('unseen', 'known', 'pending', 'unknown'),
      lifecycle: fc.constantFrom('creating', 'updating', 'deleting', 'creationFailed'),
      owner: fc.constantFrom('ours', 'foreign', 'unread'),
      age: fc.constantFrom(1, 20, 700),
      pollIn: fc.constantFrom(-10, 100),
      reading: fc.boolean(),
      creating: fc.constant(true),
    },
    { requiredKeys: [] },
  ),
) as fc.Arbitrary<Patch | null>;

const worlds = fc
  .record({
    was: wishes,
    wants: wishes,
    dice: fc.array(fc.tuple(fc.nat(40), patches), { maxLength: 6 }),
    open: fc.array(fc.nat(40), { maxLength: 2 }),
  })
  .map(({ was, wants, dice, open }) => {
    const before = modelOf(was);
    const keys = [...before.entries.keys()];
    const but = Object.fromEntries(
      dice.map(([at, patch]) => [keys[at % Math.max(keys.length, 1)] ?? '', patch]),
    );
    return {
      model: withOpen(modelOf(wants), open),
      known: knownOf(before, now, { but, listed: [], unlisted: [] }),
    };
  });

function withOpen(model: Model, at: readonly number[]): Model {
  const keys = [...model.entries.keys()];
  const open = new Set(at.map((index) => keys[index % Math.max(keys.length, 1)]));
  const entries = new Map<string, Entry>();
  for (const [key, entry] of model.entries) {
    entries.set(
      key,
      entry.state === 'wanted' && open.has(key)
        ? { state: 'undetermined', type: entry.resource.type, key, because: 'asked', for: entry.resource.for }
        : entry,
    );
  }
  return { ...model, entries };
}

type Write = Extract<Step, { op: 'create' | 'update' | 'replace' | 'delete' }>;

function writes(steps: readonly Step[]): readonly Write[] {
  return steps.filter(
    (step) => step.op === 'create' || step.op === 'update' || step.op === 'replace' || step.op === 'delete',
  );
}

function written(step: Write, known: Known): KnownEntry | undefined {
  return known.entries.get(step.op === 'update' ? step.known : (step.known ?? step.key));
}

function holds(property: (world: { model: Model; known: Known; steps: readonly Step[] }) => void): void {
  fc.assert(
    fc.property(worlds, ({ model, known }) => property({ model, known, steps: plan(model, known, now) })),
    { numRuns: 300, seed: 1 },
  );
}

test('every entry of the model is accounted for, once', () => {
  holds(({ model, steps }) => {
    const keys = steps.flatMap((step) => (step.op === 'read' ? [] : [step.key]));
    assert.equal(new Set(keys).size, keys.length);
    for (const key of model.entries.keys()) assert.ok(keys.includes(key), key);
  });
});

test('nothing is written whose state is not known', () => {
  holds(({ known, steps }) => {
    for (const step of writes(steps)) {
      const entry = written(step, known);
      if (step.op === 'create' && entry?.id === undefined) continue;
      // Made anew with its parent: what is written is the new one.
      if (step.op === 'create' && step.after.length > 0) continue;
      assert.equal(entry?.state, 'known', `${step.op} ${step.key}`);
    }
  });
});

test('nothing is changed or deleted that is not ours, or of which nobody has read whose it is', () => {
  holds(({ known, steps }) => {
    for (const step of writes(steps)) {
      const entry = written(step, known);
      if (step.op !== 'create') assert.equal(entry?.owner, 'ours', `${step.op} ${step.key}`);
    }
  });
});

test('nothing is deleted that no object in the cluster accounts for', () => {
  holds(({ model, known, steps }) => {
    for (const step of steps) {
      if (step.op !== 'delete') continue;
      const entry = known.entries.get(step.known ?? step.key);
      const objects = entry === undefined ? [] : accountFor(entry, { model, known });
      assert.ok(objects.length > 0, step.key);
      for (const object of objects)
        assert.ok(model.accountable.has(refKey(object)), `${step.key} of ${refKey(object)}`);
    }
  });
});

/** By its tags, or because they want or account for what it lives in. */
function accountFor(
  entry: KnownEntry,
  world: { readonly model: Model; readonly known: Known },
): readonly ObjectRef[] {
  const own = objectsNamedBy(entry.tags);
  if (own.length > 0 || entry.parent === undefined) return own;
  const wanted = world.model.entries.get(entry.parent);
  if (wanted?.state === 'wanted') return wanted.resource.for;
  const parent = world.known.entries.get(entry.parent);
  return parent === undefined ? [] : accountFor(parent, world);
}

test('what is undetermined is not written, nor deleted what hangs off it', () => {
  holds(({ model, known, steps }) => {
    for (const step of writes(steps)) {
      assert.notEqual(model.entries.get(step.key)?.state, 'undetermined');
      if (step.op !== 'delete') continue;
      for (let at = known.entries.get(step.key); at !== undefined; at = known.entries.get(at.parent ?? '')) {
        assert.notEqual(model.entries.get(at.key)?.state, 'undetermined', `${step.key} below ${at.key}`);
      }
    }
  });
});

test('what a step waits for is in the plan or known, and no steps wait for one another', () => {
  holds(({ known, model, steps }) => {
    const byKey = new Map(writes(steps).map((step) => [step.key, step]));
    const visit = (key: string, path: readonly string[]): void => {
      assert.ok(!path.includes(key), `${path.join(' > ')} > ${key}`);
      const step = byKey.get(key);
      if (step === undefined) {
        const isSomewhere = model.entries.has(key) || known.entries.has(key) || model.questions.has(key);
        assert.ok(isSomewhere, key);
        return;
      }
      const behind = step.op === 'replace' ? [] : (step.behind ?? []);
      for (const before of [...step.after, ...behind]) visit(before, [...path, key]);
    };
    for (const key of byKey.keys()) visit(key, []);
  });
});

test('the same world gives the same plan', () => {
  fc.assert(
    fc.property(worlds, ({ model, known }) => {
      assert.deepEqual(plan(model, known, now), plan(model, known, now));
    }),
    { numRuns: 50, seed: 1 },
  );
});
