import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Known, KnownEntry } from '../model/known.ts';
import type { Model } from '../model/model.ts';
import { nextDue } from './due.ts';
import { defaultPlanSettings } from './settings.ts';

const now = Date.UTC(2026, 0, 1);
const { auditAge } = defaultPlanSettings;
const model: Model = { entries: new Map(), questions: new Map(), accountable: new Set() };
const key = 'service/http/shop/cart';

/** When the next pass is due after one that could only hold a service which was seen at this time. */
function dueAfterHold(at: number): number {
  const entry: KnownEntry = { key, type: 'service', state: 'known', tags: {}, owner: 'ours', for: [], at };
  const known: Known = { entries: new Map([[key, entry]]), collections: new Map(), answers: new Map() };
  const because = 'the API server no longer serves the kind HTTPRoute';
  const step = {
    op: 'hold',
    by: 'question',
    key,
    type: 'service',
    for: [],
    because,
    lane: 'demand',
  } as const;
  return nextDue({
    model,
    known,
    outcomes: [{ step, result: { kind: 'skipped', because, cause: key } }],
    now,
  });
}

test('what is held is looked at again when it was seen long ago, together with others', () => {
  const due = dueAfterHold(now - 1_000);
  assert.ok(due > now - 1_000 + auditAge && due <= now - 1_000 + auditAge + 5_000);
  assert.equal(dueAfterHold(now - 2_000), due);
});

test('what something new takes the place of goes at once', () => {
  const resource = { type: 'service', key, spec: { name: 'cart' }, tags: {}, for: [] } as const;
  const because = 'its destination cannot change in place';
  const how = { kind: 'beside', aside: `${key}@old` } as const;
  const step = { op: 'replace', key, type: 'service', for: [], because, lane: 'demand' } as const;
  const known: Known = { entries: new Map(), collections: new Map(), answers: new Map() };
  const replaced = { ...step, resource, how, changes: [], after: [] };
  const outcomes = [{ step: replaced, result: { kind: 'done' } as const }];
  assert.equal(nextDue({ model, known, outcomes, now }), now);
});

test('what is wanted is looked at again after a change on which it depends', () => {
  const spec = { resource: { ref: key, output: 'id' }, authType: 'AWS_IAM' } as const;
  const resource = { type: 'authPolicy', key: 'authPolicy/cart', spec, tags: {}, for: [] } as const;
  const because = 'new';
  const step = {
    ...resource,
    op: 'create',
    resource,
    because,
    lane: 'demand',
    after: [],
    behind: [],
  } as const;
  const known: Known = { entries: new Map(), collections: new Map(), answers: new Map() };
  assert.equal(nextDue({ model, known, outcomes: [{ step, result: { kind: 'done' } }], now }), now);
});

test('what is held and not read for its age makes no pass follow pass', () => {
  assert.equal(dueAfterHold(now - 2 * auditAge), now + auditAge);
});

test('what failed is asked for again when it may be, also when a pass comes before that for something else', () => {
  const retryAt = now + 4_000;
  const services = { key: 'services', state: 'unknown', at: now - 1_000, retryAt } as const;
  const known: Known = {
    entries: new Map(),
    collections: new Map([[services.key, services]]),
    answers: new Map(),
  };
  assert.equal(nextDue({ model, known, outcomes: [], now }), retryAt);
  assert.equal(nextDue({ model, known, outcomes: [], now: retryAt }), retryAt + auditAge);
});
