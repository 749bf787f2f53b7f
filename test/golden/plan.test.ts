/** From what is wanted and what is known to steps, as everybody sees them: the text of a plan. */
import assert from 'node:assert/strict';
import type { Known } from '../../src/lattice/model/known.ts';
import type { Entry, Model } from '../../src/lattice/model/model.ts';
import { plan } from '../../src/lattice/plan/plan.ts';
import { printPlan } from '../../src/lattice/plan/print.ts';
import { goldenSuite } from '../golden.ts';
import { modelOf } from '../simulation/lattice-models.ts';
import { knownOf } from './stand-ins/known.ts';
import { readPlanCase } from './stand-ins/plan-case.ts';

const now = Date.UTC(2026, 0, 1);

goldenSuite({
  name: 'wanted and known to steps',
  dir: new URL('../../src/lattice/plan/testdata', import.meta.url),
  run: ({ settings: input }) => {
    const { wants, was, undetermined, settings, ...rest } = readPlanCase(input);
    const wanted = modelOf(wants);
    const model = withOpen(wanted, undetermined);
    const before = was === 'everything' ? wanted : modelOf(was === 'nothing' ? { routes: [] } : was);
    const known =
      was === 'nothing' ? knownOf({ ...before, entries: new Map() }, now, rest) : knownOf(before, now, rest);
    const steps = plan(model, known, now, settings);
    assert.deepEqual(plan(model, known, now, settings), steps);
    for (const other of variations(known)) {
      const afresh = plan(model, other, now, settings);
      assert.deepEqual(plan(model, other, now, settings, steps), afresh);
      assert.deepEqual(plan(model, known, now, settings, afresh), steps);
    }
    const lines = printPlan(steps).split('\n');
    return lines.filter((line) => !line.startsWith('= keep') || 'keeps' in input);
  },
});

/** Each that knows one thing less, or is not sure of it, or knows that it is somebody else's. */
function* variations(known: Known): Iterable<Known> {
  for (const [key, entry] of known.entries) {
    yield { ...known, entries: new Map([...known.entries].filter(([other]) => other !== key)) };
    yield { ...known, entries: new Map(known.entries).set(key, { ...entry, state: 'unknown' }) };
    yield { ...known, entries: new Map(known.entries).set(key, { ...entry, owner: 'foreign' }) };
  }
}

function withOpen(model: Model, undetermined: Readonly<Record<string, string>>): Model {
  const entries = new Map<string, Entry>();
  for (const [key, entry] of model.entries) {
    const because = undetermined[key];
    entries.set(
      key,
      because === undefined || entry.state === 'undetermined'
        ? entry
        : { state: 'undetermined', type: entry.resource.type, key, because, for: entry.resource.for },
    );
  }
  return { ...model, entries };
}
