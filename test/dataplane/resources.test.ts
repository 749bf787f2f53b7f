/** Connections to resources of VPCs, by real Envoy. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { after, before, suite } from 'node:test';
import type { LocalAddress } from '../../src/local/dataplane/xds/stand-ins.ts';
import type { Command } from '../../src/local/state/command.ts';
import { isRecord } from '../../src/kinds/record.ts';
import { sourced } from './sourced.ts';
import { account, present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const vpcId = 'vpc-0123456789abcdef0';
const otherVpcId = 'vpc-0123456789abcdef1';
const databaseArn = 'arn:aws:rds:us-west-2:123456789012:db:orders';

type Definition = Command<'CreateResourceConfiguration'>['input']['resourceConfigurationDefinition'];

suite('resources of VPCs', () => {
  let world: TrafficWorld;
  let port: number;
  let gatewayId: string;
  const servers: Server[] = [];
  const addresses = new Map<string, LocalAddress>();

  /** Answers each line with its own name before it. */
  async function serve(name: string, address: string, wanted = 0): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => socket.write(`${name}: ${chunk.toString()}`));
    });
    servers.push(server);
    server.listen(wanted, address);
    await once(server, 'listening');
    const bound = server.address();
    return typeof bound === 'object' ? present(bound ?? undefined).port : 0;
  }

  function resource(
    name: string,
    definition: Definition,
    more: Partial<Command<'CreateResourceConfiguration'>['input']> = {},
  ): string {
    return world.done({
      op: 'CreateResourceConfiguration',
      input: {
        name,
        type: 'SINGLE',
        resourceGatewayIdentifier: gatewayId,
        portRanges: [String(port)],
        ...(definition === undefined ? {} : { resourceConfigurationDefinition: definition }),
        ...more,
      },
    }).id;
  }

  const share = (id: string, more: { readonly privateDnsEnabled?: boolean } = {}): string =>
    world.done({
      op: 'CreateServiceNetworkResourceAssociation',
      input: {
        resourceConfigurationIdentifier: id,
        serviceNetworkIdentifier: world.networkId,
        ...more,
      },
    }).id;

  /** Where a VPC finds the name that begins so; undefined when it knows none. */
  function addressOf(begin: string, vpc = vpcId): string | undefined {
    const file = join(world.namesDir, '..', vpc, 'hosts');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines.find((line) => line.split(' ')[1]?.startsWith(begin))?.split(' ')[0];
  }

  /** What a client hears who says hello; undefined when the connection is refused, or closed without a word. */
  async function hello(address: string | undefined, at = port): Promise<string | undefined> {
    const socket = connect(at, present(address));
    try {
      await once(socket, 'connect');
      socket.write('hello');
      const [chunk]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
      return String(chunk);
    } catch {
      return undefined;
    } finally {
      socket.destroy();
    }
  }

  before(async () => {
    port = await serve('pod', '127.172.11.1');
    await serve('pod-2', '127.172.11.2', port);
    await serve('localhost', '127.0.0.1', port);
    const database = await serve('database', '127.172.11.3');
    addresses.set('known.example.com', { address: '127.172.11.2' });
    addresses.set(databaseArn, { address: '127.172.11.3', port: database });
    world = await trafficWorld({ standIns: { functions: new Map(), addresses } });
    gatewayId = world.done({
      op: 'CreateResourceGateway',
      input: { name: 'gateway', vpcIdentifier: 'vpc-0123456789abcdef9', subnetIds: ['subnet-01234567'] },
    }).id;
  });
  after(async () => {
    await world.close();
    for (const server of servers) server.close();
  });

  sourced(
    'guide: resource-configuration',
    'an address is reached through the network of its association, and no longer when that ends',
    async () => {
      const id = resource('by-ip', { ipResource: { ipAddress: '127.172.11.1' } });
      const association = share(id);
      await world.settle();
      const address = addressOf(`${association}.${id}.`);
      assert.match(String(address), /^127\.129\.\d+\.\d+$/);
      assert.equal(await hello(address), 'pod: hello');
      assert.equal(await hello(address, port - 1), undefined);
      assert.equal(addressOf(association, otherVpcId), undefined);
      world.done({
        op: 'DeleteServiceNetworkResourceAssociation',
        input: { serviceNetworkResourceAssociationIdentifier: association },
      });
      await world.settle();
      assert.equal(addressOf(association), undefined);
      assert.equal(await hello(address), undefined);
    },
  );

  sourced('choice', 'a name is looked up, unless something stands for it', async () => {
    const [looked, known] = ['localhost', 'known.example.com'].map((domainName) =>
      share(resource(domainName.split('.')[0] ?? '', { dnsResource: { domainName, ipAddressType: 'IPV4' } })),
    );
    await world.settle();
    assert.equal(await hello(addressOf(present(looked))), 'localhost: hello');
    assert.equal(await hello(addressOf(present(known))), 'pod-2: hello');
  });

  sourced('choice', 'a database is reached at the port of what stands for it', async () => {
    const database = present(addresses.get(databaseArn)?.port);
    const input = {
      name: 'orders',
      type: 'ARN',
      resourceGatewayIdentifier: gatewayId,
      resourceConfigurationDefinition: { arnResource: { arn: databaseArn } },
    } as const;
    const association = share(world.done({ op: 'CreateResourceConfiguration', input }).id);
    await world.settle();
    assert.equal(await hello(addressOf(association), database), 'database: hello');
  });

  sourced(
    'guide: resource-configuration',
    'a group stands for its children, also for one that comes later',
    async () => {
      const input = { name: 'group', type: 'GROUP', resourceGatewayIdentifier: gatewayId } as const;
      const groupId = world.done({ op: 'CreateResourceConfiguration', input }).id;
      const child = (name: string, ipAddress: string): string => {
        const { id } = world.done({
          op: 'CreateResourceConfiguration',
          input: {
            name,
            type: 'CHILD',
            resourceConfigurationGroupIdentifier: groupId,
            portRanges: [String(port)],
            resourceConfigurationDefinition: { ipResource: { ipAddress } },
          },
        });
        return id;
      };
      const first = child('first', '127.172.11.1');
      const association = share(groupId);
      const second = child('second', '127.172.11.2');
      await world.settle();
      assert.equal(await hello(addressOf(`${association}.${first}.`)), 'pod: hello');
      assert.equal(await hello(addressOf(`${association}.${second}.`)), 'pod-2: hello');
    },
  );

  sourced(
    'guide: resource-configuration',
    'an endpoint of another VPC leads into a network, or to one resource alone',
    async () => {
      const alone = resource('alone', { ipResource: { ipAddress: '127.172.11.2' } });
      const shared = share(resource('shared', { ipResource: { ipAddress: '127.172.11.1' } }));
      const done = (input: Command<'CreateVpcEndpoint'>['input']): string => {
        const answer = world.region.dispatch({ op: 'CreateVpcEndpoint', input }, { account });
        assert.ok('result' in answer);
        return answer.result.vpcEndpointId;
      };
      const toResource = done({ vpcId: otherVpcId, resourceConfigurationIdentifier: alone });
      const toNetwork = done({ vpcId: otherVpcId, serviceNetworkIdentifier: world.networkId });
      await world.settle();
      assert.equal(await hello(addressOf(`${toResource}.${alone}.`, otherVpcId)), 'pod-2: hello');
      assert.equal(await hello(addressOf(`${toNetwork}-${shared}.`, otherVpcId)), 'pod: hello');
      world.region.dispatch({ op: 'DeleteVpcEndpoint', input: { vpcEndpointId: toResource } }, { account });
      await world.settle();
      assert.equal(addressOf(toResource, otherVpcId), undefined);
    },
  );

  sourced('guide: vpc-resources', 'a custom name is known where both sides wish so', async () => {
    const custom = resource(
      'custom',
      { ipResource: { ipAddress: '127.172.11.1' } },
      { customDomainName: 'DB.example.com' },
    );
    share(custom, { privateDnsEnabled: true });
    await world.settle();
    assert.equal(addressOf('db.example.com'), undefined);
    const [association] = world.region.state().vpcAssociations.values();
    world.done({
      op: 'DeleteServiceNetworkVpcAssociation',
      input: { serviceNetworkVpcAssociationIdentifier: present(association).id },
    });
    world.region.state();
    world.done({
      op: 'CreateServiceNetworkVpcAssociation',
      input: {
        serviceNetworkIdentifier: world.networkId,
        vpcIdentifier: vpcId,
        privateDnsEnabled: true,
        dnsOptions: {
          privateDnsPreference: 'SPECIFIED_DOMAINS_ONLY',
          privateDnsSpecifiedDomains: ['*.example.com'],
        },
      },
    });
    await world.settle();
    assert.equal(await hello(addressOf('db.example.com')), 'pod: hello');
  });

  sourced(
    'guide: monitoring-access-logs',
    'connections are logged for the network and for the resource',
    async () => {
      const logged = resource('logged', { ipResource: { ipAddress: '127.172.11.1' } });
      const association = share(logged);
      for (const [resourceIdentifier, group] of [
        [world.networkId, 'network'],
        [logged, 'resource'],
      ] as const) {
        const kind = group === 'network' ? { serviceNetworkLogType: 'RESOURCE' as const } : {};
        const destinationArn = `arn:aws:logs:us-west-2:${account}:log-group:/${group}:*`;
        world.done({
          op: 'CreateAccessLogSubscription',
          input: { resourceIdentifier, destinationArn, ...kind },
        });
      }
      await world.settle();
      const address = addressOf(`${association}.`);
      assert.equal(await hello(address), 'pod: hello');
      for (const group of ['network', 'resource']) {
        const line = await firstLine(join(world.logsDir, 'cloudwatch-logs', account, `${group}.jsonl`));
        const { eventTimestamp, sourceIpPort, gatewayIpPort, ...rest } = line;
        assert.match(String(eventTimestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.match(String(sourceIpPort), /^[\d.]+:\d+$/);
        assert.match(String(gatewayIpPort), /^[\d.]+:\d+$/);
        assert.deepEqual(rest, {
          serviceNetworkArn: world.region.state().serviceNetworks.get(world.networkId)?.arn,
          serviceNetworkResourceAssociationId: association,
          vpcEndpointId: '-',
          sourceVpcArn: `arn:aws:ec2:us-west-2:${account}:vpc/${vpcId}`,
          resourceConfigurationArn: world.region.state().resourceConfigurations.get(logged)?.arn,
          protocol: 'tcp',
          destinationIpPort: `${address}:${port}`,
          resourceIpPort: `127.172.11.1:${port}`,
        });
      }
    },
  );

  sourced('choice', 'Envoy refuses nothing of all this', () => {
    assert.deepEqual(world.dataPlane.nacks(), []);
  });
});

async function firstLine(file: string): Promise<Readonly<Record<string, unknown>>> {
  const deadline = Date.now() + 5_000;
  while (!existsSync(file)) {
    assert.ok(Date.now() < deadline, `${file} does not come`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const line: unknown = JSON.parse(readFileSync(file, 'utf8').split('\n')[0] ?? '');
  assert.ok(isRecord(line));
  return line;
}
