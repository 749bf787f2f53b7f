import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { knownOf } from '../../../test/golden/stand-ins/known.ts';
import { modelOf } from '../../../test/simulation/lattice-models.ts';
import type { WishedRule } from '../../../test/simulation/lattice-models.ts';
import { canonical, memberOf } from '../model/values.ts';
import { attemptOf } from './patience.ts';
import { plan } from './plan.ts';
import type { Create, Delete, Step, Update } from './step.ts';

const now = Date.UTC(2026, 0, 1);
const requests = ['/', '/a', '/a/b', '/a/b/c', '/c', '/c/d'];

const rules = fc.uniqueArray(
  fc.record({ path: fc.constantFrom(...requests), weight: fc.integer({ min: 1, max: 3 }) }),
  { selector: ({ path }) => path, minLength: 1, maxLength: 5 },
);

const edits = fc.record({
  was: rules,
  wants: rules,
  chance: fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
});

test('a rule that may not be made yet is waited for by those that would get its requests', () => {
  const wants = modelOf(
    wish([
      { path: '/a', weight: 5 },
      { path: '/', weight: 2 },
    ]),
  );
  const known = knownOf(modelOf(wish([{ path: '/', weight: 1 }])), now, {
    but: {},
    listed: [],
    unlisted: [],
  });
  const creation = plan(wants, known, now).find((step) => step.op === 'create');
  assert.ok(creation?.op === 'create');
  const { key, type, resource } = creation;
  const parent = [...known.entries.values()].find((entry) => entry.type === 'listener')?.key;
  assert.ok(parent !== undefined);
  const refused = {
    key,
    type,
    parent,
    state: 'gone',
    tags: {},
    owner: 'ours',
    for: resource.for,
    at: now,
    lastError: { cause: 'throttled', code: 'ThrottlingException', message: '', operation: 'CreateRule' },
    retryAt: now + 3_000,
    attempted: attemptOf(creation),
  } as const;
  const steps = plan(wants, { ...known, entries: new Map([...known.entries, [key, refused]]) }, now);
  const wider = steps.find((step) => step.op === 'update');
  assert.equal(steps.find((step) => step.op === 'wait')?.key, key);
  assert.deepEqual(wider?.op === 'update' ? wider.behind : [], [key]);
});

test('whatever the order in which steps get their turn, a request gets what it got before or what it gets after', () => {
  fc.assert(
    fc.property(edits, ({ was, wants, chance }) => {
      const before = modelOf(wish(was));
      const known = knownOf(before, now, { but: {}, listed: [], unlisted: [] });
      let listener: readonly Rule[] = [...known.entries.values()].flatMap(({ key, type, fact }) =>
        type === 'rule' && fact !== undefined ? [ruleOf(key, fact.spec)] : [],
      );
      const old = requests.map((request) => answer(listener, request));
      let open = plan(modelOf(wish(wants)), known, now).filter(isChange);
      const states: (readonly Rule[])[] = [];
      while (open.length > 0) {
        const keys = new Set(open.map(({ key }) => key));
        const ready = unitsOf(open).filter((unit) =>
          unit.every((step) => [...step.after, ...(step.behind ?? [])].every((key) => !keys.has(key))),
        );
        assert.ok(ready.length > 0, 'something can begin');
        const unit = ready[Math.floor((chance.next().value ?? 0) * ready.length)] ?? [];
        listener = unit.reduce(changed, listener);
        states.push(listener);
        open = open.filter((step) => !unit.includes(step));
      }
      const after = requests.map((request) => answer(listener, request));
      for (const state of states) {
        for (const [i, request] of requests.entries()) {
          const got = answer(state, request);
          assert.ok(
            got === old[i] || got === after[i],
            `${request} gets ${got}, not ${old[i]} or ${after[i]}`,
          );
        }
      }
    }),
    { numRuns: 2_000, seed: 1 },
  );
});

interface Rule {
  readonly key: string;
  readonly priority: number;
  readonly path: string;
  readonly action: string;
}

function wish(wanted: readonly { readonly path: string; readonly weight: number }[]) {
  const all = wanted.map(({ path, weight }): WishedRule => ({ path, to: { v1: weight } }));
  return { routes: [{ name: 'cart', backends: { v1: [] }, rules: all }] };
}

type Change = Create | Update | Delete;

function isChange(step: Step): step is Change {
  return (step.op === 'create' || step.op === 'update' || step.op === 'delete') && step.type === 'rule';
}

/** What one call changes. */
function unitsOf(steps: readonly Change[]): readonly (readonly Change[])[] {
  const units = new Map<string, Change[]>();
  for (const step of steps) {
    const word = (step.op === 'update' ? step.together : undefined) ?? step.key;
    units.set(word, [...(units.get(word) ?? []), step]);
  }
  return [...units.values()];
}

function changed(listener: readonly Rule[], step: Change): readonly Rule[] {
  if (step.op === 'delete') return listener.filter(({ key }) => key !== step.key);
  const wanted = ruleOf(step.key, step.resource.spec);
  if (step.op === 'create') return [...listener, wanted];
  return listener.map((rule) =>
    rule.key === step.known
      ? {
          key: step.key,
          priority: step.changes.includes('priority') ? wanted.priority : rule.priority,
          path: step.changes.includes('match') ? wanted.path : rule.path,
          action: step.changes.includes('action') ? wanted.action : rule.action,
        }
      : rule,
  );
}

function ruleOf(key: string, spec: object): Rule {
  const match = memberOf(spec, 'match');
  const path = typeof match === 'object' && match !== null ? memberOf(match, 'path') : undefined;
  const value = typeof path === 'object' && path !== null ? memberOf(path, 'value') : undefined;
  const action = memberOf(spec, 'action');
  return {
    key,
    priority: Number(memberOf(spec, 'priority')),
    path: String(value),
    action: /"weight":\d+/.exec(canonical(action))?.[0] ?? '',
  };
}

function answer(listener: readonly Rule[], request: string): string {
  const [first] = listener
    .filter(({ path }) => request.startsWith(path))
    .toSorted((a, b) => a.priority - b.priority);
  return first === undefined ? '404' : `${first.path} ${first.action}`;
}
