/** A bug of ours that one service meets: nobody else notices, and it is told where one looks for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetServiceCommand } from '@aws-sdk/client-vpc-lattice';
import { createLatticeApi } from '../../src/local/api/api.ts';
import type { RegionState, Service } from '../../src/local/state/state.ts';
import type { Log } from '../../src/ports/log.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { sdkOver } from '../contract/sdk-client.ts';
import { quiet } from '../contract/world.ts';
import { account, present, trafficWorld } from './world.ts';
import type { TrafficOptions } from './world.ts';

test('a service that cannot be translated stays as it was or away, Get says so, and all others are followed', async () => {
  const stumbling = new Stumbling();
  const errors: unknown[] = [];
  const error: Log['error'] = (event, fields) => errors.push([event, fields?.['message']]);
  const log: Log = { ...quiet, error, with: () => log };
  const world = await trafficWorld({ seen: stumbling.seen, log });
  try {
    const ports = { clock: systemClock, random: systemRandom, log: quiet, signatures: 'ignored' } as const;
    const api = createLatticeApi([world.region], { ...ports, observed: () => world.dataPlane });
    const sdk = sdkOver(api, account);
    const serve = async (name: string): Promise<[Service, string]> => {
      const service = world.service(name, `${name}.example.com`);
      const group = world.group(name);
      world.register(group, await world.target((_, response) => response.end(name)));
      return [service, world.listener(service, [[group, 1]])];
    };
    const group = async (name: string) => {
      const made = world.group(name);
      world.register(made, await world.target((_, response) => response.end(name)));
      return made;
    };
    const answer = async (name: string): Promise<string> =>
      (await world.call({ host: `${name}.example.com` })).body;
    const told = async ({ id }: Service): Promise<readonly unknown[]> => {
      const { status, failureCode } = await sdk.send(new GetServiceCommand({ serviceIdentifier: id }));
      return [status, failureCode];
    };
    const [cart, cartListener] = await serve('cart');
    const [pay, payListener] = await serve('pay');
    await world.settle();

    stumbling.over.add('cart').add('late');
    const [late] = await serve('late');
    world.reweigh(cart, cartListener, [[await group('new cart'), 1]]);
    world.reweigh(pay, payListener, [[await group('new pay'), 1]]);
    await world.settle();
    assert.deepEqual([await answer('cart'), await answer('pay')], ['cart', 'new pay']);
    assert.equal((await world.call({ host: 'late.example.com' })).status, 404);
    assert.deepEqual(await told(cart), ['ACTIVE', 'RefusedByEnvoy']);
    assert.deepEqual(await told(late), ['ACTIVE', 'RefusedByEnvoy']);
    assert.deepEqual(await told(pay), ['ACTIVE', undefined]);
    const refusals = world.dataPlane.refused();
    assert.deepEqual(
      refusals.map(({ kind, message }) => [kind, message]),
      Array.from({ length: 2 }, () => ['route configuration', 'it cannot be made: a bug of ours']),
    );
    const event = 'a resource is not fit for envoy';
    assert.deepEqual(
      errors,
      refusals.map(({ message }) => [event, message]),
    );

    stumbling.over.clear();
    world.reweigh(pay, payListener, [[await group('newer pay'), 1]]);
    await world.settle();
    assert.deepEqual(
      [await answer('cart'), await answer('pay'), await answer('late')],
      ['new cart', 'newer pay', 'late'],
    );
    assert.deepEqual(await told(cart), ['ACTIVE', undefined]);
  } finally {
    await world.close();
  }
});

test('a state that cannot be told at all is logged and left out, and the next one is followed', async () => {
  const untold = { is: false };
  const errors: string[] = [];
  const error: Log['error'] = (event) => errors.push(event);
  const log: Log = { ...quiet, error, with: () => log };
  const seen: TrafficOptions['seen'] = (state) =>
    untold.is ? throwing({ ...state }, 'serviceNetworks') : state;
  const world = await trafficWorld({ seen, log });
  try {
    const [one, two] = [world.group('one'), world.group('two')];
    for (const group of [one, two]) {
      world.register(group, await world.target((_, response) => response.end(group.name)));
    }
    const listenerId = world.listener(world.service('cart', 'cart.example.com'), [[one, 1]]);
    const answer = async (): Promise<string> => (await world.call({ host: 'cart.example.com' })).body;
    await world.settle();
    assert.equal(await answer(), 'one');
    untold.is = true;
    const [service] = world.region.state().services.values();
    world.reweigh(present(service), listenerId, [[two, 1]]);
    const soon = AbortSignal.timeout(5_000);
    while (errors.length === 0) {
      soon.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(errors, ['the state cannot be told to the authorizer, so envoy does not hear of it']);
    assert.equal(await answer(), 'one');
    untold.is = false;
    world.reweigh(present(service), listenerId, [[two, 2]]);
    await world.settle();
    assert.equal(await answer(), 'two');
  } finally {
    await world.close();
  }
});

/** Lets the data plane throw whenever it looks at the idle timeout of some services. */
class Stumbling {
  /** Their names. */
  readonly over = new Set<string>();

  readonly seen: NonNullable<TrafficOptions['seen']> = (state: RegionState) => {
    const services = [...state.services].map(
      ([id, service]) => [id, this.over.has(service.name) ? stumbled(service) : service] as const,
    );
    return this.over.size === 0 ? state : { ...state, services: new Map(services) };
  };
}

function stumbled(service: Service): Service {
  return throwing({ ...service }, 'idleTimeoutSeconds');
}

function throwing<T extends object>(whole: T, member: keyof T): T {
  return Object.defineProperty(whole, member, {
    get: () => {
      throw new Error('a bug of ours');
    },
  });
}
