/** The resolvers of VPCs, asked by Node's own. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, isIPv6 } from 'node:net';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ask, present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const vpcId = 'vpc-0123456789abcdef0';
const otherVpcId = 'vpc-0123456789abcdef1';

suite('names of VPCs', () => {
  let world: TrafficWorld;

  before(async () => {
    world = await trafficWorld();
    const networkId = world.done({ op: 'CreateServiceNetwork', input: { name: 'other' } }).id;
    world.done({
      op: 'CreateServiceNetworkVpcAssociation',
      input: { serviceNetworkIdentifier: networkId, vpcIdentifier: otherVpcId },
    });
  });
  after(async () => world.close());

  function placeOf(vpc: string): string {
    return readFileSync(join(world.namesDir, '..', vpc, 'resolver'), 'utf8').trim();
  }

  function resolverOf(vpc: string): Resolver {
    const resolver = new Resolver({ timeout: 2_000, tries: 1 });
    resolver.setServers([placeOf(vpc)]);
    return resolver;
  }

  test('a VPC knows the names that it reaches, generated ones and custom ones, and others do not', async () => {
    const { id, dnsEntry } = world.service('cart', 'Cart.Example.com');
    await world.settle();
    const [address = ''] = world.dataPlane.addresses().values();
    const own = resolverOf(vpcId);
    assert.deepEqual(await own.resolve4(dnsEntry.domainName), [address]);
    assert.deepEqual(await own.resolve4(dnsEntry.domainName.toUpperCase()), [address]);
    assert.deepEqual(await own.resolve4('cart.example.com'), [address]);
    assert.deepEqual(await own.resolve6(dnsEntry.domainName), [`::ffff:${address}`]);
    assert.deepEqual(await own.resolve6('cart.example.com'), [`::ffff:${address}`]);
    assert.equal(await codeOf(own.resolveTxt(dnsEntry.domainName)), 'ENODATA');
    assert.equal(await codeOf(own.resolve4(`x.${dnsEntry.domainName}`)), 'ENOTFOUND');
    assert.equal(await codeOf(own.resolve4('example.org')), 'EREFUSED');
    const other = resolverOf(otherVpcId);
    assert.equal(await codeOf(other.resolve4(dnsEntry.domainName)), 'ENOTFOUND');
    assert.equal(await codeOf(other.resolve4('cart.example.com')), 'EREFUSED');
    const [association] = world.region.state().serviceAssociations.values();
    world.done({
      op: 'DeleteServiceNetworkServiceAssociation',
      input: { serviceNetworkServiceAssociationIdentifier: present(association).id },
    });
    world.done({ op: 'DeleteService', input: { serviceIdentifier: id } });
    await world.settle();
    assert.equal(await codeOf(own.resolve4(dnsEntry.domainName)), 'ENOTFOUND');
  });

  test('a program that has sockets of IPv6 alone connects to what it finds', async () => {
    const service = world.service('six', 'six.example.com');
    const target = await world.target((request, response) => {
      response.end(request.headers.host);
    });
    const group = world.group('six');
    world.register(group, target);
    world.listener(service, [[group, 1]]);
    await world.settle();
    const [address = ''] = await resolverOf(vpcId).resolve6(service.dnsEntry.domainName);
    const { status, body } = await ask({ host: 'six.example.com', address, port: world.place(80).port });
    assert.deepEqual([status, isIPv6(address), body], [200, true, 'six.example.com']);
  });

  test('a resource has an address of IPv6 where its gateway has', async () => {
    const begin = (name: string, ipAddressType: 'IPV4' | 'DUALSTACK'): string => {
      const { id } = world.done({
        op: 'CreateResourceGateway',
        input: { name, vpcIdentifier: vpcId, subnetIds: ['subnet-01234567'], ipAddressType },
      });
      const resource = world.done({
        op: 'CreateResourceConfiguration',
        input: {
          name,
          type: 'SINGLE',
          resourceGatewayIdentifier: id,
          portRanges: ['5432'],
          resourceConfigurationDefinition: { ipResource: { ipAddress: '127.172.11.1' } },
        },
      });
      const input = {
        resourceConfigurationIdentifier: resource.id,
        serviceNetworkIdentifier: world.networkId,
      };
      return world.done({ op: 'CreateServiceNetworkResourceAssociation', input }).id;
    };
    const [four, both] = [begin('four', 'IPV4'), begin('both', 'DUALSTACK')];
    await world.settle();
    const nameOf = (id: string): string =>
      present(world.region.state().resourceAssociations.get(id)).dnsEntry.domainName;
    const own = resolverOf(vpcId);
    assert.equal(await codeOf(own.resolve6(nameOf(four))), 'ENODATA');
    const [address] = await own.resolve4(nameOf(both));
    assert.deepEqual(await own.resolve6(nameOf(both)), [`::ffff:${address}`]);
  });

  test('questions over TCP are answered one after the other, however they are cut', async () => {
    const { dnsEntry } = world.service('desk');
    await world.settle();
    const [address = ''] = world.dataPlane.addresses().values();
    const labels = dnsEntry.domainName
      .split('.')
      .map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
    const head = Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    const message = Buffer.concat([head, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
    const framed = Buffer.concat([Buffer.from([0, message.length]), message]);
    const [host = '', port = ''] = placeOf(vpcId).split(':');
    const socket = connect(Number(port), host);
    await once(socket, 'connect');
    const both = Buffer.concat([framed, framed]);
    socket.write(both.subarray(0, 5));
    socket.write(both.subarray(5));
    let heard = Buffer.alloc(0);
    const expected = 2 * (framed.length + 16);
    while (heard.length < expected) {
      const [chunk]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(2_000) });
      assert.ok(Buffer.isBuffer(chunk));
      heard = Buffer.concat([heard, chunk]);
    }
    assert.equal([...heard.subarray(-4)].join('.'), address);
    socket.destroy();
  });

  test('noise does not end it', async () => {
    const [host = '', port = ''] = placeOf(vpcId).split(':');
    const socket = createSocket('udp4');
    for (const size of [0, 1, 11, 12, 13, 512, 1400])
      socket.send(Buffer.alloc(size, 0xff), Number(port), host);
    socket.send(Buffer.alloc(64), Number(port), host);
    assert.equal(await codeOf(resolverOf(vpcId).resolve4('example.org')), 'EREFUSED');
    socket.close();
  });

  test('its place is told in a file', () => {
    assert.ok(existsSync(join(world.namesDir, 'resolver')));
    assert.match(placeOf(vpcId), /^127\.170\.\d+\.\d+:(?:53|10053)$/);
    assert.notEqual(placeOf(vpcId), placeOf(otherVpcId));
  });
});

const codeOf = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    (answer) => answer,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
