/** VPCs that are network namespaces, with IPv6: two with the same addresses, one whose pod has none, one without. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { runNetworkCommand } from '../../src/networks/command.ts';
import {
  addNamespace,
  namespaceFile,
  namespaceName,
  removeNamespace,
} from '../../src/networks/namespaces.ts';
import { socketsIn } from '../../src/networks/sockets.ts';
import type { NamespaceSockets } from '../../src/networks/sockets.ts';
import { addPod, addVpc, podNamespace, prepareVpc, removeVpc } from '../../src/networks/vpc.ts';
import type { Service } from '../../src/local/state/state.ts';
import { withoutIpv6, withoutRules } from '../networks.ts';
import { shareAddress } from './address-resource.ts';
import { guarded } from './guarded.ts';
import { allHealthy, askFrom, connects, resolveFrom } from './in-vpc.ts';
import { lineWith } from './log-lines.ts';
import { present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const skip = await withoutIpv6();
const skipRules = skip === false ? await withoutRules() : skip;
const pod = { address: '10.64.0.1', address6: 'fd00:10:64::a40:1' };
const podWithout = '10.64.0.2';
const [lattice4, lattice6] = ['169.254.171.1', 'fd00:ec2:80::a9fe:ab01'];
const at6 = { host: lattice6, port: 80 };

interface Vpc {
  readonly id: string;
  readonly namespace: string;
  /** Those of its pod. */
  readonly inPod: NamespaceSockets;
}

suite('VPCs with IPv6, in network namespaces', { skip }, () => {
  const [first, second] = ['0', '1'].map((digit): Vpc => {
    const namespace = namespaceName(`six${digit}`);
    const inPod = socketsIn(podNamespace(namespace, pod.address));
    return { id: `vpc-0123456789abcdef${digit}`, namespace, inPod };
  });
  const without = { id: 'vpc-0123456789abcdef2', namespace: namespaceName('six2') };
  const closing: (() => Promise<void>)[] = [];
  let world: TrafficWorld;
  /** Leads to the pod of the VPC of its number, by IPv6. */
  let services: readonly Service[];

  before(async () => {
    for (const { namespace, inPod, id } of [present(first), present(second)]) {
      closing.push(async () => removeVpc(namespace));
      await addVpc(namespace);
      await addPod(namespace, pod.address, pod.address6);
      await addPod(namespace, podWithout);
      closing.push(async () => inPod.close());
      const server = createServer((asked, response) => {
        response.end(
          `${id.slice(-1)} asked by ${asked.socket.remoteAddress} for ${String(asked.headers['x-forwarded-for'])}`,
        );
      });
      server.listen(await inPod.listening({ host: '::', port: 8090 }));
      closing.push(async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      });
    }
    closing.push(async () => removeNamespace(without.namespace));
    await addNamespace(without.namespace);
    await turnOffIpv6(without.namespace);
    await prepareVpc(without.namespace);
    world = await trafficWorld({
      namespaces: new Map(
        [present(first), present(second), without].map(({ id, namespace }) => [id, namespace]),
      ),
    });
    closing.push(async () => world.close());
    const other = world.done({ op: 'CreateServiceNetwork', input: { name: 'other' } }).id;
    associate(other, present(second).id);
    services = [present(first), present(second)].map(({ id }, index) => {
      const service = world.service(`service-${index}`);
      world.listener(service, [[groupIn(id), 1]]);
      return service;
    });
    const serviceIdentifier = present(services[1]).id;
    world.done({
      op: 'CreateServiceNetworkServiceAssociation',
      input: { serviceNetworkIdentifier: other, serviceIdentifier },
    });
    associate(world.networkId, without.id);
    await world.settle();
  });

  after(async () => {
    for (const close of closing.toReversed()) await close();
  });

  function associate(serviceNetworkIdentifier: string, vpcIdentifier: string): void {
    const input = { serviceNetworkIdentifier, vpcIdentifier };
    world.done({ op: 'CreateServiceNetworkVpcAssociation', input });
  }

  /** The pod of a VPC as a target of IPv6, checked as often as Lattice allows. */
  function groupIn(vpcIdentifier: string) {
    const config = {
      protocol: 'HTTP',
      port: 8090,
      vpcIdentifier,
      ipAddressType: 'IPV6',
      healthCheck: { healthCheckIntervalSeconds: 5, healthyThresholdCount: 2 },
    } as const;
    const name = `group-${vpcIdentifier.slice(-1)}`;
    const group = world.done({ op: 'CreateTargetGroup', input: { name, type: 'IP', config } });
    world.register(group, { id: pod.address6, port: 8090, stop: async () => Promise.resolve() });
    return group;
  }

  function nameOf(index: number): string {
    return present(services[index]).dnsEntry.domainName;
  }

  test('a name has an address of each family, of which one ends with the other', async () => {
    const { inPod, id } = present(first);
    const six = await resolveFrom(inPod, nameOf(0), 'AAAA');
    assert.equal(six.toString('hex'), 'fd000ec20080000000000000a9feab01');
    assert.equal([...(await resolveFrom(inPod, nameOf(0), 'A'))].join('.'), lattice4);
    const hosts = readFileSync(join(world.namesDir, '..', id, 'hosts'), 'utf8');
    assert.ok(hosts.startsWith(`${lattice4} ${nameOf(0)}\n${lattice6} ${nameOf(0)}\n`), hosts);
  });

  test('clients of IPv6 reach services by it, and pods of IPv6 are called from an address of Lattice', async () => {
    const [one, two] = [present(first), present(second)];
    const heard = `asked by fd00:ec2:80::a9fe:abfe for ${pod.address6}`;
    assert.equal(await askFrom(one.inPod, { host: nameOf(0), at: at6 }), `200 0 ${heard}`);
    assert.equal(await askFrom(one.inPod, { host: nameOf(1), at: at6 }), `200 1 ${heard}`);
    assert.equal(await askFrom(two.inPod, { host: nameOf(1), at: at6 }), `200 1 ${heard}`);
    assert.deepEqual(world.dataPlane.nacks(), []);
  });

  test('clients of IPv4 reach targets of IPv6', async () => {
    const said = await askFrom(present(first).inPod, { host: nameOf(0), at: { host: lattice4, port: 80 } });
    assert.equal(said, `200 0 asked by fd00:ec2:80::a9fe:abfe for ${pod.address}`);
  });

  test('who is calling is known by the namespace: a VPC reaches what its own network has', async () => {
    assert.equal((await askFrom(present(second).inPod, { host: nameOf(0), at: at6 })).slice(0, 3), '404');
  });

  test('targets of IPv6 are checked where they are', async () => {
    await allHealthy(world);
  });

  test('a client without IPv6 finds no way there, and says so at once', async () => {
    const sockets = socketsIn(podNamespace(present(first).namespace, podWithout));
    try {
      await assert.rejects(sockets.connect(at6, AbortSignal.timeout(5_000)), /ENETUNREACH/);
      const said = await askFrom(sockets, { host: nameOf(0), at: { host: lattice4, port: 80 } });
      assert.match(said, /^200 0 asked by .* for 10\.64\.0\.2$/);
    } finally {
      await sockets.close();
    }
  });

  test('in a VPC where nothing has IPv6 names have the address of IPv4, mapped', async () => {
    const sockets = socketsIn(without.namespace);
    try {
      const six = await resolveFrom(sockets, nameOf(0), 'AAAA');
      assert.equal(six.toString('hex'), '00000000000000000000ffffa9feab01');
      const said = await askFrom(sockets, { host: nameOf(0), at: { host: `::ffff:${lattice4}`, port: 80 } });
      assert.match(said, /^200 0 /);
    } finally {
      await sockets.close();
    }
  });

  test('a resource has an address of IPv6, too, where its gateway has', async () => {
    const id = shareAddress(world, {
      name: 'pod',
      vpcId: present(second).id,
      ipAddress: pod.address6,
      port: 8090,
      ipAddressType: 'DUALSTACK',
    });
    await world.settle();
    const { inPod } = present(first);
    const { domainName } = present(world.region.state().resourceAssociations.get(id)).dnsEntry;
    const six = await resolveFrom(inPod, domainName, 'AAAA');
    assert.equal(six.toString('hex'), 'fd000ec2008000000000000081e00001');
    const said = await askFrom(inPod, { host: 'pod', at: { host: 'fd00:ec2:80::81e0:1', port: 8090 } });
    assert.equal(said, '200 1 asked by fd00:ec2:80::a9fe:abfe for undefined');
  });

  test('logs and policies tell a client of IPv6 by its address and its VPC', async () => {
    const service = present(services[0]);
    const serviceIdentifier = service.id;
    const allowFrom = async (Condition: object): Promise<string> => {
      const statement = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition };
      const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: serviceIdentifier, policy } });
      await world.settle();
      return await askFrom(present(first).inPod, {
        host: nameOf(0),
        at: at6,
        headers: { 'x-amzn-requestid': 'six' },
      });
    };
    const destinationArn = 'arn:aws:logs:us-west-2:123456789012:log-group:/lattice/six:*';
    world.done({
      op: 'CreateAccessLogSubscription',
      input: { resourceIdentifier: serviceIdentifier, destinationArn },
    });
    world.done({ op: 'UpdateService', input: { serviceIdentifier, authType: 'AWS_IAM' } });
    const vpcKey = 'vpc-lattice-svcs:SourceVpc';
    assert.match(await allowFrom({ StringEquals: { [vpcKey]: present(first).id } }), /^200 /);
    assert.match(await allowFrom({ IpAddress: { 'aws:SourceIp': 'fd00:10:64::/64' } }), /^200 /);
    const denied = await allowFrom({ StringEquals: { [vpcKey]: present(second).id } });
    assert.equal(
      denied,
      `403 AccessDeniedException: User: anonymous is not authorized to perform: vpc-lattice-svcs:Invoke on resource: ${service.arn}/ because no service-based policy allows the vpc-lattice-svcs:Invoke action`,
    );
    assert.match(await allowFrom({ IpAddress: { 'aws:SourceIp': 'fd00:10:65::/64' } }), /^403 /);
    world.done({ op: 'UpdateService', input: { serviceIdentifier, authType: 'NONE' } });
    const line = await lineWith({ responseCode: 200 }, world.logsDir, '**/six.jsonl');
    assert.match(String(line['sourceIpPort']), /^\[fd00:10:64::a40:1\]:\d+$/);
    assert.equal(line['targetIpPort'], `[${pod.address6}]:8090`);
    assert.deepEqual(
      [line['sourceVpcId'], line['sourceVpcArn']],
      [present(first).id, `arn:aws:ec2:us-west-2:123456789012:vpc/${present(first).id}`],
    );
    const refused = await lineWith({ responseCode: 403 }, world.logsDir, '**/six.jsonl');
    assert.match(String(refused['sourceIpPort']), /^\[fd00:10:64::a40:1\]:\d+$/);
  });

  test(
    'security groups decide over clients of IPv6 by ranges of IPv6, and over others by their own',
    { skip: skipRules },
    async () => {
      const { inPod } = present(first);
      const { groupId, guardBy, letIn } = guarded(world);
      const comesIn = async (): Promise<readonly boolean[]> => [
        await connects(inPod, at6),
        await connects(inPod, { host: lattice4, port: 80 }),
      ];
      await guardBy(groupId);
      assert.deepEqual(await comesIn(), [false, false]);
      await letIn(80, { kind: 'cidr', value: '0.0.0.0/0' });
      await letIn(80, { kind: 'cidr6', value: 'fd00:10:65::/64' });
      assert.deepEqual(await comesIn(), [false, true]);
      assert.equal(await connects(present(second).inPod, at6), true);
      await letIn(80, { kind: 'cidr6', value: '::/0' });
      assert.deepEqual(await comesIn(), [true, true]);
      await guardBy();
      assert.deepEqual(await comesIn(), [true, true]);
    },
  );

  test('outside of the namespaces nothing listens at these addresses', () => {
    const open = ['tcp6', 'udp6'].flatMap((kind) => readFileSync(`/proc/net/${kind}`, 'utf8').split('\n'));
    // As the addresses of fd00:ec2:80::/64 begin there.
    assert.deepEqual(
      open.filter((line) => line.includes(' C20E00FD')),
      [],
    );
  });
});

async function turnOffIpv6(namespace: string): Promise<void> {
  const script = 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6';
  await runNetworkCommand(['nsenter', `--net=${namespaceFile(namespace)}`, '/bin/sh', '-c', script]);
}
