import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RemoteError } from '../../model/known.ts';
import type { ListenerResource, ServiceResource } from '../../model/resource.ts';
import { Ledger } from '../ledger.ts';
import type { Found } from '../resources/driver.ts';

const service: ServiceResource = {
  type: 'service',
  key: 'service/http/shop/cart',
  spec: { name: 'cart-shop' },
  tags: {},
  for: [],
};
const listener: ListenerResource = {
  type: 'listener',
  key: 'listener/http/shop/cart/80',
  spec: {
    service: { ref: service.key, output: 'id' },
    name: 'cart-80',
    protocol: 'HTTP',
    port: 80,
    defaultAction: { kind: 'fixedResponse', statusCode: 404 },
  },
  tags: {},
  for: [],
};
const foundListener: Found = { id: 'listener-1', arn: 'arn:listener-1' };
const conflict: RemoteError = {
  cause: 'conflict',
  code: 'ConflictException',
  message: 'Creation is in progress.',
  operation: 'CreateListener',
};
const throttled: RemoteError = { ...conflict, cause: 'throttled', code: 'ThrottlingException' };

test('a write that works shows that what it tried has settled', () => {
  const ledger = whileServiceIsMade();
  const ticket = ledger.writes.beginCreate(listener, 'spec', { tries: [service.key] });
  assert.equal(ledger.isAtRest(service.key), false);
  ledger.writes.succeed(ticket, foundListener, listener);
  assert.equal(ledger.isAtRest(service.key), true);
  assert.equal(ledger.entry(service.key)?.pollAt, undefined);
});

test('a write that comes too early leaves nothing behind but a look at what it tried', () => {
  const ledger = whileServiceIsMade();
  const ticket = ledger.writes.beginCreate(listener, 'spec', { tries: [service.key] });
  const lookAt = ledger.writes.withdraw(ticket, conflict);
  const { state, lastError, retryAt } = ledger.entry(listener.key) ?? {};
  assert.deepEqual(
    { state, lastError, retryAt },
    { state: 'gone', lastError: undefined, retryAt: undefined },
  );
  const { pollAt, tried } = ledger.entry(service.key) ?? {};
  assert.deepEqual({ pollAt, tried }, { pollAt: lookAt, tried: true });
});

test('a refusal that has another reason, or of a write that tried nothing, is a refusal', () => {
  const ledger = whileServiceIsMade();
  const trial = ledger.writes.beginCreate(listener, 'spec', { tries: [service.key] });
  assert.equal(ledger.writes.withdraw(trial, throttled), undefined);
  ledger.writes.refuse(trial, throttled);
  const plain = ledger.writes.beginCreate(listener, 'spec');
  assert.equal(ledger.writes.withdraw(plain, conflict), undefined);
});

function whileServiceIsMade(): Ledger {
  const clock = {
    now: () => 1_000,
    monotonic: () => 1_000,
    sleep: async () => {
      await Promise.reject(new Error('the ledger does not sleep'));
    },
  };
  const ledger = new Ledger({ managedBy: 'us', clock, random: { next: () => 0.5, uuid: () => 'token' } });
  ledger.writes.succeed(
    ledger.writes.beginCreate(service, 'spec'),
    {
      id: 'svc-1',
      arn: 'arn:svc-1',
      fact: { type: 'service', spec: service.spec, lifecycle: { phase: 'inProgress', of: 'create' } },
    },
    service,
  );
  return ledger;
}
