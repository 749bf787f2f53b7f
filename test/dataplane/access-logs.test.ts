/** Access logs of real traffic. Fields and their meaning: VPC Lattice user guide, access logs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { Agent, IncomingMessage, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect as connectTcp, createServer as createTcpServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { connect } from 'node:tls';
import { createAuthority } from '../../src/certificates/authority.ts';
import { createLatticeApi } from '../../src/local/api/api.ts';
import { listenPort } from '../../src/local/dataplane/xds/listen-port.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { within } from '../../src/ports/deadline.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { signedHeaders } from '../auth/sign.ts';
import { quiet } from '../contract/world.ts';
import { lineWith, linesIn, printedLogs } from './log-lines.ts';
import type { Line } from './log-lines.ts';
import { present, trafficWorld } from './world.ts';
import type { Target, TrafficWorld } from './world.ts';

const requestFields = [
  'serviceNetworkArn serviceArn listenerId listenerType sourceVpcId sourceVpcArn sourceIpPort',
  'targetGroupArn targetIpPort destinationVpcId requestMethod requestPath hostHeader userAgent',
  'serverNameIndication tlsVersion sslCipher startTime duration requestToTargetDuration',
  'responseFromTargetDuration bytesReceived bytesSent protocol responseCode resolvedUser',
  'authDeniedReason callerPrincipal callerPrincipalOrgID callerPrincipalTags callerX509SubjectCN',
  'callerX509IssuerOU callerX509SANNameCN callerX509SANDNS callerX509SANURI failureReason requestId',
].flatMap((line) => line.split(' '));

suite('access logs of real traffic', () => {
  let world: TrafficWorld;
  let cart: Service;
  let group: TargetGroup;
  let listenerId: string;
  let target: Target;
  const theirs = createAuthority('a company of its own', Date.now());
  const pod = createTlsServer(theirs.issue(['db.example.com'], Date.now()), (_, response) =>
    response.end('from the pod'),
  );
  /** Says what is no HTTP. */
  const babbler = createTcpServer((socket) => socket.end('220 mail.example.com\r\n'));
  /** Closes each connection when it has heard something. */
  const hangsUp = createTcpServer((socket) => socket.once('data', () => socket.destroy()));

  const logTo = (resourceIdentifier: string, destinationArn: string): string =>
    world.done({ op: 'CreateAccessLogSubscription', input: { resourceIdentifier, destinationArn } }).id;

  const unsubscribe = (accessLogSubscriptionIdentifier: string): void => {
    world.done({ op: 'DeleteAccessLogSubscription', input: { accessLogSubscriptionIdentifier } });
  };

  const networkLog = 'cloudwatch-logs/123456789012/lattice/shop.jsonl';
  /** The first line that has these members; waits for it. */
  const line = async (members: Line, files = networkLog): Promise<Line> =>
    lineWith(members, world.logsDir, files);

  /** How a request ended, who made it, and whether it came to a target group. */
  const told = async (requestPath: string): Promise<readonly unknown[]> => {
    const found = await line({ requestPath });
    const fields = 'responseCode failureReason resolvedUser authDeniedReason callerPrincipal targetGroupArn';
    return fields.split(' ').map((name) => found[name]);
  };

  const api = (): Wire =>
    createLatticeApi([world.region], {
      clock: systemClock,
      random: systemRandom,
      log: quiet,
      observed: () => world.dataPlane,
    });

  const printed = async (given: Readonly<Record<string, string | boolean>>): Promise<readonly string[]> =>
    printedLogs(api(), given);

  const forwardBelow = (path: string, priority: number, ...groups: readonly TargetGroup[]): void => {
    const targetGroups = groups.map(({ id }) => ({ targetGroupIdentifier: id, weight: 1 }));
    rule(path, priority, { forward: { targetGroups } });
  };
  const rule = (
    path: string,
    priority: number,
    action:
      | { fixedResponse: { statusCode: number } }
      | { forward: { targetGroups: { targetGroupIdentifier: string; weight: number }[] } },
  ): void => {
    const pathMatch = { match: { prefix: path }, caseSensitive: true };
    world.done({
      op: 'CreateRule',
      input: {
        serviceIdentifier: cart.id,
        listenerIdentifier: listenerId,
        name: `rule-${priority}`,
        priority,
        match: { httpMatch: { pathMatch } },
        action,
      },
    });
  };

  const groupOf = (name: string, at: { id: string; port: number }): TargetGroup => {
    const made = world.group(name);
    world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: made.id, targets: [at] } });
    return made;
  };

  const tlsListener = (service: Service, protocol: 'HTTPS' | 'TLS_PASSTHROUGH', id: string): string =>
    world.done({
      op: 'CreateListener',
      input: {
        serviceIdentifier: service.id,
        name: 'tls',
        protocol,
        port: 443,
        defaultAction: { forward: { targetGroups: [{ targetGroupIdentifier: id, weight: 1 }] } },
      },
    }).listener.id;

  /** One request by TLS; what came back. */
  const byTls = async (servername: string, ca: string, path = '/'): Promise<string> => {
    const [host = ''] = world.dataPlane.addresses().values();
    const socket = connect({ host, port: listenPort(443, world.dataPlane), servername, ca });
    await once(socket, 'secureConnect');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${servername}\r\nconnection: close\r\n\r\n`);
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    return heard;
  };

  before(async () => {
    world = await trafficWorld();
    group = world.group('v1');
    target = await world.target((request, response) => {
      if (request.url === '/grpc') response.setHeader('grpc-status', '5');
      if (request.url !== '/never') response.end('hello');
    });
    world.register(group, target);
    cart = world.service('cart', 'cart.example.com');
    listenerId = world.listener(cart, [[group, 1]]);
    rule('/fixed', 10, { fixedResponse: { statusCode: 404 } });
    const closed = createTcpServer();
    const nobody = await bound(closed);
    closed.close();
    forwardBelow('/refused', 20, groupOf('refused', nobody));
    forwardBelow('/babbles', 30, groupOf('babbles', await bound(babbler)));
    forwardBelow('/hangs-up', 40, groupOf('hangs-up', await bound(hangsUp)));
    forwardBelow('/empty', 50, world.group('empty'));
    await world.settle();
  });
  after(async () => {
    await world.close();
    for (const server of [pod, babbler, hangsUp]) server.close();
    pod.closeAllConnections();
  });

  test('nothing is logged, and Envoy does not know of logs, while nobody has a subscription', async () => {
    assert.equal((await world.call({ host: 'cart.example.com', path: '/before' })).status, 200);
    const dump = await world.dataPlane.admin(
      '/config_dump?resource=dynamic_listeners',
      AbortSignal.timeout(5_000),
    );
    assert.ok(dump.includes('http_connection_manager'));
    assert.ok(!dump.includes('access_log'), dump);
    assert.ok(!existsSync(world.logsDir));
    assert.match((await printed({})).join(), /^No call is logged yet\./);
  });

  suite('with a subscription of the network', () => {
    before(async () => {
      logTo(world.networkId, 'arn:aws:logs:us-west-2:123456789012:log-group:/lattice/shop:*');
      await world.settle();
    });

    test('a request that succeeds has every field of the service log', async () => {
      const began = Math.floor(Date.now() / 1000) * 1000;
      const headers = { 'user-agent': 'tests/1', 'x-amzn-requestid': 'mine' };
      const call = { host: 'cart.example.com', path: '/daily?secret=1', method: 'POST', headers };
      assert.equal((await world.call(call)).status, 200);
      const { sourceIpPort, startTime, bytesReceived, bytesSent, ...found } = await line({
        requestId: 'mine',
      });
      const { duration, requestToTargetDuration, responseFromTargetDuration, ...rest } = found;
      const network = present(world.region.state().serviceNetworks.get(world.networkId));
      assert.deepEqual(rest, {
        serviceNetworkArn: network.arn,
        serviceArn: cart.arn,
        listenerId,
        listenerType: 'HTTP',
        sourceVpcId: 'vpc-0123456789abcdef0',
        sourceVpcArn: 'arn:aws:ec2:us-west-2:123456789012:vpc/vpc-0123456789abcdef0',
        targetGroupArn: group.arn,
        targetIpPort: `${target.id}:${target.port}`,
        destinationVpcId: 'vpc-0123456789abcdef0',
        requestMethod: 'POST',
        requestPath: '/daily',
        hostHeader: 'cart.example.com',
        userAgent: 'tests/1',
        serverNameIndication: '-',
        tlsVersion: '-',
        sslCipher: '-',
        protocol: 'HTTP/1.1',
        responseCode: 200,
        resolvedUser: 'null',
        authDeniedReason: 'null',
        callerPrincipal: '-',
        callerPrincipalOrgID: '-',
        callerPrincipalTags: '-',
        callerX509SubjectCN: '-',
        callerX509IssuerOU: '-',
        callerX509SANNameCN: '-',
        callerX509SANDNS: '-',
        callerX509SANURI: '-',
        failureReason: '-',
        requestId: 'mine',
      });
      assert.match(String(sourceIpPort), /^127\.0\.0\.1:\d+$/);
      assert.match(String(startTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.ok(Date.parse(String(startTime)) >= began);
      for (const bytes of [bytesReceived, bytesSent]) assert.ok(Number(bytes) > 100, String(bytes));
      for (const each of [duration, requestToTargetDuration, responseFromTargetDuration]) {
        assert.ok(Number.isInteger(each) && Number(each) <= Number(duration), String(each));
      }
    });

    test('a host of no service is logged for the network alone', async () => {
      await world.call({ host: 'nobody.example.com', path: '/nobody' });
      const { serviceArn, responseCode, failureReason, targetGroupArn } = await line({
        hostHeader: 'nobody.example.com',
      });
      assert.deepEqual(
        { serviceArn, responseCode, failureReason, targetGroupArn },
        { serviceArn: '-', responseCode: 404, failureReason: '-', targetGroupArn: '-' },
      );
    });

    test('a fixed response has no target, and any method is told', async () => {
      await world.call({ host: 'cart.example.com', path: '/fixed', method: 'PURGE' });
      const found = await line({ requestPath: '/fixed' });
      const { serviceArn, responseCode, targetGroupArn, targetIpPort, requestMethod } = found;
      assert.deepEqual(
        { serviceArn, responseCode, targetGroupArn, targetIpPort, requestMethod },
        {
          serviceArn: cart.arn,
          responseCode: 404,
          targetGroupArn: '-',
          targetIpPort: '-',
          requestMethod: 'PURGE',
        },
      );
      assert.equal(found['failureReason'], '-');
      assert.equal(found['requestToTargetDuration'], 0);
    });

    test('what a target does wrong is told by its reason', async () => {
      const reasons = [
        ['/refused', 503, 'TargetConnectionError'],
        ['/empty', 503, 'TargetConnectionError'],
        ['/babbles', 502, 'TargetProtocolError'],
        ['/hangs-up', 502, 'TargetConnectionClosed'],
      ] as const;
      for (const [path] of reasons) await world.call({ host: 'cart.example.com', path });
      for (const [path, code, reason] of reasons) {
        const { responseCode, failureReason, targetGroupArn } = await line({ requestPath: path });
        assert.deepEqual([path, responseCode, failureReason], [path, code, reason]);
        assert.match(String(targetGroupArn), /:targetgroup\/tg-/, path);
      }
    });

    test('so is what a client does wrong', async () => {
      const [address = ''] = world.dataPlane.addresses().values();
      const port = listenPort(80, world.dataPlane);
      const leaves = connectTcp(port, address, () => {
        leaves.write('GET /never HTTP/1.1\r\nhost: cart.example.com\r\n\r\n');
      });
      const arrived = async (): Promise<boolean> => {
        const stats = await world.dataPlane.admin(
          '/stats?filter=http.lattice.downstream_rq_active',
          AbortSignal.timeout(5_000),
        );
        return /downstream_rq_active: 1/.test(stats);
      };
      await within(systemClock, 5_000, new AbortController().signal, async (until) => {
        while (!(await arrived())) await systemClock.sleep(20, until);
      });
      leaves.destroy();
      const left = await line({ requestPath: '/never' });
      assert.equal(left['failureReason'], 'ClientConnectionClosed');
      assert.equal(left['responseCode'], 0);

      const many = Object.fromEntries([...Array(101).keys()].map((number) => [`x-${number}`, 'x']));
      assert.equal(
        (await world.call({ host: 'cart.example.com', path: '/many', headers: many })).status,
        400,
      );
      const { failureReason } = await line({ responseCode: 400 });
      assert.equal(failureReason, 'ClientProtocolError');
    });

    test('the status of gRPC is there when the target tells one', async () => {
      await world.call({ host: 'cart.example.com', path: '/grpc' });
      const found = await line({ requestPath: '/grpc' });
      assert.equal(found['grpcResponseCode'], 5);
      assert.deepEqual(Object.keys(found).toSorted(), [...requestFields, 'grpcResponseCode'].toSorted());
    });

    test('a denial says who asked and which layer refused, and so does consent', async () => {
      world.done({ op: 'UpdateService', input: { serviceIdentifier: cart.id, authType: 'AWS_IAM' } });
      await world.settle();
      const keys = { accessKeyId: '111122223333', secretAccessKey: 'local' };
      const host = 'cart.example.com';
      const caller = 'arn:aws:iam::111122223333:user/111122223333';
      const send = async (path: string, signing: { secretAccessKey?: string } = {}): Promise<number> => {
        const { host: _, ...headers } = await signedHeaders({ ...keys, ...signing, host, path });
        return (await world.call({ host, path, headers })).status;
      };
      assert.equal((await world.call({ host, path: '/unsigned' })).status, 403);
      assert.equal(await send('/signed'), 403);
      assert.equal(await send('/wrong', { secretAccessKey: 'wrong' }), 403);
      const statement = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
      const policy = JSON.stringify({ Statement: statement });
      world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: cart.id, policy } });
      await world.settle();
      assert.equal(await send('/allowed'), 200);
      world.done({ op: 'UpdateService', input: { serviceIdentifier: cart.id, authType: 'NONE' } });
      await world.settle();

      const denied = [403, 'ClientAccessDenied'] as const;
      assert.deepEqual(await told('/unsigned'), [...denied, 'Anonymous', 'Service', '-', '-']);
      assert.deepEqual(await told('/signed'), [...denied, caller, 'Service', caller, '-']);
      assert.deepEqual(await told('/wrong'), [...denied, 'Unknown', 'null', '-', '-']);
      assert.deepEqual(await told('/allowed'), [200, '-', caller, 'null', caller, group.arn]);
    });

    test('HTTPS tells the name, the version and the suite', async () => {
      const ca = readFileSync(world.dataPlane.authorityFile, 'utf8');
      const id = tlsListener(cart, 'HTTPS', group.id);
      await world.settle();
      const { domainName } = cart.dnsEntry;
      assert.match(await byTls(domainName, ca, '/by-tls'), /200 OK/);
      const found = await line({ requestPath: '/by-tls' });
      const { serverNameIndication, tlsVersion, sslCipher, listenerType, hostHeader } = found;
      assert.deepEqual(
        { serverNameIndication, tlsVersion, listenerType, hostHeader },
        {
          serverNameIndication: domainName,
          tlsVersion: 'TLSv1.3',
          listenerType: 'HTTPS',
          hostHeader: domainName,
        },
      );
      assert.match(String(sslCipher), /^TLS_(AES|CHACHA20)_/);
      assert.equal(found['listenerId'], id);
    });

    test('a connection that is passed through is a line of its own, consent and denial alike', async () => {
      const config = { protocol: 'TCP', port: 443, vpcIdentifier: 'vpc-0123456789abcdef0' } as const;
      const tcp = world.done({ op: 'CreateTargetGroup', input: { name: 'db', type: 'IP', config } });
      const at = await bound(pod);
      world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: tcp.id, targets: [at] } });
      const db = world.service('db', 'db.example.com');
      tlsListener(db, 'TLS_PASSTHROUGH', tcp.id);
      await world.settle();
      assert.match(await byTls('db.example.com', theirs.cert), /from the pod/);
      const found = await line({ serviceArn: db.arn });
      const { targetGroupArn, targetIpPort, serverNameIndication, protocol, requestMethod, tlsVersion } =
        found;
      assert.deepEqual(
        { targetGroupArn, targetIpPort, serverNameIndication, protocol, requestMethod, tlsVersion },
        {
          targetGroupArn: tcp.arn,
          targetIpPort: `${at.id}:${at.port}`,
          serverNameIndication: 'db.example.com',
          protocol: 'TCP',
          requestMethod: '-',
          tlsVersion: '-',
        },
      );
      assert.ok(Number(found['bytesReceived']) > 100 && Number(found['bytesSent']) > 100);
      assert.equal(found['failureReason'], '-');

      world.done({ op: 'UpdateService', input: { serviceIdentifier: db.id, authType: 'AWS_IAM' } });
      await world.settle();
      await assert.rejects(byTls('db.example.com', theirs.cert));
      const denied = await line({ serviceArn: db.arn, failureReason: 'ClientAccessDenied' });
      assert.equal(denied['resolvedUser'], 'Anonymous');
      assert.equal(denied['authDeniedReason'], 'Service');
      assert.equal(denied['targetGroupArn'], '-');
    });

    test('a service has a log of its own, in buckets and streams too, until its subscription goes', async () => {
      const other = world.service('other', 'other.example.com');
      world.listener(other, [[world.group('v2'), 1]]);
      const subscription = logTo(cart.id, 'arn:aws:s3:::bucket/some/../prefix');
      logTo(cart.id, 'arn:aws:firehose:us-west-2:123456789012:deliverystream/stream');
      await world.settle();
      for (const host of ['cart.example.com', 'other.example.com']) await world.call({ host, path: '/own' });
      const stream = 'firehose/123456789012/stream.jsonl';
      await line({ requestPath: '/own' }, stream);
      await line({ requestPath: '/own' }, 's3/**/*.gz');
      const [object = ''] = globSync('s3/**/*.gz', { cwd: world.logsDir });
      const begin = 's3/bucket/some/%2E%2E/prefix/AWSLogs/123456789012/VpcLattice/AccessLogs/us-west-2/';
      assert.ok(object.startsWith(begin), object);
      const name = `123456789012_VpcLatticeAccessLogs_us-west-2_${cart.id}_\\d{8}T\\d{4}Z_[0-9a-f]{8}.json.gz`;
      assert.match(object.slice(begin.length), new RegExp(`^\\d{4}/\\d\\d/\\d\\d/${cart.id}/${name}$`));
      for (const file of [stream, object]) {
        assert.deepEqual(
          linesIn(join(world.logsDir, file)).map(({ serviceArn }) => serviceArn),
          [cart.arn],
        );
      }
      unsubscribe(subscription);
      await world.settle();
      await world.call({ host: 'cart.example.com', path: '/after' });
      await line({ requestPath: '/after' }, stream);
      assert.equal(globSync('s3/**/*.gz', { cwd: world.logsDir }).length, 1);
    });

    test('a subscription that comes or goes fails no request on connections that are kept', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 4 });
      const host = world.dataPlane.addresses().values().next().value ?? '';
      const port = listenPort(80, world.dataPlane);
      const statuses: (number | string)[] = [];
      const send = async (): Promise<void> => {
        const sent = request({ host, port, agent, path: '/kept', headers: { host: 'cart.example.com' } });
        sent.end();
        const [response]: unknown[] = await once(sent, 'response');
        assert.ok(response instanceof IncomingMessage);
        statuses.push(response.statusCode ?? 0);
        response.resume();
        await once(response, 'end');
      };
      const over = new AbortController();
      const clients = [1, 2, 3, 4].map(async () => {
        while (!over.signal.aborted) await send();
      });
      for (let time = 0; time < 5; time += 1) {
        for (const id of world.region.state().accessLogSubscriptions.keys()) unsubscribe(id);
        await world.settle();
        logTo(world.networkId, 'arn:aws:logs:us-west-2:123456789012:log-group:/lattice/shop:*');
        await world.settle();
      }
      over.abort();
      await Promise.all(clients);
      agent.destroy();
      assert.ok(statuses.length > 20, String(statuses.length));
      assert.deepEqual(new Set(statuses), new Set([200]));
      await line({ requestPath: '/kept' });
    });

    test('trellis logs prints them, those of one service or network, and goes on with those that come', async () => {
      await world.call({ host: 'cart.example.com', path: '/listed' });
      await line({ requestPath: '/listed' });
      const all = await printed({});
      assert.ok(all.some((each) => / test\/cart GET cart\.example\.com\/listed 200 \d+ms 127\./.test(each)));
      assert.ok(all.some((each) => / test\/- GET nobody\.example\.com/.test(each)));
      const ofCart = await printed({ service: 'cart', network: world.networkId });
      assert.ok(ofCart.length > 0 && ofCart.every((each) => each.includes(' test/cart ')));
      assert.deepEqual(await printed({ network: 'elsewhere' }), []);
      const [record] = await printed({ service: 'cart', json: true });
      assert.equal(Object.keys(JSON.parse(record ?? '')).length, requestFields.length);
      const following = printed({ service: cart.id, follow: true });
      await world.call({ host: 'cart.example.com', path: '/while-followed' });
      assert.ok((await following).some((each) => each.includes('/while-followed')));
    });

    test('the metrics of VPC Lattice are there for Prometheus', async () => {
      await world.call({ host: 'cart.example.com', path: '/measured' });
      await line({ requestPath: '/measured' });
      const request = { method: 'GET', target: '/_trellis/metrics', headers: {}, body: new Uint8Array() };
      const { status, headers, body } = await api()(request, AbortSignal.timeout(5_000));
      assert.equal(status, 200);
      assert.match(headers['content-type'] ?? '', /^text\/plain/);
      const text = Buffer.from(await bytesOf(body)).toString();
      const valueOf = (name: string, label: string): number =>
        Number(new RegExp(`^aws_vpclattice_${name}\\{${label}\\} (\\d+)$`, 'm').exec(text)?.[1]);
      assert.ok(valueOf('total_request_count', `service="${cart.id}"`) >= 1, text);
      assert.ok(valueOf('total_request_count', `target_group="${group.id}"`) >= 1, text);
      assert.ok(valueOf('http_code_2xx_count', `service="${cart.id}"`) >= 1, text);
      assert.ok(valueOf('total_sent_connection_bytes', `target_group="${group.id}"`) > 100, text);
    });
  });
});

/** Listens on a port of its own. */
async function bound(server: Server): Promise<{ id: string; port: number }> {
  server.listen(0, '127.172.9.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { id: '127.172.9.1', port: address.port };
}
