import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../test/simulation/seeded-random.ts';
import { virtualTime } from '../../test/simulation/virtual-clock.ts';
import type { VirtualTime } from '../../test/simulation/virtual-clock.ts';
import type { Kind } from '../kinds/object.ts';
import { DeadlineExceeded } from '../ports/deadline.ts';
import { WireError } from '../ports/wire.ts';
import type { WireRequest } from '../ports/wire.ts';
import { createKubeClient } from './client.ts';
import type { KubeClient } from './client.ts';
import { MalformedResponse, StatusError } from './errors.ts';
import { patchStatus } from './status.ts';
import type { WatchEvent } from './watch.ts';

const service: Kind = { group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true };
const gatewayClass: Kind = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind: 'GatewayClass',
  plural: 'gatewayclasses',
  namespaced: false,
};
const cart = { namespace: 'shop', name: 'cart' };
const cartService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...cart, resourceVersion: '7' },
  spec: { aFieldOfTheFuture: [1, { deep: true }] },
};
const { signal } = new AbortController();

/** What the server says next; `silence` is no answer at all. */
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly chunks?: readonly string[];
  readonly silence?: true;
}

interface Scene {
  readonly time: VirtualTime;
  readonly client: KubeClient;
  readonly requests: readonly WireRequest[];
  /** `METHOD target body` of the last one. */
  readonly last: () => string;
}

function scene(...answers: readonly Answer[]): Scene {
  const time = virtualTime(seededRandom(1));
  const requests: WireRequest[] = [];
  const client = createKubeClient({
    wire: async (request) => {
      const { status = 200, headers = {}, body, chunks, silence } = answers[requests.push(request) - 1] ?? {};
      if (silence === true) return Promise.withResolvers<never>().promise;
      const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
      return { status, headers, body: chunks === undefined ? Buffer.from(text) : streamOf(chunks) };
    },
    clock: time.clock(),
    userAgent: 'trellis/test',
    token: async () => 's3cret',
  });
  const last = (): string => {
    const request = requests.at(-1);
    return `${request?.method} ${request?.target} ${Buffer.from(request?.body ?? []).toString()}`.trim();
  };
  return { time, client, requests, last };
}

async function* streamOf(chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
}

async function* silent(): AsyncGenerator<Uint8Array> {
  yield await Promise.withResolvers<never>().promise;
}

async function collect(events: AsyncIterable<readonly WatchEvent[]>): Promise<readonly WatchEvent[]> {
  const all: WatchEvent[] = [];
  for await (const some of events) all.push(...some);
  return all;
}

test('a call says who we are and what it wants', async () => {
  const { client, requests, last } = scene({ body: cartService });
  await client.get(service, cart, signal);
  assert.equal(last(), 'GET /api/v1/namespaces/shop/services/cart');
  assert.deepEqual(requests[0]?.headers, {
    accept: 'application/json',
    'user-agent': 'trellis/test',
    authorization: 'Bearer s3cret',
  });
});

test('a call whose token is refused is not sent again with the same one', async () => {
  const { client, requests } = scene({ status: 401 }, { body: cartService });
  await assert.rejects(client.get(service, cart, signal), { code: 401 });
  assert.equal(requests.length, 1, 'there is no other token');
});

test('objects without a namespace, and those of all namespaces, have their own paths', async () => {
  const list = { metadata: { resourceVersion: '1' }, items: [] };
  const { client, last } = scene({ body: list }, { body: list }, { body: list });
  await client.list(gatewayClass, {}, signal);
  assert.equal(last(), 'GET /apis/gateway.networking.k8s.io/v1/gatewayclasses');
  await client.list(service, {}, signal);
  assert.equal(last(), 'GET /api/v1/services');
  await client.list(service, { namespace: 'shop', limit: 5, labelSelector: 'a in (b,c)' }, signal);
  assert.equal(last(), 'GET /api/v1/namespaces/shop/services?limit=5&labelSelector=a%20in%20(b%2Cc)');
});

test('a name cannot lead to another path', async () => {
  const { client, requests, last } = scene({ body: cartService });
  await client.get(service, { namespace: 'shop', name: '../../secrets/x?y' }, signal);
  assert.equal(last(), 'GET /api/v1/namespaces/shop/services/..%2F..%2Fsecrets%2Fx%3Fy');
  await assert.rejects(client.get(service, { namespace: 'shop', name: '..' }, signal), /cannot be the name/);
  await assert.rejects(client.get(service, { namespace: '', name: 'cart' }, signal), /needs a namespace/);
  assert.equal(requests.length, 1);
});

test('members that we know nothing of survive reading, changing and writing', async () => {
  const { client, last } = scene({ body: cartService }, { body: cartService });
  const read = await client.get(service, cart, signal);
  await client.update(service, { ...read, metadata: { ...read.metadata, labels: { a: 'b' } } }, signal);
  const metadata = { ...cartService.metadata, labels: { a: 'b' } };
  assert.equal(
    last(),
    `PUT /api/v1/namespaces/shop/services/cart ${JSON.stringify({ ...cartService, metadata })}`,
  );
});

test('items of a list of built-in kinds get the kind of the list', async () => {
  const { client } = scene({
    body: { metadata: { resourceVersion: '9', continue: 'x' }, items: [{ metadata: cart }] },
  });
  assert.deepEqual(await client.list(service, {}, signal), {
    items: [{ apiVersion: 'v1', kind: 'Service', metadata: cart }],
    resourceVersion: '9',
    continue: 'x',
  });
});

test('each kind of patch has its content type, and apply its field manager', async () => {
  const { client, requests, last } = scene(...Array.from({ length: 4 }, () => ({ body: cartService })));
  for (const type of ['merge', 'strategic', 'json'] as const)
    await client.patch(service, cart, { type, body: [] }, signal);
  await client.patch(
    service,
    cart,
    { type: 'apply', body: {}, fieldManager: 'me', force: true, subresource: 'status' },
    signal,
  );
  assert.equal(last(), 'PATCH /api/v1/namespaces/shop/services/cart/status?fieldManager=me&force=true {}');
  assert.deepEqual(
    requests.map(({ headers }) => headers['content-type']),
    [
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
      'application/json-patch+json',
      'application/apply-patch+yaml',
    ],
  );
});

test('a deletion names the object it means', async () => {
  const { client, last } = scene({ body: { kind: 'Status', status: 'Success' } });
  await client.delete(
    service,
    cart,
    { uid: 'u', gracePeriodSeconds: 0, propagationPolicy: 'Background' },
    signal,
  );
  assert.equal(
    last(),
    'DELETE /api/v1/namespaces/shop/services/cart {"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"u"},"gracePeriodSeconds":0,"propagationPolicy":"Background"}',
  );
});

test('a refusal carries code, reason, details and for how long to stay away', async () => {
  const { client } = scene({
    status: 429,
    headers: { 'retry-after': '3' },
    body: {
      kind: 'Status',
      code: 429,
      reason: 'TooManyRequests',
      message: 'slow down',
      details: { kind: 'x' },
    },
  });
  await assert.rejects(client.get(service, cart, signal), (error) => {
    assert.ok(error instanceof StatusError);
    const { code, reason, message, details, retryAfter } = error;
    assert.deepEqual(
      [code, reason, message, details, retryAfter],
      [429, 'TooManyRequests', 'slow down', { kind: 'x' }, 3_000],
    );
    return true;
  });
});

test('an error that is not from Kubernetes names the call and shows what was said', async () => {
  const { client } = scene({ status: 502, body: '<html>Bad Gateway</html>' });
  await assert.rejects(client.get(service, cart, signal), {
    name: 'StatusError',
    code: 502,
    message: 'GET /api/v1/namespaces/shop/services/cart was answered with 502: <html>Bad Gateway</html>',
  });
});

test('an answer that is no object of Kubernetes is refused, whatever its status', async () => {
  const { client } = scene(
    { body: '<html>' },
    { body: { hello: 'world' } },
    { body: [] },
    { body: '{"kind":"Serv' },
  );
  await assert.rejects(client.get(service, cart, signal), MalformedResponse);
  await assert.rejects(client.get(service, cart, signal), MalformedResponse);
  await assert.rejects(client.list(service, {}, signal), MalformedResponse);
  await assert.rejects(client.serverVersion(signal), MalformedResponse);
});

test('a call that is not answered ends at its deadline, or when its signal is aborted', async () => {
  const { client, time } = scene({ silence: true }, { silence: true });
  await assert.rejects(time.run(client.get(service, cart, signal)), DeadlineExceeded);
  assert.equal(time.elapsed, 30_000);
  const stop = new AbortController();
  time.schedule(5, () => stop.abort(new Error('enough')));
  await assert.rejects(time.run(client.get(service, cart, stop.signal)), /enough/);
});

const watchOptions = { resourceVersion: '5', timeoutSeconds: 300 };

test('a watch yields typed events, wherever the stream is cut into chunks', async () => {
  const lines = [
    { type: 'ADDED', object: { ...cartService, spec: { text: 'grün → ok' } } },
    { type: 'BOOKMARK', object: { kind: 'Service', metadata: { resourceVersion: '8' } } },
    { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } },
  ].map((event) => `${JSON.stringify(event)}\n`);
  const bytes = Buffer.from(lines.join('')).toString('latin1');
  for (const size of [1, 7, 100, 10_000]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    );
    const { client, time } = scene({ chunks });
    const events = await time.run(collect(client.watch(service, watchOptions, signal)));
    assert.deepEqual(
      events.map((event) => event.type),
      ['BOOKMARK', 'ADDED', 'BOOKMARK', 'ERROR'],
    );
    const [, added, , error] = events;
    assert.deepEqual(added?.type === 'ADDED' && added.object['spec'], { text: 'grün → ok' });
    assert.equal(error?.type === 'ERROR' && error.error.reason, 'Expired');
  }
});

test('a watch that is cut off within an event, or is no watch, fails', async () => {
  const { client, time } = scene(
    { chunks: ['{"type":"ADDED"'] },
    { chunks: ['<html>\n'] },
    { chunks: ['{"type":"X"}\n'] },
  );
  await assert.rejects(time.run(collect(client.watch(service, watchOptions, signal))), WireError);
  await assert.rejects(time.run(collect(client.watch(service, watchOptions, signal))), MalformedResponse);
  await assert.rejects(time.run(collect(client.watch(service, watchOptions, signal))), MalformedResponse);
});

test('leaving a watch closes its stream', async () => {
  const time = virtualTime(seededRandom(1));
  let isClosed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"6"}}}\n');
    } finally {
      isClosed = true;
    }
  }
  const wire = async () => ({ status: 200, headers: {}, body: endless() });
  const client = createKubeClient({ wire, clock: time.clock(), userAgent: 'test' });
  for await (const [event] of client.watch(service, watchOptions, signal)) {
    if (event?.type === 'BOOKMARK' && event.resourceVersion === '6') break;
  }
  await time.pass(0);
  assert.ok(isClosed);
});

test('whoever carries a watch is told when it is over, however long nothing has come over it', async () => {
  const time = virtualTime(seededRandom(1));
  const signals: AbortSignal[] = [];
  const client = createKubeClient({
    wire: async (_, carried) => {
      signals.push(carried);
      return { status: 200, headers: {}, body: silent() };
    },
    clock: time.clock(),
    userAgent: 'test',
  });
  const stop = new AbortController();
  const stopped = assert.rejects(collect(client.watch(service, watchOptions, stop.signal)), /enough/);
  const overdue = assert.rejects(collect(client.watch(service, watchOptions, signal)), DeadlineExceeded);
  await time.pass(60_000);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false],
  );
  stop.abort(new Error('enough'));
  await stopped;
  await time.run(overdue);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
});

test('a status is written as its difference, onto the object that was read, or not at all', async () => {
  const { client, requests, last } = scene({ body: cartService });
  const object = { ...cartService, status: { a: 1, b: { c: [1] }, gone: true } };
  assert.equal(await patchStatus(client, { kind: service, object, status: object.status }, signal), object);
  assert.equal(requests.length, 0);
  await patchStatus(client, { kind: service, object, status: { a: 1, b: { c: [1, 2] } } }, signal);
  assert.equal(
    last(),
    'PATCH /api/v1/namespaces/shop/services/cart/status {"metadata":{"resourceVersion":"7"},"status":{"gone":null,"b":{"c":[1,2]}}}',
  );
});
