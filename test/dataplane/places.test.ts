import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const answering = async (world: TrafficWorld, name: string) => {
  const target = await world.target((_, response) => {
    response.end(name);
  });
  const group = world.group('group');
  world.register(group, target);
  const service = world.service('service');
  world.listener(service, [[group, 1]]);
  return service;
};

suite('a data plane', () => {
  test('beside another one on the same machine has other addresses', async () => {
    const [one, two] = [
      await trafficWorld({ portOffset: 10_000 }),
      await trafficWorld({ portOffset: 10_000 }),
    ];
    try {
      const services = [await answering(one, 'one'), await answering(two, 'two')];
      await Promise.all([one.settle(), two.settle()]);
      const hosts = services.map(({ dnsEntry }) => dnsEntry.domainName);
      assert.equal((await one.call({ host: present(hosts[0]) })).body, 'one');
      assert.equal((await two.call({ host: present(hosts[1]) })).body, 'two');
      const addresses = [one, two].map(({ dataPlane }) => present([...dataPlane.addresses().values()][0]));
      assert.notEqual(addresses[0], addresses[1]);
      const curlrc = readFileSync(join(one.namesDir, 'curlrc'), 'utf8');
      assert.ok(curlrc.includes(`connect-to = "${hosts[0]}:80:${addresses[0]}:10080"\n`), curlrc);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  test('tells a change after its propagation delay', async () => {
    const delay = 300;
    const world = await trafficWorld({ propagationDelay: delay });
    try {
      const begun = performance.now();
      const service = await answering(world, 'late');
      assert.equal((await world.call({ host: service.dnsEntry.domainName })).status, 0);
      await world.settle();
      assert.ok(performance.now() - begun >= delay - 1);
      assert.equal((await world.call({ host: service.dnsEntry.domainName })).body, 'late');
      // A shorter delay counts from the next change on, which does not wait for those before it.
      const [listenerId = ''] = present(world.region.state().services.get(service.id)).listeners.keys();
      world.dataPlane.setPropagationDelay(60_000);
      world.reweigh(service, listenerId, [[world.group('nobody'), 1]]);
      await Promise.resolve();
      world.dataPlane.setPropagationDelay(0);
      world.listener(service, [[world.group('another'), 1]], 8080);
      await world.settle();
      assert.equal((await world.call({ host: service.dnsEntry.domainName })).status, 503);
    } finally {
      await world.close();
    }
  });

  test('that is closed lets requests under way finish, and waits for nothing else', async () => {
    const world = await trafficWorld();
    const asked = new EventEmitter();
    const arrived = once(asked, 'request');
    const target = await world.target((_, response) => {
      asked.emit('request');
      setTimeout(() => response.end('finished'), 300);
    });
    const group = world.group('group');
    world.register(group, target);
    const service = world.service('service');
    world.listener(service, [[group, 1]]);
    await world.settle();
    const answer = world.call({ host: service.dnsEntry.domainName });
    await arrived;
    const began = performance.now();
    await world.close();
    // It waits two seconds for a request that does not end.
    assert.ok(performance.now() - began < 1_900, `${performance.now() - began} ms`);
    assert.equal((await answer).body, 'finished');
  });
});
