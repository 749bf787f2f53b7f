/** Connections into ranges of addresses, through a tunnel endpoint: by HTTP CONNECT in place of GENEVE. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { after, before, suite } from 'node:test';
import { lineWith } from './log-lines.ts';
import { sourced } from './sourced.ts';
import { account, present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const consumerVpcId = 'vpc-0123456789abcdef1';

suite('ranges of addresses', () => {
  let world: TrafficWorld;
  let configurationId: string;
  let endpointId: string;
  const servers: Server[] = [];
  let inside: number;

  before(async () => {
    // Two in the range, at one port, and one beside it.
    inside = await serve('127.172.14.5');
    await serve('127.172.14.200', inside);
    await serve('127.172.15.5', inside);
    await serve('::1', inside);
    world = await trafficWorld();
    const gateway = world.done({
      op: 'CreateResourceGateway',
      input: {
        name: 'gateway',
        vpcIdentifier: 'vpc-0123456789abcdef9',
        subnetIds: ['subnet-01234567'],
        resourceConfigDnsResolution: 'IN_VPC',
      },
    });
    configurationId = world.done({
      op: 'CreateResourceConfiguration',
      input: {
        name: 'ranges',
        type: 'CIDR',
        resourceGatewayIdentifier: gateway.id,
        portRanges: ['5000', `${inside - 1}-${inside}`],
        resourceConfigurationDefinition: { cidrResource: { cidrRanges: ['127.172.14.0/24', '::/125'] } },
      },
    }).id;
    world.region.state();
    const answer = world.region.dispatch(
      {
        op: 'CreateVpcEndpoint',
        input: {
          vpcId: consumerVpcId,
          resourceConfigurationIdentifier: configurationId,
          endpointType: 'Tunnel',
        },
      },
      { account },
    );
    assert.ok('result' in answer, JSON.stringify(answer));
    endpointId = answer.result.vpcEndpointId;
    const destinationArn = `arn:aws:logs:us-west-2:${account}:log-group:/ranges:*`;
    world.done({
      op: 'CreateAccessLogSubscription',
      input: { resourceIdentifier: configurationId, destinationArn },
    });
    await world.settle();
  });
  after(async () => {
    await world.close();
    for (const server of servers) server.close();
  });

  /** Says its address before each chunk. */
  async function serve(address: string, port = 0): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => socket.write(`${address} heard ${chunk.toString()}`));
    });
    servers.push(server);
    server.listen(port, address);
    await once(server, 'listening');
    const bound = server.address();
    return typeof bound === 'object' ? present(bound ?? undefined).port : 0;
  }

  /** Where the VPC finds the endpoint. */
  function endpointAddress(): string {
    const hosts = readFileSync(join(world.namesDir, '..', consumerVpcId, 'hosts'), 'utf8');
    return (
      present(hosts.split('\n').find((line) => line.includes(` ${endpointId}.${configurationId}.`)))
        .split(' ')
        .at(0) ?? ''
    );
  }

  /** The status that a tunnel begins with, and what its other end says to hello. */
  async function hello(destination: string, method = 'CONNECT'): Promise<readonly unknown[]> {
    const socket = connect(6081, endpointAddress());
    try {
      await once(socket, 'connect');
      socket.write(`${method} ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
      const [head]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
      const status = Number(String(head).split(' ')[1]);
      if (status !== 200) return [status];
      socket.write('hello');
      const [answer]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
      return [status, String(answer)];
    } finally {
      socket.destroy();
    }
  }

  sourced(
    'guide: resource-configuration',
    'any address of a range is reached at the ports of the resource',
    async () => {
      for (const address of ['127.172.14.5', '127.172.14.200']) {
        assert.deepEqual(await hello(`${address}:${inside}`), [200, `${address} heard hello`]);
      }
    },
  );

  sourced('guide: resource-configuration', 'an address of IPv6 is, too, however it is written', async () => {
    for (const address of ['::1', '0:0:0::1', '0000::0001']) {
      assert.deepEqual(await hello(`[${address}]:${inside}`), [200, '::1 heard hello'], address);
    }
  });

  sourced('guide: resource-configuration', 'and nothing else: no other address, port or name', async () => {
    const others = [
      `127.172.15.5:${inside}`,
      '127.172.14.5:80',
      `127.172.14.256:${inside}`,
      `localhost:${inside}`,
      `[fd00::1]:${inside}`,
      `[::9]:${inside}`,
      `[::1]:80`,
      `[::ffff:7fac:e05]:${inside}`,
      `[::00001]:${inside}`,
      `[1]:${inside}`,
      `127.172.14.5:${inside}.example.com`,
    ];
    for (const destination of others) {
      assert.match(String((await hello(destination))[0]), /^40[03]$/, destination);
    }
    assert.notEqual((await hello('/', 'GET'))[0], 200);
  });

  sourced('choice', 'an address within the range at which nothing listens is 503', async () => {
    assert.deepEqual(await hello(`127.172.14.77:${inside}`), [503]);
  });

  sourced(
    'guide: monitoring-access-logs',
    'each connection is a line in the log of the resource',
    async () => {
      const line = await lineWith(
        { resourceIpPort: `127.172.14.200:${inside}` },
        world.logsDir,
        `cloudwatch-logs/${account}/ranges.jsonl`,
      );
      assert.deepEqual(
        [line['vpcEndpointId'], line['protocol'], line['destinationIpPort']],
        [endpointId, 'tcp', `${endpointAddress()}:6081`],
      );
    },
  );

  sourced('choice', 'an endpoint of another type does not do, and a tunnel does for ranges alone', () => {
    const refused = world.region.dispatch(
      {
        op: 'CreateVpcEndpoint',
        input: { vpcId: consumerVpcId, resourceConfigurationIdentifier: configurationId },
      },
      { account },
    );
    assert.ok('refused' in refused && refused.refused.message.includes('needs an endpoint of type Tunnel'));
    assert.deepEqual(world.dataPlane.nacks(), []);
  });
});
