/** VPC endpoints into a network, by real Envoy: another way to its services. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { connect } from 'node:tls';
import { listenPort } from '../../src/local/dataplane/xds/listen-port.ts';
import type { Service } from '../../src/local/state/state.ts';
import { account, ask, present, trafficWorld } from './world.ts';
import type { Answer, TrafficWorld } from './world.ts';

const otherVpcId = 'vpc-0123456789abcdef1';

suite('services behind VPC endpoints', () => {
  let world: TrafficWorld;
  let service: Service;
  let endpointId: string;
  let ownName: string;

  before(async () => {
    world = await trafficWorld();
    service = world.service('cart', 'cart.example.com');
    const group = world.group('v1');
    const target = await world.target((request, response) =>
      response.end(`${request.headers.host} ${String(request.headers['x-amzn-lattice-network'])}`),
    );
    world.register(group, target);
    world.listener(service, [[group, 1]]);
    const defaultAction = { forward: { targetGroups: [{ targetGroupIdentifier: group.id, weight: 1 }] } };
    const listener = { serviceIdentifier: service.id, name: 'https', protocol: 'HTTPS', port: 443 } as const;
    world.done({ op: 'CreateListener', input: { ...listener, defaultAction } });
    const answer = world.region.dispatch(
      { op: 'CreateVpcEndpoint', input: { vpcId: otherVpcId, serviceNetworkIdentifier: world.networkId } },
      { account },
    );
    assert.ok('result' in answer);
    endpointId = answer.result.vpcEndpointId;
    await world.settle();
    const [association] = world.region.state().serviceAssociations.values();
    const hosts = readFileSync(join(world.namesDir, '..', otherVpcId, 'hosts'), 'utf8');
    ownName = present(
      hosts.split(/[ \n]/).find((word) => word.startsWith(`${endpointId}-${association?.id}.`)),
    );
  });
  after(async () => world.close());

  const at = (port: number) => ({
    address: world.dataPlane.addresses().get(endpointId) ?? '',
    port: listenPort(port, world.dataPlane),
  });

  async function call(host: string): Promise<Answer> {
    return ask({ ...at(80), host });
  }

  test('answer at its address by their generated, their custom and their own names, and hear of its VPC', async () => {
    const network = `SourceVpcArn=arn:aws:ec2:us-west-2:${account}:vpc/${otherVpcId}`;
    for (const host of [service.dnsEntry.domainName, 'cart.example.com', ownName]) {
      const { status, body } = await call(host);
      assert.deepEqual({ status, body }, { status: 200, body: `${host} ${network}` });
    }
    assert.equal((await world.call({ host: ownName })).status, 404);
  });

  test('are served with a certificate for that name', async () => {
    const { address: host, port } = at(443);
    const ca = readFileSync(world.dataPlane.authorityFile, 'utf8');
    const socket = connect({ host, port, servername: ownName, ca });
    await once(socket, 'secureConnect');
    socket.write(`GET / HTTP/1.1\r\nhost: ${ownName}\r\nconnection: close\r\n\r\n`);
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    assert.match(heard, /^HTTP\/1\.1 200 OK/);
  });

  test('know in policies and logs which VPC a call comes from', async () => {
    const condition = { StringEquals: { 'vpc-lattice-svcs:SourceVpc': otherVpcId } };
    const statement = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition: condition };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: service.id, policy } });
    world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, authType: 'AWS_IAM' } });
    const destinationArn = `arn:aws:logs:us-west-2:${account}:log-group:/endpoints:*`;
    world.done({
      op: 'CreateAccessLogSubscription',
      input: { resourceIdentifier: service.id, destinationArn },
    });
    await world.settle();
    assert.equal((await world.call({ host: 'cart.example.com' })).status, 403);
    assert.equal((await call(ownName)).status, 200);
    const file = join(world.logsDir, 'cloudwatch-logs', account, 'endpoints.jsonl');
    const deadline = Date.now() + 5_000;
    const lines = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
    while (lines().length < 2) {
      assert.ok(Date.now() < deadline, 'the lines do not come');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const said = lines().map((line) => JSON.parse(line));
    assert.deepEqual(
      said.map(({ sourceVpcId, responseCode }) => `${sourceVpcId} ${responseCode}`).toSorted(),
      ['vpc-0123456789abcdef0 403', `${otherVpcId} 200`],
    );
  });

  test('are gone from that VPC when the endpoint is', async () => {
    world.region.dispatch({ op: 'DeleteVpcEndpoint', input: { vpcEndpointId: endpointId } }, { account });
    const before = at(80);
    await world.settle();
    assert.equal((await ask({ ...before, host: ownName })).status, 0);
    assert.equal(readFileSync(join(world.namesDir, '..', otherVpcId, 'hosts'), 'utf8'), '');
    assert.deepEqual(world.dataPlane.nacks(), []);
  });
});
