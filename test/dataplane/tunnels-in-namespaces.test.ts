/** Connections into ranges of addresses of both families, in a VPC that is a network namespace. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { namespaceName } from '../../src/networks/namespaces.ts';
import { socketsIn } from '../../src/networks/sockets.ts';
import { addPod, addVpc, podNamespace, removeVpc } from '../../src/networks/vpc.ts';
import { withoutIpv6 } from '../networks.ts';
import { trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const skip = await withoutIpv6();
const vpcId = 'vpc-0123456789abcdef1';
const pod = ['10.64.0.1', 'fd00:10:64::a40:1'] as const;

suite('a tunnel in a network namespace', { skip }, () => {
  const namespace = namespaceName('tunnel');
  const inPod = socketsIn(podNamespace(namespace, pod[0]));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(`heard from ${socket.remoteAddress}`));
  });
  let world: TrafficWorld;

  before(async () => {
    await addVpc(namespace);
    await addPod(namespace, ...pod);
    server.listen(await inPod.listening({ host: '::', port: 5432 }));
    await once(server, 'listening');
    world = await trafficWorld({ namespaces: new Map([[vpcId, namespace]]) });
    const gateway = world.done({
      op: 'CreateResourceGateway',
      input: {
        name: 'gateway',
        vpcIdentifier: vpcId,
        subnetIds: ['subnet-01234567'],
        ipAddressType: 'DUALSTACK',
        resourceConfigDnsResolution: 'IN_VPC',
      },
    });
    const { id: resourceConfigurationIdentifier } = world.done({
      op: 'CreateResourceConfiguration',
      input: {
        name: 'ranges',
        type: 'CIDR',
        resourceGatewayIdentifier: gateway.id,
        portRanges: ['5432'],
        resourceConfigurationDefinition: {
          cidrResource: { cidrRanges: ['10.64.0.0/16', 'fd00:10:64::/64'] },
        },
      },
    });
    world.done({
      op: 'CreateVpcEndpoint',
      input: { vpcId, resourceConfigurationIdentifier, endpointType: 'Tunnel' },
    });
    await world.settle();
  });

  after(async () => {
    await world.close();
    server.close();
    await inPod.close();
    await removeVpc(namespace);
  });

  test('addresses of each family are reached from one of its own', async () => {
    for (const [host, asked, heard] of [
      ['129.224.0.1', `${pod[0]}:5432`, '::ffff:169.254.171.254'],
      ['129.224.0.1', `[${pod[1]}]:5432`, 'fd00:ec2:80::a9fe:abfe'],
      ['fd00:ec2:80::81e0:1', `[${pod[1]}]:5432`, 'fd00:ec2:80::a9fe:abfe'],
    ] as const) {
      const socket = await inPod.connect({ host, port: 6081 }, AbortSignal.timeout(5_000));
      socket.setEncoding('utf8').write(`CONNECT ${asked} HTTP/1.1\r\nHost: ${asked}\r\n\r\n`);
      const [head]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
      assert.match(String(head), /^HTTP\/1\.1 200 /, asked);
      socket.write('hello');
      const [said]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
      assert.equal(said, `heard from ${heard}`);
      socket.destroy();
    }
    assert.deepEqual(world.dataPlane.nacks(), []);
  });
});
