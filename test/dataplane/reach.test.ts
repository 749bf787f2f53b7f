/** Who reaches what, and by which network's rules: associations of services, VPCs and resources as they come and go. By real Envoy. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { after, before, suite } from 'node:test';
import { listenPort } from '../../src/local/dataplane/xds/listen-port.ts';
import type { Service } from '../../src/local/state/state.ts';
import { linesIn } from './log-lines.ts';
import { badTarget, loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { sourced } from './sourced.ts';
import { account, ask, present } from './world.ts';
import type { Answer, TrafficWorld } from './world.ts';

const vpcId = 'vpc-0123456789abcdef0';
const otherVpcId = 'vpc-0123456789abcdef1';
const otherAccount = '210987654321';

suite('reach', () => {
  let logged: LoggedWorld;
  let world: TrafficWorld;
  /** Another network, and the association of another VPC with it. */
  let otherNetworkId: string;
  let otherAssociationId: string;
  const servers: Server[] = [];

  before(async () => {
    logged = await loggedWorld();
    world = logged.world;
    otherNetworkId = world.done({ op: 'CreateServiceNetwork', input: { name: 'other' } }).id;
    const input = { serviceNetworkIdentifier: otherNetworkId, vpcIdentifier: otherVpcId };
    otherAssociationId = world.done({ op: 'CreateServiceNetworkVpcAssociation', input }).id;
    await world.settle();
  });
  after(async () => {
    await logged.close();
    for (const server of servers) server.close();
  });

  const associate = (serviceNetworkIdentifier: string, serviceIdentifier: string): string =>
    world.done({
      op: 'CreateServiceNetworkServiceAssociation',
      input: { serviceNetworkIdentifier, serviceIdentifier },
    }).id;

  /** A service in the world's network whose target says the network that the call came through. */
  async function telling(name: string): Promise<Service> {
    const target = await world.target((request, response) => {
      const [, network] =
        /servicenetwork\/(sn-\w+)/.exec(String(request.headers['x-amzn-lattice-target'])) ?? [];
      response.end(network);
    });
    const group = logged.groupOf(name, target);
    const service = world.service(name, `${name}.example.com`);
    world.listener(service, [[group, 1]]);
    return service;
  }

  /** As a client of the other VPC calls. */
  async function fromOther(host: string): Promise<Answer> {
    const address = world.dataPlane.addresses().get(otherAssociationId) ?? '';
    return ask({ host, address, port: listenPort(80, world.dataPlane) });
  }

  const guard = (serviceNetworkIdentifier: string, authType: 'AWS_IAM' | 'NONE'): void => {
    world.done({ op: 'UpdateServiceNetwork', input: { serviceNetworkIdentifier, authType } });
  };

  sourced(
    'guide: how-it-works',
    'of a service in two networks: each VPC comes through its own, under its policy',
    async () => {
      const both = await telling('both');
      const association = associate(otherNetworkId, both.id);
      await world.settle();
      const host = 'both.example.com';
      assert.equal((await world.call({ host })).body, world.networkId);
      assert.equal((await fromOther(host)).body, otherNetworkId);
      guard(otherNetworkId, 'AWS_IAM');
      await world.settle();
      assert.equal((await world.call({ host })).status, 200);
      const denied = await fromOther(host);
      assert.deepEqual([denied.status, denied.body.includes('network-based policy')], [403, true]);
      guard(otherNetworkId, 'NONE');
      world.done({
        op: 'DeleteServiceNetworkServiceAssociation',
        input: { serviceNetworkServiceAssociationIdentifier: association },
      });
      await world.settle();
      assert.equal((await world.call({ host })).status, 200);
      assert.equal((await fromOther(host)).status, 0, 'nothing is left that listens for that VPC');
    },
  );

  sourced(
    'guide: how-it-works',
    'of a VPC: it ends with its association, and begins anew with another',
    async () => {
      await telling('mine');
      const theirs = await telling('theirs');
      associate(otherNetworkId, theirs.id);
      await world.settle();
      assert.equal((await fromOther('theirs.example.com')).status, 200);
      assert.equal((await fromOther('mine.example.com')).status, 404);
      const serviceNetworkVpcAssociationIdentifier = otherAssociationId;
      const gone = {
        address: world.dataPlane.addresses().get(otherAssociationId) ?? '',
        port: listenPort(80, world.dataPlane),
      };
      world.done({
        op: 'DeleteServiceNetworkVpcAssociation',
        input: { serviceNetworkVpcAssociationIdentifier },
      });
      await world.settle();
      assert.equal((await ask({ host: 'theirs.example.com', ...gone })).status, 0);
      const input = { serviceNetworkIdentifier: world.networkId, vpcIdentifier: otherVpcId };
      otherAssociationId = world.done({ op: 'CreateServiceNetworkVpcAssociation', input }).id;
      await world.settle();
      assert.equal((await fromOther('mine.example.com')).body, world.networkId);
    },
  );

  sourced('choice', 'of services of one name and two owners: each has a name of its own in DNS', async () => {
    const mine = await telling('twin');
    const made = world.region.dispatch(
      { op: 'CreateService', input: { name: 'twin' } },
      { account: otherAccount },
    );
    assert.ok('result' in made);
    const theirs = made.result;
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: account },
          Action: ['vpc-lattice:CreateServiceNetworkServiceAssociation', 'vpc-lattice:GetService'],
          Resource: theirs.arn,
        },
      ],
    });
    const as = { account: otherAccount };
    world.region.dispatch({ op: 'PutResourcePolicy', input: { resourceArn: theirs.arn, policy } }, as);
    const listener = { serviceIdentifier: theirs.id, name: 'http', protocol: 'HTTP', port: 80 } as const;
    const defaultAction = { fixedResponse: { statusCode: 500 } };
    world.region.dispatch({ op: 'CreateListener', input: { ...listener, defaultAction } }, as);
    associate(world.networkId, theirs.arn);
    await world.settle();
    assert.equal((await world.call({ host: mine.dnsEntry.domainName })).status, 200);
    assert.equal((await world.call({ host: theirs.dnsEntry.domainName })).status, 500);
  });

  sourced('guide: vpc-resources', 'of a resource: no policy of its network is in its way', async () => {
    const { server, at } = await badTarget((socket) => socket.end('hello'));
    servers.push(server);
    const gateway = { name: 'gateway', vpcIdentifier: otherVpcId, subnetIds: ['subnet-01234567'] };
    const resourceGatewayIdentifier = world.done({ op: 'CreateResourceGateway', input: gateway }).id;
    const resource = world.done({
      op: 'CreateResourceConfiguration',
      input: {
        name: 'greeter',
        type: 'SINGLE',
        resourceGatewayIdentifier,
        portRanges: [String(at.port)],
        resourceConfigurationDefinition: { ipResource: { ipAddress: at.id } },
      },
    });
    const association = world.done({
      op: 'CreateServiceNetworkResourceAssociation',
      input: { resourceConfigurationIdentifier: resource.id, serviceNetworkIdentifier: world.networkId },
    });
    guard(world.networkId, 'AWS_IAM');
    logged.logNetwork();
    const ofNetwork = {
      resourceIdentifier: world.networkId,
      serviceNetworkLogType: 'RESOURCE',
      destinationArn: `arn:aws:logs:us-west-2:${account}:log-group:/connections:*`,
    } as const;
    world.done({ op: 'CreateAccessLogSubscription', input: ofNetwork });
    const destinationArn = `arn:aws:logs:us-west-2:${account}:log-group:/greeter:*`;
    world.done({
      op: 'CreateAccessLogSubscription',
      input: { resourceIdentifier: resource.id, destinationArn },
    });
    const made = world.region.dispatch(
      { op: 'CreateVpcEndpoint', input: { vpcId, resourceConfigurationIdentifier: resource.id } },
      { account },
    );
    assert.ok('result' in made);
    const alone = made.result.vpcEndpointId;
    await world.settle();
    const addressOf = (begin: string): string => {
      const hosts = readFileSync(join(world.namesDir, 'hosts'), 'utf8').split('\n');
      return present(hosts.find((line) => line.includes(` ${begin}`))?.split(' ')[0]);
    };
    for (const [name, expected] of [
      [association.id, [association.id, '-', true]],
      [`${alone}.`, ['-', alone, false]],
    ] as const) {
      const address = addressOf(name);
      const socket = connect(at.port, address);
      const [said]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
      assert.equal(String(said), 'hello');
      socket.destroy();
      const line = await logged.line(
        { destinationIpPort: `${address}:${at.port}` },
        `cloudwatch-logs/${account}/greeter.jsonl`,
      );
      const { serviceNetworkResourceAssociationId, vpcEndpointId, serviceNetworkArn } = line;
      assert.deepEqual(
        [serviceNetworkResourceAssociationId, vpcEndpointId, serviceNetworkArn !== '-'],
        expected,
      );
    }
    guard(world.networkId, 'NONE');
    await world.settle();
    // One subscription of the network is for calls of services, the other for connections to resources.
    await world.call({ host: 'nobody.example.com', path: '/counted' });
    await logged.line({ requestPath: '/counted' });
    const members = (file: string): readonly boolean[] =>
      linesIn(join(world.logsDir, file)).map((line) => 'resourceConfigurationArn' in line);
    assert.deepEqual(members(logged.logFile), [false]);
    assert.deepEqual(members(`cloudwatch-logs/${account}/connections.jsonl`), [true]);
  });

  sourced('guide: auth-policies', 'is decided before rules are, and after the service is found', async () => {
    const closed = world.service('closed', 'closed.example.com');
    const defaultAction = { fixedResponse: { statusCode: 404 } };
    const listener = { serviceIdentifier: closed.id, name: 'http', protocol: 'HTTP', defaultAction } as const;
    world.done({ op: 'CreateListener', input: listener });
    world.done({ op: 'UpdateService', input: { serviceIdentifier: closed.id, authType: 'AWS_IAM' } });
    guard(world.networkId, 'AWS_IAM');
    await world.settle();
    assert.equal((await world.call({ host: 'closed.example.com' })).status, 403);
    assert.equal((await world.call({ host: 'nobody.example.com' })).status, 404);
    guard(world.networkId, 'NONE');
    await world.settle();
  });
});
