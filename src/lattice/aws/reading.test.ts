import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingLog } from '../../../test/kube/recording-log.ts';
import type { Random } from '../../ports/random.ts';
import type { Wire, WireResponse } from '../../ports/wire.ts';
import { collectionOf, singletonKey } from '../model/keys.ts';
import type { Result } from '../plan/outcome.ts';
import { sending } from './calls.ts';
import { createLatticeClient } from './client.ts';
import { Ledger } from './ledger.ts';
import { read } from './reading.ts';
import type { Reading } from './reading.ts';

const arn = 'arn:aws:vpc-lattice:us-west-2:123456789012:service/svc-0123456789abcdef0';
const service = { id: 'svc-0123456789abcdef0', arn, name: 'cart-shop', status: 'ACTIVE' };
const managedBy = '123456789012/hotel/vpc-1';
const random: Random = { next: () => 0.5, uuid: () => 'token-1' };
const clock = {
  now: () => 1_000,
  monotonic: () => 1_000,
  sleep: async () => await new Promise<void>(() => undefined),
};

const missing: WireResponse = {
  status: 404,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ResourceNotFoundException' },
  body: Buffer.from(
    JSON.stringify({ message: 'not found', resourceId: service.id, resourceType: 'SERVICE' }),
  ),
};

function answer(body: object): WireResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function readingOf(wire: Wire, ledger: Ledger): Reading {
  const client = createLatticeClient({
    wire,
    endpoint: 'http://lattice.test',
    region: 'us-west-2',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    clock,
  });
  const send = sending(client, new AbortController().signal, () => undefined);
  return { ledger, send, beside: {}, vpcId: 'vpc-1', log: recordingLog().log };
}

/** Lists the services of an account in which only these paths, besides the listing itself, are answered. */
async function listServices(
  answers: Readonly<Record<string, object>>,
): Promise<{ readonly result: Result; readonly ledger: Ledger }> {
  const wire: Wire = async ({ target }) => {
    const [path = ''] = decodeURIComponent(target).split('?');
    if (path === '/services') return answer({ items: [service] });
    const found = answers[path];
    return await Promise.resolve(found === undefined ? missing : answer(found));
  };
  return await listServicesBy(wire);
}

async function listServicesBy(wire: Wire): Promise<{ readonly result: Result; readonly ledger: Ledger }> {
  const ledger = new Ledger({ managedBy, clock, random });
  const what = { kind: 'collection', key: collectionOf.services(), type: 'service' } as const;
  const step = { op: 'read', what, for: [], because: 'index', lane: 'demand' } as const;
  return { result: await read(step, readingOf(wire, ledger)), ledger };
}

test('a listed service whose tags cannot be found yet is not taken for one without: it is listed again', async () => {
  const { result, ledger } = await listServices({ [`/services/${service.id}`]: service });
  assert.equal(result.kind, 'failed');
  assert.deepEqual([...ledger.known().entries.values()], []);
  assert.notEqual(ledger.known().collections.get(collectionOf.services())?.state, 'known');
});

const fault = { ...missing, status: 500, headers: { 'x-amzn-errortype': 'InternalServerException' } };

function hundred(): readonly object[] {
  return Array.from({ length: 100 }, (_, i) => ({ ...service, arn: `${arn}${i}`, name: `s${i}` }));
}

test('what one page shows is asked about while the next is on its way, and nothing more is after a failure', async () => {
  const asked: string[] = [];
  const second = Promise.withResolvers<void>();
  const wire: Wire = async ({ target }) => {
    const [path = '', query = ''] = decodeURIComponent(target).split('?');
    if (path !== '/services') {
      asked.push(path);
      if (asked.length === 100) second.resolve();
      return answer({ tags: {} });
    }
    if (!query.includes('nextToken')) return answer({ items: hundred(), nextToken: 'more' });
    await second.promise;
    return fault;
  };
  const { result, ledger } = await listServicesBy(wire);
  assert.deepEqual([result.kind, asked.length], ['failed', 100]);
  assert.notEqual(ledger.known().collections.get(collectionOf.services())?.state, 'known');
});

test('a listing whose first question fails asks few more', async () => {
  let asked = 0;
  const wire: Wire = async ({ target }) => {
    if (target.startsWith('/services')) return answer({ items: hundred() });
    asked += 1;
    return fault;
  };
  const { result } = await listServicesBy(wire);
  assert.equal(result.kind, 'failed');
  assert.ok(asked < 100, `${asked} asked`);
});

test('a listed service that has gone meanwhile is left out', async () => {
  const { result, ledger } = await listServices({});
  assert.equal(result.kind, 'done');
  assert.deepEqual([...ledger.known().entries.values()], []);
});

test('a listed service whose tags do not name us is foreign', async () => {
  const { ledger } = await listServices({ [`/tags/${arn}`]: { tags: { team: 'a' } } });
  assert.deepEqual(
    Array.from(ledger.known().entries.values(), ({ name, owner }) => [name, owner]),
    [['cart-shop', 'foreign']],
  );
});

test('what is not found in its parent makes one doubt the parent: nobody asks for it for ever', async () => {
  const ledger = new Ledger({ managedBy, clock, random });
  const group = 'group/http/shop/cart/shop/v1/80/HTTP1';
  const cart = 'service/http/shop/cart';
  const lifecycle = { phase: 'active' } as const;
  ledger.reads.finish(ledger.reads.begin(group, 'targetGroup'), {
    id: 'tg-0123456789abcdef0',
    arn: 'arn:aws:vpc-lattice:us-west-2:123456789012:targetgroup/tg-0123456789abcdef0',
    fact: {
      type: 'targetGroup',
      spec: { name: 'v1', port: 80, protocol: 'HTTP', vpcId: 'vpc-1', ipAddressType: 'IPV4' },
      lifecycle,
    },
  });
  ledger.reads.finish(ledger.reads.begin(cart, 'service'), {
    ...service,
    fact: { type: 'service', spec: { name: 'cart-shop' }, lifecycle },
  });
  const reading = readingOf(async () => missing, ledger);
  const why = { op: 'read', for: [], because: 'it has to go', lane: 'demand' } as const;
  const targets = singletonKey('targets', group);
  await read({ ...why, what: { kind: 'resource', key: targets, type: 'targets', parent: group } }, reading);
  const listeners = collectionOf.listeners(cart);
  await read(
    { ...why, what: { kind: 'collection', key: listeners, type: 'listener', parent: cart } },
    reading,
  );
  assert.deepEqual(
    [group, cart].map((key) => ledger.entry(key)?.state),
    ['unknown', 'unknown'],
  );
});
