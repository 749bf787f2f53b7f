import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { keyOf } from '../model/keys.ts';
import type { FactOf, RemoteError } from '../model/known.ts';
import { tagged } from '../model/ownership.ts';
import type {
  AccessLogSubscriptionResource,
  HttpMatch,
  ListenerResource,
  RuleResource,
  ServiceResource,
  TargetGroupResource,
} from '../model/resource.ts';
import { Ledger } from './ledger.ts';
import { Patience } from './patience.ts';
import type { Found } from './resources/driver.ts';

const managedBy = '123456789012/hotel/vpc-1';
const route = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop', name: 'cart' };

class HandClock implements Clock {
  time = 1_000;
  now(): number {
    return this.time;
  }
  monotonic(): number {
    return this.time;
  }
  async sleep(): Promise<void> {
    await Promise.reject(new Error('the ledger does not sleep'));
  }
}

function ledgerAt(clock = new HandClock()) {
  let count = 0;
  const random: Random = { next: () => 0.5, uuid: () => `token-${++count}` };
  return { ledger: new Ledger({ managedBy, clock, random }), clock };
}

const serviceKey = keyOf.service('http/shop/cart');
const serviceTags = tagged({
  ManagedBy: managedBy,
  RouteType: 'http',
  RouteNamespace: 'shop',
  RouteName: 'cart',
});
const service: ServiceResource = {
  type: 'service',
  key: serviceKey,
  spec: { name: 'cart-shop' },
  tags: serviceTags,
  for: [route],
};
const listener: ListenerResource = {
  type: 'listener',
  key: keyOf.listener(serviceKey, 80),
  spec: {
    service: { ref: serviceKey, output: 'id' },
    name: 'cart-80',
    protocol: 'HTTP',
    port: 80,
    defaultAction: { kind: 'fixedResponse', statusCode: 404 },
  },
  tags: tagged({ ManagedBy: managedBy }),
  for: [route],
};
const group: TargetGroupResource = {
  type: 'targetGroup',
  key: 'group/http/shop/cart/shop/v1',
  spec: { name: 'v1', port: 80, protocol: 'HTTP', vpcId: 'vpc-1', ipAddressType: 'IPV4' },
  tags: tagged({ ManagedBy: managedBy, SourceTypeKey: 'HTTPRoute' }),
  for: [route],
};

function foundService(lifecycle: FactOf<'service'>['lifecycle'] = { phase: 'active' }): Found {
  return {
    id: 'svc-1',
    arn: 'arn:svc-1',
    name: 'cart-shop',
    fact: { type: 'service', spec: { name: 'cart-shop' }, lifecycle },
  };
}

const foundListener: Found = {
  id: 'listener-1',
  arn: 'arn:svc-1/listener-1',
  fact: {
    type: 'listener',
    spec: {
      ...listener.spec,
      service: 'svc-1',
      defaultAction: { kind: 'fixedResponse', statusCode: 404 },
    },
    lifecycle: { phase: 'active' },
  },
};

function matchOf(path: string): HttpMatch {
  return { path: { kind: 'prefix', value: path, caseSensitive: true }, headers: [] };
}

function ruleOf(path: string): RuleResource {
  return {
    type: 'rule',
    key: keyOf.rule(listener.key, matchOf(path)),
    spec: {
      service: { ref: serviceKey, output: 'id' },
      listener: { ref: listener.key, output: 'id' },
      name: 'any',
      priority: 1,
      match: matchOf(path),
      action: { kind: 'fixedResponse', statusCode: 404 },
    },
    tags: {},
    for: [route],
  };
}

function foundRule(id: string, path: string): Found {
  const spec = {
    ...ruleOf(path).spec,
    service: 'svc-1',
    listener: 'listener-1',
    action: { kind: 'fixedResponse', statusCode: 404 } as const,
  };
  return {
    id: `rule-${id}`,
    arn: `arn:svc-1/listener-1/rule-${id}`,
    fact: { type: 'rule', spec, lifecycle: { phase: 'active' } },
  };
}

const unreachable: RemoteError = {
  cause: 'unreachable',
  code: 'X',
  message: 'x',
  operation: 'CreateService',
};
const denied: RemoteError = {
  cause: 'denied',
  code: 'AccessDeniedException',
  message: 'no',
  operation: 'CreateService',
};

function created({ ledger }: { readonly ledger: Ledger }): void {
  ledger.writes.succeed(ledger.writes.beginCreate(service, 'spec'), foundService(), service);
}

test('while a call is in flight its key is pending, and its own answer makes it known', () => {
  const { ledger } = ledgerAt();
  const ticket = ledger.writes.beginCreate(service, 'spec');
  assert.equal(ledger.entry(serviceKey)?.state, 'pending');
  ledger.writes.succeed(ticket, foundService(), service);
  const entry = ledger.entry(serviceKey);
  assert.equal(entry?.state, 'known');
  assert.equal(entry.owner, 'ours');
  assert.deepEqual(entry.for, [route]);
});

test('what was just created has no children, and that is known without a call', () => {
  const world = ledgerAt();
  created(world);
  const { collections, entries } = world.ledger.known();
  assert.equal(collections.get(`listeners of ${serviceKey}`)?.state, 'known');
  assert.equal(collections.get(`associations of ${serviceKey}`)?.state, 'known');
  world.ledger.writes.succeed(
    world.ledger.writes.beginCreate(group, 'spec'),
    {
      id: 'tg-1',
      arn: 'arn:tg-1',
      fact: { type: 'targetGroup', spec: group.spec, lifecycle: { phase: 'active' } },
    },
    group,
  );
  assert.equal(entries.has('targets/http/shop/cart/shop/v1'), false);
  assert.equal(world.ledger.known().entries.get('targets/http/shop/cart/shop/v1')?.state, 'known');
});

test('a creation whose answer was lost keeps its token for the same call, and no longer', () => {
  const { ledger } = ledgerAt();
  const first = ledger.writes.beginCreate(service, 'spec');
  ledger.writes.lose(first, unreachable);
  assert.equal(ledger.entry(serviceKey)?.state, 'unknown');
  assert.deepEqual(ledger.entry(serviceKey)?.creating, service);
  const retry = ledger.writes.beginCreate(service, 'spec');
  assert.equal(retry.clientToken, first.clientToken);
  ledger.writes.lose(retry, unreachable);
  assert.notEqual(ledger.writes.beginCreate(service, 'other spec').clientToken, first.clientToken);
});

test('that there is no room now says nothing of a creation whose answer was lost: it may be what took the room', () => {
  for (const cause of ['throttled', 'denied', 'quota'] as const) {
    const { ledger } = ledgerAt();
    ledger.writes.lose(ledger.writes.beginCreate(group, 'spec'), unreachable);
    ledger.writes.refuse(ledger.writes.beginCreate(group, 'spec'), { ...denied, cause });
    assert.equal(ledger.entry(group.key)?.state, 'unknown', cause);
  }
});

test('a creation beside an old one says so until it is known what became of it', () => {
  const { ledger } = ledgerAt();
  ledger.writes.lose(ledger.writes.beginCreate(group, 'spec', { beside: `${group.key}@tg-0` }), unreachable);
  const retry = ledger.writes.beginCreate(group, 'spec');
  assert.equal(ledger.entry(group.key)?.beside, `${group.key}@tg-0`);
  ledger.writes.refuse(retry, { ...denied, cause: 'conflict' });
  assert.equal(ledger.entry(group.key)?.beside, undefined);
});

test('a deleted thing that is created again gets a fresh token', () => {
  const { ledger } = ledgerAt();
  const first = ledger.writes.beginCreate(service, 'spec');
  ledger.writes.succeed(first, foundService(), service);
  ledger.writes.gone(ledger.writes.begin(serviceKey, 'service', 'delete'));
  assert.notEqual(ledger.writes.beginCreate(service, 'spec').clientToken, first.clientToken);
});

test('a refusal puts everything back and remembers what was tried, and until when not to try it again', () => {
  const world = ledgerAt();
  created(world);
  const ticket = world.ledger.writes.begin(serviceKey, 'service', 'change');
  const retryAt = world.ledger.writes.refuse(ticket, denied);
  const entry = world.ledger.entry(serviceKey);
  assert.equal(entry?.state, 'known');
  assert.equal(entry.attempted, 'change');
  assert.equal(entry.retryAt, retryAt);
  assert.ok(retryAt > world.clock.time);
});

test('a refusal survives a read, and a success ends it', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  ledger.writes.refuse(ledger.writes.begin(serviceKey, 'service', 'change'), denied);
  ledger.reads.finish(ledger.reads.begin(serviceKey, 'service'), foundService());
  assert.equal(ledger.entry(serviceKey)?.lastError?.code, 'AccessDeniedException');
  ledger.writes.succeed(ledger.writes.begin(serviceKey, 'service', 'other'), foundService(), service);
  assert.equal(ledger.entry(serviceKey)?.lastError, undefined);
});

test('refusals in a row wait longer and longer', () => {
  const world = ledgerAt();
  created(world);
  const waits = Array.from({ length: 4 }, () => {
    const ticket = world.ledger.writes.begin(serviceKey, 'service', 'change');
    return world.ledger.writes.refuse(ticket, denied) - world.clock.time;
  });
  assert.deepEqual(
    waits,
    waits.toSorted((a, b) => a - b),
  );
  assert.ok((waits[3] ?? 0) > 2 * (waits[0] ?? 0));
});

test('to have been throttled before makes nobody wait longer for what is refused for another reason', () => {
  assert.ok(waitAfter(5) < 1.7 * waitAfter(0), `${waitAfter(5)} ms, and ${waitAfter(0)} ms without`);
});

test('what is urgent is tried again sooner after throttling, and only then', () => {
  const random = { next: () => 0.5, uuid: () => '' };
  const { clock } = ledgerAt();
  const patience = new Patience({ clock, random });
  const wait = (cause: RemoteError['cause'], isUrgent: boolean): number =>
    patience.failed(`${cause} ${isUrgent}`, { ...denied, cause }, isUrgent) - clock.time;
  assert.ok(wait('throttled', true) <= 125 && wait('throttled', false) === 500);
  assert.equal(wait('serverFault', true), wait('serverFault', false));
});

/** For what is refused for want of room, after so many times for another reason. */
function waitAfter(before: number): number {
  const world = ledgerAt();
  created(world);
  const { writes } = world.ledger;
  const refused = (error: RemoteError): number =>
    writes.refuse(writes.begin(serviceKey, 'service', 'change'), error) - world.clock.time;
  for (let i = 0; i < before; i += 1) refused({ ...denied, cause: 'throttled' });
  return refused({ ...denied, cause: 'quota' });
}

test('a read does not count when a call on the same key began after it', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  const read = ledger.reads.begin(serviceKey, 'service');
  const write = ledger.writes.begin(serviceKey, 'service', 'delete');
  ledger.writes.succeed(write, foundService({ phase: 'inProgress', of: 'delete' }), service);
  ledger.reads.finish(read, foundService());
  assert.equal(ledger.entry(serviceKey)?.fact?.lifecycle.phase, 'inProgress');
});

test('a read that fails while a call is in flight is over when the answer to that call is lost', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  const read = ledger.reads.begin(serviceKey, 'service');
  const ticket = ledger.writes.begin(serviceKey, 'service', 'update');
  ledger.reads.fail(read, unreachable);
  ledger.writes.lose(ticket, unreachable);
  assert.equal(ledger.entry(serviceKey)?.state, 'unknown');
  assert.equal(ledger.entry(serviceKey)?.reading, undefined);
});

test('a read that began while a call was in flight does not count either', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  const write = ledger.writes.begin(serviceKey, 'service', 'delete');
  const read = ledger.reads.begin(serviceKey, 'service');
  ledger.writes.succeed(write, foundService({ phase: 'inProgress', of: 'delete' }), service);
  ledger.reads.finish(read, foundService());
  assert.equal(ledger.entry(serviceKey)?.fact?.lifecycle.phase, 'inProgress');
});

test('what has no entry is known to be read for the first time until that read ends, whichever way', () => {
  const { ledger } = ledgerAt();
  const key = 'targets/http/shop/cart/shop/v1';
  const ends: readonly ((ticket: ReturnType<typeof ledger.reads.begin>) => void)[] = [
    (ticket) => ledger.reads.finishGone(ticket),
    (ticket) => ledger.reads.fail(ticket, unreachable),
    (ticket) =>
      ledger.reads.finish(ticket, {
        id: 'tg-1',
        arn: 'arn:tg-1',
        fact: { type: 'targets', spec: { group: 'tg-1', targets: [] }, lifecycle: { phase: 'active' } },
      }),
  ];
  for (const end of ends) {
    const ticket = ledger.reads.begin(key, 'targets', 'group/http/shop/cart/shop/v1');
    assert.deepEqual([...(ledger.known().firstReads ?? [])], [key]);
    end(ticket);
    assert.deepEqual([...(ledger.known().firstReads ?? [])], []);
  }
});

test('a listing adds and refreshes, and never removes', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  const listing = ledger.listings.begin('services', 'service', undefined);
  ledger.listings.finish(listing, [
    { ...foundService(), id: 'svc-2', arn: 'arn:svc-2', name: 'other', tags: {} },
  ]);
  assert.equal(ledger.entry(serviceKey)?.state, 'known');
  assert.equal(ledger.entry('service/svc-2')?.owner, 'foreign');
});

test('a rule that a lost call turned into another one goes by what it is, and so does a second one of that kind', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  ledger.writes.succeed(ledger.writes.beginCreate(listener, 'spec'), foundListener, listener);
  for (const path of ['/a', '/b']) {
    const rule = ruleOf(path);
    ledger.writes.succeed(ledger.writes.beginCreate(rule, 'spec'), foundRule(path, path), rule);
  }
  const lost = ledger.writes.begin(ruleOf('/a').key, 'rule', 'becomes /c');
  ledger.writes.lose(lost, unreachable);
  ledger.reads.finish(ledger.reads.begin(lost.key, 'rule'), foundRule('/a', '/c'));
  assert.equal(ledger.entry(ruleOf('/a').key), undefined);
  assert.equal(ledger.entry(ruleOf('/c').key)?.id, 'rule-/a');
  ledger.reads.finish(ledger.reads.begin(ruleOf('/b').key, 'rule'), foundRule('/b', '/c'));
  assert.equal(ledger.entry(ruleOf('/b').key), undefined);
  assert.equal(ledger.entry(`${ruleOf('/c').key}@rule-/b`)?.id, 'rule-/b');
});

test('what was proven gone is not brought back by a listing that is late', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  ledger.writes.gone(ledger.writes.begin(serviceKey, 'service', 'delete'));
  ledger.listings.finish(ledger.listings.begin('services', 'service', undefined), [
    { ...foundService(), tags: serviceTags },
  ]);
  assert.equal(ledger.entry(serviceKey), undefined);
});

test('what is gone takes along what lived in it', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  ledger.writes.succeed(ledger.writes.beginCreate(listener, 'spec'), foundListener, listener);
  ledger.reads.finishGone(ledger.reads.begin(serviceKey, 'service'));
  assert.equal(ledger.entry(serviceKey), undefined);
  assert.equal(ledger.entry(listener.key), undefined);
  assert.equal(ledger.known().collections.has(`rules of ${listener.key}`), false);
});

test('what a listing showed of something that proved to be gone meanwhile is not taken for its children', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  const late = ledger.listings.begin(`listeners of ${serviceKey}`, 'listener', serviceKey);
  ledger.reads.finishGone(ledger.reads.begin(serviceKey, 'service'));
  ledger.listings.finish(late, [foundListener]);
  assert.equal(ledger.entry(listener.key), undefined);
  assert.equal(ledger.known().collections.has(`listeners of ${serviceKey}`), false);
});

test('a read of what went with its parent does not bring it back', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  ledger.writes.succeed(ledger.writes.beginCreate(listener, 'spec'), foundListener, listener);
  const late = ledger.reads.begin(listener.key, 'listener');
  ledger.reads.finishGone(ledger.reads.begin(serviceKey, 'service'));
  ledger.reads.finish(late, foundListener);
  assert.equal(ledger.entry(listener.key), undefined);
});

test('an only child is known also where what it lives in is known by an answer alone', () => {
  const { ledger } = ledgerAt();
  const key = 'authPolicy/network/hotel';
  ledger.reads.finish(ledger.reads.begin(key, 'authPolicy'), {
    id: 'sn-1',
    arn: 'arn:sn-1',
    lifecycle: { phase: 'active' },
  });
  assert.equal(ledger.entry(key)?.id, 'sn-1');
});

test('what got another key while it was being read is told under that key', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  const read = ledger.reads.begin(serviceKey, 'service');
  const listed = ledger.listings.begin(`listeners of ${serviceKey}`, 'listener', serviceKey);
  ledger.rename(serviceKey, 'service/http/shop/basket');
  ledger.reads.finish(read, foundService());
  ledger.listings.finish(listed, []);
  assert.equal(ledger.entry(serviceKey), undefined);
  assert.equal(ledger.entry('service/http/shop/basket')?.reading, undefined);
  const { collections } = ledger.known();
  assert.equal(collections.has(`listeners of ${serviceKey}`), false);
  assert.equal(collections.get('listeners of service/http/shop/basket')?.state, 'known');
});

test('found by its tags after a restart, a service gets the key it had, and its objects', () => {
  const { ledger } = ledgerAt();
  ledger.listings.finish(ledger.listings.begin('services', 'service', undefined), [
    { ...foundService(), tags: serviceTags },
  ]);
  const entry = ledger.entry(serviceKey);
  assert.equal(entry?.owner, 'ours');
  assert.deepEqual(entry.for, [route]);
});

test('the view is the same one as long as nothing changes, and never changes itself', () => {
  const world = ledgerAt();
  const before = world.ledger.known();
  assert.equal(world.ledger.known(), before);
  created(world);
  assert.equal(before.entries.size, 0);
  assert.notEqual(world.ledger.known(), before);
});

test('what is in creation is looked at after the time that such things usually take', () => {
  const world = ledgerAt();
  const { ledger, clock } = world;
  const creating = foundService({ phase: 'inProgress', of: 'create' });
  ledger.writes.succeed(ledger.writes.beginCreate(service, 'spec'), creating, service);
  const first = ledger.entry(serviceKey)?.pollAt ?? 0;
  assert.ok(first > clock.time && first <= clock.time + 50);
  for (const [afterMs, lifecycle] of [
    [4_000, { phase: 'inProgress', of: 'create' }],
    [1_000, { phase: 'active' }],
  ] as const) {
    clock.time += afterMs;
    ledger.reads.finish(ledger.reads.begin(serviceKey, 'service'), foundService(lifecycle));
  }
  const pay = { ...service, key: keyOf.service('http/shop/pay') };
  ledger.writes.succeed(
    ledger.writes.beginCreate(pay, 'spec'),
    { ...creating, id: 'svc-2', arn: 'arn:svc-2' },
    pay,
  );
  const second = (ledger.entry(pay.key)?.pollAt ?? 0) - clock.time;
  assert.ok(second >= 3_000 && second <= 5_000, `${second} ms`);
});

test('a renamed entry takes its children and listings along', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  ledger.rename(serviceKey, 'service/http/shop/basket');
  assert.equal(ledger.entry(serviceKey), undefined);
  assert.equal(ledger.entry('service/http/shop/basket')?.id, 'svc-1');
  assert.equal(ledger.known().collections.has('listeners of service/http/shop/basket'), true);
});

test('nobody gets the key of what is being created, whose answer would take its place', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  ledger.writes.succeed(
    ledger.writes.beginCreate(ruleOf('/old'), 'rule'),
    foundRule('1', '/new'),
    ruleOf('/old'),
  );
  const ticket = ledger.writes.beginCreate(ruleOf('/new'), 'rule');
  ledger.rename(ruleOf('/old').key, ruleOf('/new').key);
  ledger.writes.succeed(ticket, foundRule('2', '/new'), ruleOf('/new'));
  assert.equal(ledger.entry(ruleOf('/old').key)?.id, 'rule-1');
  assert.equal(ledger.entry(ruleOf('/new').key)?.id, 'rule-2');
});

test('what a listing shows elsewhere while its like is being created is not that, and stays known', () => {
  const { ledger } = ledgerAt();
  const policy = {
    group: 'application-networking.k8s.aws',
    kind: 'AccessLogPolicy',
    namespace: 'shop',
    name: 'log',
  };
  const key = keyOf.accessLogSubscription(policy);
  const tags = tagged({ ManagedBy: managedBy, AccessLogPolicy: 'shop/log' });
  const destination = { destinationType: 'S3', destinationArn: 'arn:aws:s3:::calls' } as const;
  const subscriptionOf = (id: string, resource: string): Found => ({
    id,
    arn: `arn:${id}`,
    tags,
    fact: {
      type: 'accessLogSubscription',
      spec: { resource, ...destination },
      lifecycle: { phase: 'active' },
    },
  });
  const wanted: AccessLogSubscriptionResource = {
    type: 'accessLogSubscription',
    key,
    spec: { resource: { ref: serviceKey, output: 'arn' }, ...destination },
    tags,
    for: [policy],
  };
  const ticket = ledger.writes.beginCreate(wanted, 'subscription');
  const listing = ledger.listings.begin('subscriptions/former', 'accessLogSubscription', 'service/former');
  ledger.listings.finish(listing, [subscriptionOf('als-1', 'svc-0')]);
  ledger.writes.succeed(ticket, subscriptionOf('als-2', 'svc-1'), wanted);
  assert.equal(ledger.entry(key)?.id, 'als-2');
  assert.equal(ledger.entry(`${key}@als-1`)?.id, 'als-1');
});

test('what lives in a service that is taken over is ours as soon as the service is', () => {
  const { ledger } = ledgerAt();
  const services = ledger.listings.begin('services', 'service', undefined);
  ledger.listings.finish(services, [{ ...foundService(), tags: {} }]);
  const listing = ledger.listings.begin('listeners/service/svc-1', 'listener', 'service/svc-1');
  ledger.listings.finish(listing, [foundListener]);
  const theirs = keyOf.listener('service/svc-1', 80);
  assert.equal(ledger.entry(theirs)?.owner, 'foreign');
  const ticket = ledger.writes.begin('service/svc-1', 'service', 'adopt');
  ledger.writes.tagged(ticket, service, []);
  assert.equal(ledger.entry('service/svc-1')?.owner, 'ours');
  assert.equal(ledger.entry(theirs)?.owner, 'ours');
});

test('who went by a key that somebody else gets goes by one with its id', () => {
  const world = ledgerAt();
  created(world);
  const { ledger } = world;
  ledger.listings.finish(ledger.listings.begin('services', 'service', undefined), [
    { ...foundService(), id: 'svc-2', arn: 'arn:svc-2', tags: serviceTags },
  ]);
  ledger.rename(`${serviceKey}@svc-2`, serviceKey);
  assert.equal(ledger.entry(serviceKey)?.id, 'svc-2');
  assert.equal(ledger.entry(`${serviceKey}@svc-1`)?.id, 'svc-1');
});
