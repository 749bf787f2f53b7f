import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { quiet, standingClock } from '../../../test/contract/world.ts';
import { fromAds } from '../resources/config-source.ts';
import { emptySnapshot } from '../resources/snapshot.ts';
import type { ResourceKind, Snapshot } from '../resources/snapshot.ts';
import type { DeltaResponse } from './delta-stream.ts';
import { Publisher } from './publisher.ts';

interface Service {
  /** Of the endpoint. */
  readonly port: number;
  readonly status: number;
  /** Of the cluster. */
  readonly connectTimeout?: string;
}

/** Services by name, each with a cluster, a scope and a route. */
function snapshotOf(services: Readonly<Record<string, Service>>): Snapshot {
  const each = Object.entries(services);
  const listener = { name: 'lattice', address: { socketAddress: { address: '127.0.0.1', portValue: 80 } } };
  return {
    clusters: new Map(
      each.map(([name, { connectTimeout = '1s' }]) => [
        name,
        { name, type: 'EDS', connectTimeout, edsClusterConfig: { edsConfig: fromAds } },
      ]),
    ),
    endpoints: new Map(
      each.map(([name, { port }]) => {
        const address = { socketAddress: { address: '127.0.0.1', portValue: port } };
        return [name, { clusterName: name, endpoints: [{ lbEndpoints: [{ endpoint: { address } }] }] }];
      }),
    ),
    listeners: new Map([['lattice', listener]]),
    scopes: new Map(each.map(([name]) => [name, { name, routeConfigurationName: name }])),
    routes: new Map(
      each.map(([name, { status }]) => {
        const routes = [
          { match: { path: '/' }, directResponse: { status } },
          { match: { prefix: '' }, route: { cluster: name } },
        ];
        return [name, { name, virtualHosts: [{ name, domains: ['*'], routes }] }];
      }),
    ),
  };
}

/** A proxy that behaves as Envoy does, and writes down what it is sent. */
class FakeProxy {
  readonly seen: string[] = [];
  readonly refuses = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #connection: ReturnType<Publisher['connect']>;
  readonly #queue: DeltaResponse[] = [];
  #busy = true;

  constructor(publisher: Publisher) {
    this.#connection = publisher.connect((response) => this.#queue.push(response));
    this.#ask('clusters', []);
    this.#ask('listeners', []);
    this.#busy = false;
    this.run();
  }

  close(): void {
    this.#connection.close();
  }

  /** Answers all that came. */
  run(): void {
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#take(next);
    this.#busy = false;
  }

  /** Answers one response and leaves the rest. */
  step(): void {
    const next = this.#queue.shift();
    if (next !== undefined) this.#take(next);
  }

  #take({ kind, nonce, changes }: DeltaResponse): void {
    const names = changes.map(({ name, resource }) => (resource === undefined ? `-${name}` : name));
    this.seen.push(`${kind} ${names.join(' ')}`.trim());
    const refused = changes.filter(
      ({ name, resource }) => resource !== undefined && this.refuses.has(`${kind}/${name}`),
    );
    const added = changes.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
    // As Envoy does: it asks for endpoints before it accepts the clusters that need them.
    for (const { references } of refused.length > 0 ? [] : added) {
      for (const { kind, name } of references) if (kind !== 'clusters') this.#ask(kind, [name]);
    }
    if (kind === 'listeners' && added.length > refused.length) this.#ask('scopes', []);
    const error = refused.length > 0 ? { error: `bad: ${refused.map(({ name }) => name).join()}` } : {};
    this.#connection.receive({ kind, subscribe: [], unsubscribe: [], initialVersions: {}, nonce, ...error });
  }

  #ask(kind: ResourceKind, subscribe: readonly string[]): void {
    const fresh = subscribe.filter((name) => !this.#asked.has(`${kind}/${name}`));
    if (subscribe.length > 0 && fresh.length === 0) return;
    if (subscribe.length === 0 && this.#asked.has(kind)) return;
    for (const name of [kind, ...fresh.map((name) => `${kind}/${name}`)]) this.#asked.add(name);
    this.#connection.receive({ kind, subscribe: fresh, unsubscribe: [], initialVersions: {}, nonce: '' });
  }
}

const now = (): AbortSignal => AbortSignal.abort(new Error('not settled'));
const started = (services: Parameters<typeof snapshotOf>[0]) => {
  const clock = standingClock();
  const publisher = new Publisher({ clock, log: quiet });
  publisher.publish(snapshotOf(services));
  const proxy = new FakeProxy(publisher);
  return { clock, publisher, proxy };
};

const publishTo = (
  { publisher, proxy }: ReturnType<typeof started>,
  services: Parameters<typeof snapshotOf>[0],
): number => {
  proxy.seen.length = 0;
  const revision = publisher.publish(snapshotOf(services));
  proxy.run();
  return revision;
};

function onlyOfB<T>(resources: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...resources].filter(([name]) => name === 'b'));
}

suite('configuration for Envoy', () => {
  const ok = { port: 1, status: 404 };
  test('a proxy that starts gets everything, what is named before what names it', () => {
    const { proxy } = started({ a: ok, b: ok });
    assert.deepEqual(proxy.seen, [
      'clusters a b',
      'endpoints a',
      'endpoints b',
      'listeners lattice',
      'scopes a b',
      'routes a',
      'routes b',
    ]);
  });

  test('a proxy that starts is answered also when there is nothing', () => {
    const publisher = new Publisher({ clock: standingClock(), log: quiet });
    publisher.publish(emptySnapshot);
    assert.deepEqual(new FakeProxy(publisher).seen, ['clusters', 'listeners']);
  });

  test('a change sends what changed', () => {
    const scene = started({ a: ok, b: ok });
    publishTo(scene, { a: { port: 2, status: 404 }, b: ok });
    assert.deepEqual(scene.proxy.seen, ['endpoints a']);
    publishTo(scene, { a: { port: 2, status: 500 }, b: ok });
    assert.deepEqual(scene.proxy.seen, ['routes a']);
    publishTo(scene, { a: { port: 2, status: 500 }, b: ok });
    assert.deepEqual(scene.proxy.seen, []);
  });

  test('a cluster that changes is followed by its endpoints, which Envoy does not ask for again', () => {
    const scene = started({ a: ok, b: ok });
    publishTo(scene, { a: { ...ok, connectTimeout: '2s' }, b: ok });
    assert.deepEqual(scene.proxy.seen, ['clusters a', 'endpoints a']);
    publishTo(scene, { a: { ...ok, connectTimeout: '3s', port: 2 }, b: ok });
    assert.deepEqual(scene.proxy.seen, ['clusters a', 'endpoints a']);
    publishTo(scene, { a: { ...ok, connectTimeout: '3s', port: 2 }, b: ok });
    assert.deepEqual(scene.proxy.seen, []);
  });

  test('a cluster goes a while after everything that names it, so that requests on their way still find it', async () => {
    const scene = started({ a: ok, b: ok, c: ok });
    publishTo(scene, { a: ok, c: ok });
    assert.deepEqual(scene.proxy.seen, ['scopes -b']);
    await scene.clock.advance(2_000);
    publishTo(scene, { a: ok });
    assert.deepEqual(scene.proxy.seen, ['scopes -c']);
    await scene.clock.advance(1_000);
    scene.proxy.run();
    assert.deepEqual(scene.proxy.seen, ['scopes -c', 'clusters -b']);
    await scene.clock.advance(2_000);
    scene.proxy.run();
    assert.deepEqual(scene.proxy.seen, ['scopes -c', 'clusters -b', 'clusters -c']);
  });

  test('a cluster that is wanted again in that while stays, and one that changed has changed', async () => {
    const scene = started({ a: ok, b: ok, c: ok });
    publishTo(scene, { a: ok });
    publishTo(scene, { a: ok, b: ok, c: { ...ok, connectTimeout: '2s' } });
    assert.deepEqual(scene.proxy.seen, ['clusters c', 'endpoints c', 'scopes b c']);
    await scene.clock.advance(10_000);
    scene.proxy.run();
    assert.deepEqual(scene.proxy.seen, ['clusters c', 'endpoints c', 'scopes b c']);
  });

  test('routes wait for the endpoints of new clusters', () => {
    const scene = started({ a: ok });
    const { publisher, proxy } = scene;
    proxy.seen.length = 0;
    publisher.publish(snapshotOf({ a: { port: 1, status: 500 }, b: ok }));
    proxy.step();
    assert.deepEqual(proxy.seen, ['clusters b']);
    proxy.step();
    assert.deepEqual(proxy.seen, ['clusters b', 'endpoints b']);
    proxy.run();
    assert.deepEqual(proxy.seen.slice(2).toSorted(), ['routes a', 'routes b', 'scopes b']);
  });

  test('a resource that names what is not there stays as it was, with what it named, and all else goes on', async () => {
    const scene = started({ a: ok, b: ok });
    const { publisher, proxy } = scene;
    proxy.seen.length = 0;
    const wanted = snapshotOf({ a: { port: 1, status: 500 }, b: { port: 2, status: 404 }, c: ok });
    const revision = publisher.publish({
      ...wanted,
      clusters: onlyOfB(wanted.clusters),
      endpoints: onlyOfB(wanted.endpoints),
    });
    proxy.run();
    await publisher.settled(revision, AbortSignal.timeout(1000));
    assert.deepEqual(proxy.seen, ['endpoints b']);
    assert.deepEqual(
      publisher.nacks().map(({ kind, name, message }) => [kind, name, message]),
      [
        ['routes', 'a', 'it names the cluster a, which does not exist'],
        ['routes', 'c', 'it names the cluster c, which does not exist'],
        ['scopes', 'c', 'it names the route configuration c, which does not exist'],
      ],
    );
    publishTo(scene, { a: { port: 1, status: 500 }, b: { port: 2, status: 404 }, c: ok });
    assert.deepEqual(proxy.seen.toSorted(), [
      'clusters c',
      'endpoints c',
      'routes a',
      'routes c',
      'scopes c',
    ]);
    assert.deepEqual(publisher.nacks(), []);
  });

  test('a resource that is no configuration stays as it was, or away, and all else goes on', () => {
    const scene = started({ a: ok, b: ok });
    publishTo(scene, { a: { ...ok, connectTimeout: 'soon' }, b: { port: 2, status: 404 }, c: ok });
    assert.ok(scene.proxy.seen.includes('endpoints b') && scene.proxy.seen.includes('clusters c'));
    assert.ok(!scene.proxy.seen.some((line) => line === 'clusters a' || line.startsWith('clusters -')));
    const [nack, ...others] = scene.publisher.nacks();
    assert.deepEqual([nack?.kind, nack?.name, others], ['clusters', 'a', []]);
    assert.match(nack?.message ?? '', /connect_timeout|Duration/);
    publishTo(scene, { a: ok, b: { port: 2, status: 404 }, c: ok });
    assert.deepEqual(scene.publisher.nacks(), []);
    publishTo(scene, { a: ok, d: { ...ok, connectTimeout: 'soon' } });
    assert.deepEqual(
      scene.publisher.nacks().map(({ kind, name }) => `${kind} ${name}`),
      ['clusters d', 'routes d', 'scopes d'],
    );
  });

  test('a refusal is pinned to its resource, and everything else goes on', async () => {
    const clock = standingClock();
    const publisher = new Publisher({ clock, log: quiet });
    const proxy = new FakeProxy(publisher);
    proxy.refuses.add('clusters/c');
    const revision = publisher.publish(snapshotOf({ a: ok, b: ok, c: ok, d: ok }));
    proxy.run();
    await publisher.settled(revision, AbortSignal.timeout(1000));
    const [nack, ...others] = publisher.nacks();
    assert.deepEqual([nack?.kind, nack?.name, nack?.message], ['clusters', 'c', 'bad: c']);
    assert.deepEqual(others, []);
    const routes = proxy.seen
      .filter((line) => line.startsWith('routes '))
      .join(' ')
      .split(' ');
    for (const name of ['a', 'b', 'd']) assert.ok(routes.includes(name), name);
  });

  test('a resource that was refused is forgiven when it changes, or is tried again later', async () => {
    const scene = started({ a: ok, b: ok });
    const { clock, publisher, proxy } = scene;
    proxy.refuses.add('routes/a');
    const bad = { a: { port: 1, status: 500 }, b: ok };
    publishTo(scene, bad);
    assert.equal(publisher.nacks().length, 1);
    publishTo(scene, { a: { port: 2, status: 500 }, b: ok });
    assert.deepEqual(proxy.seen, ['endpoints a']);
    await clock.advance(5_000);
    proxy.run();
    assert.deepEqual(proxy.seen, ['endpoints a', 'routes a']);
    assert.equal(publisher.nacks().length, 1);
    proxy.refuses.clear();
    await clock.advance(5_000);
    proxy.run();
    assert.deepEqual(publisher.nacks(), []);
  });

  test('a newer snapshot waits until the one under way has settled', async () => {
    const scene = started({ a: ok });
    const { publisher, proxy } = scene;
    proxy.seen.length = 0;
    publisher.publish(snapshotOf({ a: { port: 2, status: 404 } }));
    publisher.publish(snapshotOf({ a: { port: 3, status: 404 } }));
    const last = publisher.publish(snapshotOf({ a: { port: 4, status: 404 } }));
    await assert.rejects(publisher.settled(last, now()), /not settled/);
    proxy.run();
    assert.deepEqual(proxy.seen, ['endpoints a', 'endpoints a']);
    await publisher.settled(last, AbortSignal.timeout(1000));
  });

  test('nothing is settled without a proxy, and one that connects anew has to settle too', async () => {
    const scene = started({ a: ok });
    const { publisher, proxy } = scene;
    proxy.close();
    const waiting = publisher.settled(1, AbortSignal.timeout(1000));
    assert.deepEqual(new FakeProxy(publisher).seen.length, 5);
    await waiting;
  });
});
