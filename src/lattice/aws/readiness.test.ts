import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../plan/outcome.ts';
import type { Create } from '../plan/step.ts';
import { Ledger } from './ledger.ts';
import { verdictOn } from './readiness.ts';

const refused: Result = {
  kind: 'failed',
  error: { cause: 'quota', code: 'ServiceQuotaExceededException', message: 'no', operation: 'CreateRule' },
  retryAt: 15_000,
};
const done: Result = { kind: 'done' };

test('a service enters its network when one of its routes is whole, and not while each lacks what AWS refused', () => {
  assert.equal(verdict({ a: done, b: done }), 'ready');
  assert.equal(verdict({ a: refused, b: done }), 'ready');
  assert.equal(verdict({ a: refused, b: refused }), 'skipped');
  assert.equal(verdict({ a: refused, b: 'later' }), 'later');
});

function verdict(results: Readonly<Record<string, Result | 'later'>>): string {
  const found = verdictOn(association, {
    ledger,
    now: 0,
    resultOf: (key) => results[key],
    togetherWith: () => [],
  });
  return typeof found === 'string' ? found : found.kind;
}

const association: Create = {
  op: 'create',
  key: 'association/http/shop/cart/hotel',
  type: 'serviceAssociation',
  for: [],
  because: 'new',
  lane: 'demand',
  resource: {
    type: 'serviceAssociation',
    key: 'association/http/shop/cart/hotel',
    spec: {
      service: { ref: 'service/http/shop/cart', output: 'id' },
      network: { ref: 'network/hotel', output: 'id' },
    },
    tags: {},
    for: [],
  },
  after: [],
  behind: [],
  wholes: [['a'], ['b']],
};
const ledger = new Ledger({
  managedBy: 'us',
  clock: { now: () => 0, monotonic: () => 0, sleep: async () => Promise.reject(new Error('no')) },
  random: { next: () => 0, uuid: () => 'token' },
});
