import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownOf } from '../../../test/golden/stand-ins/known.ts';
import { modelOf } from '../../../test/simulation/lattice-models.ts';
import type { Wish } from '../../../test/simulation/lattice-models.ts';
import type { Known, KnownEntry } from '../model/known.ts';
import { attemptOf } from './patience.ts';
import { plan } from './plan.ts';
import type { Step } from './step.ts';

const now = Date.UTC(2026, 0, 1);
const groupKey = 'group/http/shop/cart/shop/v1/80/HTTP1';
const targetsKey = 'targets/http/shop/cart/shop/v1/80/HTTP1';
const aside = `${groupKey}@tg-1`;

function wish(groupPort: number): Wish {
  return {
    routes: [
      { name: 'cart', backends: { v1: ['10.0.0.1'] }, rules: [{ path: '/', to: { v1: 1 } }], groupPort },
    ],
  };
}

const wanted = modelOf(wish(81));

/** What is known when the old group has been put aside, and this is known of the new one. */
function knownWith(creation: Partial<KnownEntry>, unlisted: readonly string[] = []): Known {
  const but = { [groupKey]: { key: aside }, [targetsKey]: { key: `${targetsKey}@tg-1` } };
  const known = knownOf(modelOf(wish(80)), now, { but, listed: [], unlisted });
  const resource = wanted.entries.get(groupKey);
  assert.ok(resource?.state === 'wanted');
  const { key, type, tags, for: objects } = resource.resource;
  const entry: KnownEntry = {
    key,
    type,
    tags,
    owner: 'ours',
    for: objects,
    at: now,
    state: 'gone',
    ...creation,
  };
  const entries = new Map(
    [...known.entries.values()].map((old) => [
      old.key,
      old.parent === groupKey ? { ...old, parent: aside } : old,
    ]),
  );
  return { ...known, entries: entries.set(groupKey, entry) };
}

function stepFor(known: Known, key: string): Exclude<Step, { op: 'read' }> | undefined {
  return plan(wanted, known, now).flatMap((step) =>
    step.op !== 'read' && step.key === key ? [step] : [],
  )[0];
}

test('while a group is made beside the old one, no second one is begun and the old one stays until it is let go', () => {
  const known = knownWith({ state: 'pending', beside: aside });
  assert.equal(stepFor(known, groupKey)?.op, 'wait');
  const going = stepFor(known, aside);
  assert.ok(going?.op === 'delete');
  assert.ok(going.after.some((key) => key.startsWith('rule/')));
});

test('when the answer to that creation was lost, the same call is made once more', () => {
  const step = stepFor(knownWith({ state: 'unknown', beside: aside, lost: 1 }), groupKey);
  assert.ok(step?.op === 'create');
  assert.match(step.because, /once more/);
});

test('when it was refused, the old one is what there is, and the new one is not tried before its time', () => {
  const fresh = stepFor(knownWith({}), groupKey);
  assert.ok(fresh?.op === 'replace');
  assert.deepEqual(fresh.how, { kind: 'beside', aside });
  const refused = {
    cause: 'denied',
    code: 'AccessDeniedException',
    message: 'no',
    operation: 'CreateTargetGroup',
  } as const;
  const memory = { lastError: refused, retryAt: now + 1_000, attempted: attemptOf(fresh) };
  assert.equal(stepFor(knownWith(memory), groupKey)?.op, 'refuse');
  assert.equal(stepFor(knownWith({ ...memory, retryAt: now }), groupKey)?.op, 'replace');
});

test('when somebody has one of that name, the listing is read before it is tried again', () => {
  const known = knownWith({}, ['groups']);
  assert.equal(stepFor(known, groupKey)?.op, 'wait');
  assert.ok(plan(wanted, known, now).some((step) => step.op === 'read' && step.what.key === 'groups'));
});

test('of two that a crash left, the one that fits is taken under its key, and the other one is put aside', () => {
  const old = knownWith({});
  const found = old.entries.get(aside);
  assert.ok(found?.fact?.type === 'targetGroup');
  const spec = { ...found.fact.spec, port: 81 };
  const twin = {
    ...found,
    key: `${groupKey}@tg-9`,
    id: 'tg-9',
    arn: 'arn:tg-9',
    fact: { ...found.fact, spec },
  };
  const entries = new Map([...old.entries, [groupKey, { ...found, key: groupKey }], [twin.key, twin]]);
  entries.delete(aside);
  const step = stepFor({ ...old, entries }, groupKey);
  assert.ok(step?.op === 'keep');
  assert.equal(step.known, twin.key);
});
