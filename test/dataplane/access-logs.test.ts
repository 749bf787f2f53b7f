/** What the lines of access logs say of real traffic. Fields and their meaning: VPC Lattice user guide, monitoring-access-logs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { after, before, suite, test } from 'node:test';
import { connect } from 'node:tls';
import { createAuthority } from '../../src/certificates/authority.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { requestFields } from './log-lines.ts';
import { bound, loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { forwardTo, present } from './world.ts';
import type { Target, TrafficWorld } from './world.ts';

suite('lines of access logs', () => {
  let logged: LoggedWorld;
  let world: TrafficWorld;
  let cart: Service;
  let group: TargetGroup;
  let target: Target;
  let line: LoggedWorld['line'];
  const theirs = createAuthority('a company of its own', Date.now());
  const pod = createTlsServer(theirs.issue(['db.example.com'], Date.now()), (_, response) =>
    response.end('from the pod'),
  );

  const tlsListener = (service: Service, protocol: 'HTTPS' | 'TLS_PASSTHROUGH', to: TargetGroup): string => {
    const input = { serviceIdentifier: service.id, name: 'tls', protocol, port: 443 };
    return world.done({ op: 'CreateListener', input: { ...input, defaultAction: forwardTo([[to, 1]]) } })
      .listener.id;
  };

  /** One request by TLS; what came back. */
  const byTls = async (servername: string, ca: string, path = '/'): Promise<string> => {
    const { address: host, port } = world.place(443);
    const socket = connect({ host, port, servername, ca });
    await once(socket, 'secureConnect');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${servername}\r\nconnection: close\r\n\r\n`);
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    return heard;
  };

  before(async () => {
    logged = await loggedWorld();
    ({ world, cart, group, target, line } = logged);
    logged.fixedBelow('/fixed', 404);
    logged.logNetwork();
    await world.settle();
  });
  after(async () => {
    await logged.close();
    pod.close();
    pod.closeAllConnections();
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
      listenerId: logged.listenerId,
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

  test('the status of gRPC is there when the target tells one', async () => {
    await world.call({ host: 'cart.example.com', path: '/grpc' });
    const found = await line({ requestPath: '/grpc' });
    assert.equal(found['grpcResponseCode'], 5);
    assert.deepEqual(Object.keys(found).toSorted(), [...requestFields, 'grpcResponseCode'].toSorted());
  });

  test('HTTPS tells the name, the version and the suite', async () => {
    const ca = readFileSync(world.dataPlane.authorityFile, 'utf8');
    const id = tlsListener(cart, 'HTTPS', group);
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
    tlsListener(db, 'TLS_PASSTHROUGH', present(world.region.state().targetGroups.get(tcp.id)));
    await world.settle();
    assert.match(await byTls('db.example.com', theirs.cert), /from the pod/);
    const found = await line({ serviceArn: db.arn });
    const { targetGroupArn, targetIpPort, serverNameIndication, protocol, requestMethod, tlsVersion } = found;
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
});
