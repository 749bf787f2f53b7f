/** VPCs that are network namespaces, with one address range: one Envoy serves both. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, suite, test } from 'node:test';
import { namespaceName, namespacesObstacle, sweepNamespaces } from '../../src/networks/namespaces.ts';
import { socketsIn } from '../../src/networks/sockets.ts';
import type { NamespaceSockets } from '../../src/networks/sockets.ts';
import { addPod, addVpc, podNamespace, removeVpc, resolverAddress } from '../../src/networks/vpc.ts';
import { withoutRules } from '../networks.ts';
import { shareAddress } from './address-resource.ts';
import { guarded } from './guarded.ts';
import { allHealthy, askFrom, connects, resolveFrom } from './in-vpc.ts';
import { present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const skip = (await namespacesObstacle()) ?? false;
const skipRules = skip === false ? await withoutRules() : skip;
const podAddress = '10.64.0.1';
const latticeAddress = '169.254.171.1';

interface Vpc {
  readonly id: string;
  readonly namespace: string;
  /** What a pod of it answers with, and who it says asks. */
  readonly pod: string;
  readonly sockets: NamespaceSockets;
  /** Those of the pod. */
  readonly inPod: NamespaceSockets;
  /** The name of a service that leads to that pod. */
  host: string;
}

suite('VPCs with the same addresses, in network namespaces', { skip }, () => {
  const vpcs = ['0', '1'].map((digit): Vpc => {
    const namespace = namespaceName(`vpc${digit}`);
    const sockets = socketsIn(namespace);
    const inPod = socketsIn(podNamespace(namespace, podAddress));
    return { inPod, id: `vpc-0123456789abcdef${digit}`, namespace, pod: `pod ${digit}`, sockets, host: '' };
  });
  const [first, second] = vpcs.map((vpc) => vpc);
  const closing: (() => Promise<void>)[] = [];
  let world: TrafficWorld;

  before(async () => {
    await sweepNamespaces();
    for (const { namespace, pod, sockets, inPod } of vpcs) {
      closing.push(async () => sockets.close());
      closing.push(async () => removeVpc(namespace));
      await addVpc(namespace);
      await addPod(namespace, podAddress);
      closing.push(async () => inPod.close());
      const server = createServer((asked, response) => {
        response.end(`${pod} asked by ${asked.socket.remoteAddress}`);
      });
      server.listen(await inPod.listening({ host: '0.0.0.0', port: 8090 }));
      closing.push(async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      });
    }
    world = await trafficWorld({
      namespaces: new Map(vpcs.map(({ id, namespace }) => [id, namespace])),
    });
    closing.push(async () => world.close());
    const other = world.done({ op: 'CreateServiceNetwork', input: { name: 'other' } }).id;
    world.done({
      op: 'CreateServiceNetworkVpcAssociation',
      input: { serviceNetworkIdentifier: other, vpcIdentifier: present(second).id },
    });
    for (const [index, vpc] of vpcs.entries()) {
      const service = world.service(`service-${index}`);
      if (index === 1) {
        world.done({
          op: 'CreateServiceNetworkServiceAssociation',
          input: { serviceNetworkIdentifier: other, serviceIdentifier: service.id },
        });
      }
      vpc.host = service.dnsEntry.domainName;
      world.listener(service, [[groupIn(vpc), 1]]);
    }
    await world.settle();
  });

  after(async () => {
    for (const close of closing.toReversed()) await close();
  });

  /** The pod of a VPC as a target, checked as often as Lattice allows. */
  function groupIn({ id }: Vpc) {
    const config = {
      protocol: 'HTTP',
      port: 8090,
      vpcIdentifier: id,
      healthCheck: { healthCheckIntervalSeconds: 5, healthyThresholdCount: 2 },
    } as const;
    const name = `group-${id.slice(-1)}`;
    const group = world.done({ op: 'CreateTargetGroup', input: { name, type: 'IP', config } });
    world.register(group, { id: podAddress, port: 8090, stop: async () => Promise.resolve() });
    return group;
  }

  test('each name leads to the pods of its own VPC, at an address that both have', async () => {
    const [one, two] = [present(first), present(second)];
    assert.equal(await ask(one, one.host), '200 pod 0 asked by 169.254.171.254');
    assert.equal(await ask(one, two.host), '200 pod 1 asked by 169.254.171.254');
    assert.equal(await ask(two, two.host), '200 pod 1 asked by 169.254.171.254');
    assert.deepEqual(world.dataPlane.nacks(), []);
  });

  test('who is calling is known by the namespace: a VPC reaches what its own network has', async () => {
    assert.equal((await ask(present(second), present(first).host)).slice(0, 3), '404');
  });

  test('targets are checked where they are', async () => {
    await allHealthy(world);
  });

  test('a resource is reached in the VPC of its gateway, from an address of its own in the other', async () => {
    const [one, two] = [present(first), present(second)];
    shareAddress(world, { name: 'pod', vpcId: two.id, ipAddress: podAddress, port: 8090 });
    await world.settle();
    assert.equal(
      await ask(one, 'pod', { host: '129.224.0.1', port: 8090 }),
      '200 pod 1 asked by 169.254.171.254',
    );
  });

  test('a VPC has its resolver inside, where it is at AWS', async () => {
    const { id, sockets, host } = present(second);
    assert.equal(readFileSync(join(world.namesDir, '..', id, 'resolver'), 'utf8'), `${resolverAddress}:53\n`);
    assert.equal([...(await resolveFrom(sockets, host, 'A'))].join('.'), latticeAddress);
  });

  test('an Envoy that is killed is back in all of them', async () => {
    const before = present(world.dataPlane.envoyPid());
    process.kill(before, 'SIGKILL');
    const signal = AbortSignal.timeout(10_000);
    for (const vpc of vpcs) {
      const expected = `200 ${vpc.pod} asked by 169.254.171.254`;
      while ((await ask(vpc, vpc.host).catch(() => '')) !== expected) {
        signal.throwIfAborted();
        await sleep(50);
      }
    }
    assert.notEqual(world.dataPlane.envoyPid(), before);
  });

  test('no file of curl leads anybody outside to addresses that are only inside', () => {
    const folder = join(world.namesDir, '..', present(first).id);
    assert.equal(readFileSync(join(folder, 'curlrc'), 'utf8'), '');
    assert.match(readFileSync(join(folder, 'hosts'), 'utf8'), /^169\.254\.171\.1 service-0/);
  });

  test(
    'security groups of its association decide who in a VPC may connect, and who may not hears nothing',
    { skip: skipRules },
    async () => {
      const { inPod } = present(first);
      const at = { host: latticeAddress, port: 80 };
      const { groupId, guardBy, letIn } = guarded(world);
      assert.equal(await connects(inPod, at), true);
      await guardBy(groupId);
      assert.equal(await connects(inPod, at), false);
      await letIn(443, { kind: 'cidr', value: '0.0.0.0/0' });
      await letIn(80, { kind: 'cidr', value: '10.65.0.0/16' });
      assert.equal(await connects(inPod, at), false);
      assert.equal(await connects(present(second).inPod, at), true);
      await letIn(80, { kind: 'cidr', value: '10.64.0.0/16' });
      assert.equal(await connects(inPod, at), true);
      await guardBy();
      assert.equal(await connects(inPod, at), true);
      await guardBy('sg-0123456789abcdef0');
      assert.equal(await connects(inPod, at), true);
    },
  );

  test('outside of the namespaces nothing listens at these addresses', () => {
    const addresses = [latticeAddress, podAddress, resolverAddress];
    const [, ...open] = ['tcp', 'udp'].flatMap((kind) =>
      readFileSync(`/proc/net/${kind}`, 'utf8').split('\n'),
    );
    for (const address of addresses) {
      assert.deepEqual(
        open.filter((line) => line.includes(` ${hexadecimal(address)}:`)),
        [],
        address,
      );
    }
  });
});

/** As a client in a VPC that knows a name's address. */
async function ask({ sockets }: Vpc, host: string, at = { host: latticeAddress, port: 80 }): Promise<string> {
  return await askFrom(sockets, { host, at });
}

/** An address as it stands in /proc/net. */
function hexadecimal(address: string): string {
  return Buffer.from(address.split('.').toReversed().map(Number)).toString('hex').toUpperCase();
}
