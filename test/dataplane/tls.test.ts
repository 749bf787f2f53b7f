/** HTTPS and TLS passthrough, with clients that verify. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { createServer } from 'node:https';
import { after, before, suite } from 'node:test';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { createAuthority } from '../../src/certificates/authority.ts';
import { listenPort } from '../../src/local/dataplane/xds/listen-port.ts';
import { readCertificate } from '../../src/local/neighbours/acm/read-certificate.ts';
import type { Service } from '../../src/local/state/state.ts';
import { signedHeaders } from '../auth/sign.ts';
import { sourced } from './sourced.ts';
import { present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';

suite('TLS through the local VPC Lattice', () => {
  let world: TrafficWorld;
  let cart: Service;
  let ca: string;
  const theirs = createAuthority('a company of its own', Date.now());
  const pod = createServer(theirs.issue(['db.example.com'], Date.now()), (_, response) =>
    response.end('from the pod'),
  );

  /** A connection for a host; rejects when TLS fails. */
  const open = async (servername: string, options: ConnectionOptions = {}): Promise<TLSSocket> => {
    const [address] = world.dataPlane.addresses().values();
    const port = listenPort(443, world.dataPlane);
    const socket = connect({ host: address ?? '', port, servername, ca, ...options });
    await once(socket, 'secureConnect');
    return socket;
  };

  /** One request over HTTP/1.1. */
  const get = async (
    servername: string,
    options: ConnectionOptions & { readonly host?: string } = {},
  ): Promise<string> => {
    const { host = servername, ...rest } = options;
    const socket = await open(servername, rest);
    socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    return heard;
  };

  /** The suite of TLS 1.2 that Lattice takes of those that a client offers, in its order. */
  const agreed = async (ciphers: readonly string[]): Promise<string> => {
    const options = { maxVersion: 'TLSv1.2', ciphers: ciphers.join(':') } as const;
    const socket = await open('cart.example.com', options);
    const { name } = socket.getCipher();
    socket.destroy();
    return name;
  };

  const listens = (service: Service, protocol: 'HTTPS' | 'TLS_PASSTHROUGH', groupId: string): void => {
    world.done({
      op: 'CreateListener',
      input: {
        serviceIdentifier: service.id,
        name: 'tls',
        protocol,
        port: 443,
        defaultAction: { forward: { targetGroups: [{ targetGroupIdentifier: groupId, weight: 1 }] } },
      },
    });
  };

  before(async () => {
    world = await trafficWorld();
    ca = readFileSync(world.dataPlane.authorityFile, 'utf8');
    const group = world.group('v1');
    world.register(
      group,
      await world.target((request, response) => {
        const told = ['x-forwarded-proto', 'x-forwarded-port', 'host'].map((name) => request.headers[name]);
        response.end(told.join(' '));
      }),
    );
    cart = world.service('cart', 'cart.example.com');
    listens(cart, 'HTTPS', group.id);
    world.done({ op: 'UpdateService', input: { serviceIdentifier: cart.id, certificateArn } });
    listens(world.service('desk', 'desk.example.com'), 'HTTPS', world.group('v2').id);

    pod.listen(0, '127.172.9.1');
    await once(pod, 'listening');
    const bound = pod.address();
    assert.ok(typeof bound === 'object' && bound !== null);
    const config = { protocol: 'TCP', port: 443, vpcIdentifier: 'vpc-0123456789abcdef0' } as const;
    const tcp = world.done({ op: 'CreateTargetGroup', input: { name: 'db', type: 'IP', config } });
    world.done({
      op: 'RegisterTargets',
      input: { targetGroupIdentifier: tcp.id, targets: [{ id: '127.172.9.1', port: bound.port }] },
    });
    listens(world.service('db', 'db.example.com'), 'TLS_PASSTHROUGH', tcp.id);
    await world.settle();
  });
  after(async () => {
    await world.close();
    pod.closeAllConnections();
    pod.close();
  });

  sourced(
    'guide: https-listeners',
    'a generated name is served with a certificate for it, and the target hears what was asked for',
    async () => {
      const { domainName } = cart.dnsEntry;
      const answer = await get(domainName);
      assert.match(answer, /^HTTP\/1.1 200 OK\r\n/);
      assert.match(answer, /\r\nx-amzn-requestid: /);
      assert.ok(answer.includes(`https 443 ${domainName}`), answer);
    },
  );

  sourced(
    'guide: service-custom-domain-name',
    'a custom name is served with the certificate that ACM has, also after that was imported again',
    async () => {
      const imported = async (arn?: string): Promise<string> => {
        const { cert, key } = theirs.issue(['cart.example.com'], Date.now());
        const read = readCertificate({
          certificate: Buffer.from(cert).toString('base64'),
          privateKey: Buffer.from(key).toString('base64'),
          chain: Buffer.from(theirs.cert).toString('base64'),
        });
        assert.ok(typeof read !== 'string', 'the certificate cannot be read');
        const input = { ...read, tags: {}, ...(arn === undefined ? {} : { arn }) };
        const kept = world.done({ op: 'ImportCertificate', input });
        world.done({
          op: 'UpdateService',
          input: { serviceIdentifier: cart.id, certificateArn: kept.arn },
        });
        await world.settle();
        const socket = await open('cart.example.com', { ca: theirs.cert });
        const { serialNumber } = socket.getPeerCertificate();
        socket.destroy();
        assert.equal(new X509Certificate(cert).serialNumber, serialNumber);
        return kept.arn;
      };
      await imported(await imported());
      world.done({ op: 'UpdateService', input: { serviceIdentifier: cart.id, certificateArn } });
      await world.settle();
    },
  );

  sourced(
    'guide: service-custom-domain-name',
    'a custom name is served with its certificate, in any case of letters',
    async () => {
      assert.match(await get('cart.example.com'), /https 443 cart\.example\.com/);
      assert.match(await get('Cart.Example.COM'), /200 OK/);
    },
  );

  sourced(
    'guide: service-custom-domain-name',
    'a certificate is for its own names, and a wildcard for one level: for another name there is no connection',
    async () => {
      const deep = world.service('deep', 'a.b.example.com');
      listens(deep, 'HTTPS', world.group('deep').id);
      for (const [names, served] of [
        [['*.example.com'], ['cart.example.com']],
        [['other.example.com'], []],
        [['other.example.com', '*.b.example.com'], ['a.b.example.com']],
        [['Cart.example.com'], ['cart.example.com']],
      ] as const) {
        const { cert, key } = theirs.issue([...names], Date.now());
        const read = readCertificate({
          certificate: Buffer.from(cert).toString('base64'),
          privateKey: Buffer.from(key).toString('base64'),
          chain: undefined,
        });
        assert.ok(typeof read !== 'string', 'the certificate cannot be read');
        const { arn } = world.done({ op: 'ImportCertificate', input: { ...read, tags: {} } });
        for (const { id } of [cart, deep]) {
          world.done({ op: 'UpdateService', input: { serviceIdentifier: id, certificateArn: arn } });
        }
        await world.settle();
        for (const host of ['cart.example.com', 'a.b.example.com']) {
          const connecting = open(host, { ca: theirs.cert });
          if (served.some((name) => name === host)) (await connecting).destroy();
          else await assert.rejects(connecting, /disconnected|reset/i, `${host} by ${names.join()}`);
        }
      }
      world.done({ op: 'UpdateService', input: { serviceIdentifier: cart.id, certificateArn } });
      await world.settle();
    },
  );

  sourced(
    'guide: https-listeners',
    'HTTP/2 is offered first, and HTTP/1.1 to clients that offer nothing',
    async () => {
      const both = await open('cart.example.com', { ALPNProtocols: ['http/1.1', 'h2'] });
      assert.equal(both.alpnProtocol, 'h2');
      const session = connectHttp2('https://cart.example.com', { createConnection: () => both });
      const stream = session.request({ ':path': '/' });
      const [headers]: unknown[] = await once(stream, 'response');
      assert.ok(typeof headers === 'object' && headers !== null && ':status' in headers);
      assert.equal(headers[':status'], 200);
      session.destroy();
      const neither = await open('cart.example.com');
      assert.equal(neither.alpnProtocol, false);
      neither.destroy();
    },
  );

  sourced(
    'guide: https-listeners',
    'without a certificate, a known name or a name at all there is no connection',
    async () => {
      await assert.rejects(open('desk.example.com'), /disconnected|reset/i, 'it names no certificate');
      await assert.rejects(open('nobody.example.com'), /disconnected|reset/i);
      await assert.rejects(open(''), /disconnected|reset/i);
      await assert.rejects(open('cart.example.com', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }));
    },
  );

  sourced('guide: https-listeners', 'TLS 1.2 takes the suites of Lattice, in its order', async () => {
    const suites = [
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-SHA',
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-SHA',
      'AES128-GCM-SHA256',
      'AES128-SHA',
      'AES256-GCM-SHA384',
      'AES256-SHA',
    ];
    for (const [at, name] of suites.entries()) {
      // Whatever the client would rather have.
      assert.equal(await agreed(suites.slice(at).toReversed()), name);
    }
    for (const name of [
      'ECDHE-RSA-CHACHA20-POLY1305',
      'DHE-RSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-SHA256',
    ]) {
      await assert.rejects(agreed([name]), /handshake|no ciphers/i, name);
    }
  });

  sourced('guide: https-listeners', 'TLS 1.3 takes its three suites', async () => {
    for (const ciphers of [
      'TLS_AES_128_GCM_SHA256',
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
    ]) {
      const socket = await open('cart.example.com', { minVersion: 'TLSv1.3', ciphers });
      assert.equal(socket.getCipher().name, ciphers);
      socket.destroy();
    }
  });

  sourced('guide: tls-listeners', 'passed through, TLS ends in the pod', async () => {
    const answer = await get('db.example.com', { ca: theirs.cert });
    assert.match(answer, /from the pod/);
    await assert.rejects(
      open(
        present([...world.region.state().services.values()].find(({ name }) => name === 'db')).dnsEntry
          .domainName,
      ),
    );
  });

  sourced('choice', 'a service that comes or goes leaves connections for others alone', async () => {
    const socket = await open('cart.example.com');
    const group = world.group('late');
    const late = world.service('late');
    listens(late, 'HTTPS', group.id);
    await world.settle();
    (await open(late.dnsEntry.domainName)).destroy();
    socket.write('GET / HTTP/1.1\r\nhost: cart.example.com\r\nconnection: close\r\n\r\n');
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    assert.match(heard, /200 OK/);
  });

  sourced(
    'choice',
    'authorization of HTTPS is that of the service that TLS asked for, whatever the Host',
    async () => {
      const protect = (authType: 'NONE' | 'AWS_IAM'): void => {
        world.done({ op: 'UpdateService', input: { serviceIdentifier: cart.id, authType } });
      };
      protect('AWS_IAM');
      const policy =
        '{"Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}}';
      world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: cart.id, policy } });
      await world.settle();
      const denied = await get('cart.example.com');
      assert.match(denied, /^HTTP\/1.1 403 Forbidden\r\n/);
      assert.ok(denied.includes(`${cart.arn}/ because no service-based policy`), denied);
      assert.match(await get('cart.example.com', { host: 'desk.example.com' }), /^HTTP\/1.1 403/);
      const keys = { accessKeyId: '111122223333', secretAccessKey: 'local' };
      const headers = Object.entries(await signedHeaders({ ...keys, host: 'cart.example.com' }));
      const socket = await open('cart.example.com');
      socket.write(
        `GET / HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
      );
      const [answer]: unknown[] = await once(socket, 'data');
      socket.destroy();
      assert.match(String(answer), /^HTTP\/1.1 200 OK/);
      protect('NONE');
      await world.settle();
    },
  );

  sourced(
    'guide: tls-listeners',
    'connections that pass through are authorized as Connect, by what is known of them',
    async () => {
      const db = present([...world.region.state().services.values()].find(({ name }) => name === 'db'));
      const become = async (authType: 'NONE' | 'AWS_IAM', vpc?: string): Promise<void> => {
        world.done({ op: 'UpdateService', input: { serviceIdentifier: db.id, authType } });
        const condition = { StringEquals: { 'vpc-lattice-svcs:SourceVpc': vpc } };
        const statement = {
          Effect: 'Allow',
          Principal: '*',
          Action: 'vpc-lattice-svcs:Connect',
          Resource: db.arn,
        };
        const policy = JSON.stringify({ Statement: { ...statement, Condition: condition } });
        if (vpc !== undefined)
          world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: db.id, policy } });
        await world.settle();
      };
      await become('AWS_IAM');
      await assert.rejects(get('db.example.com', { ca: theirs.cert }));
      await become('AWS_IAM', 'vpc-0123456789abcdef0');
      assert.match(await get('db.example.com', { ca: theirs.cert }), /from the pod/);
      await become('AWS_IAM', 'vpc-00000000000000000');
      await assert.rejects(get('db.example.com', { ca: theirs.cert }));
      await become('NONE');
      assert.match(await get('db.example.com', { ca: theirs.cert }), /from the pod/);
    },
  );
});
