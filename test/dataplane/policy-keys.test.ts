/**
 * What policies can ask of a request or a connection: each condition key, once as it is and once as it is not, with traffic.
 * Keys: VPC Lattice user guide, auth-policies, and IAM's global keys. Values of all kinds are in src/local/auth/testdata.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { after, before, suite } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { keyOf } from '../../src/local/dataplane/authorization/entry.ts';
import type { Change, CredentialEntry } from '../../src/local/dataplane/authorization/entry.ts';
import type { Service } from '../../src/local/state/state.ts';
import { signedHeaders } from '../auth/sign.ts';
import { badTarget } from './logged-world.ts';
import { clientHello } from './raw-tls.ts';
import { sourced } from './sourced.ts';
import { account, forwardTo, present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const callersAccount = '111122223333';
const organization = { id: 'o-a1b2c3d4e5', path: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/' };
const vpcId = 'vpc-0123456789abcdef0';

const allowAll = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
const callers: readonly Pick<CredentialEntry, 'accessKeyId' | 'principal' | 'context'>[] = [
  {
    accessKeyId: 'AKIAANN',
    principal: {
      kind: 'user',
      name: 'ann',
      account: callersAccount,
      arn: `arn:aws:iam::${callersAccount}:user/ann`,
      userId: 'AIDAANN',
      tags: { team: 'rates' },
      organization,
    },
  },
  {
    accessKeyId: 'AKIAWEB',
    principal: {
      kind: 'assumedRole',
      account: callersAccount,
      arn: `arn:aws:sts::${callersAccount}:assumed-role/web/i-1`,
      roleArn: `arn:aws:iam::${callersAccount}:role/app/web`,
      userId: 'AROAWEB:i-1',
      tags: {},
    },
    context: { 'aws:SourceIdentity': ['carol'] },
  },
];

interface Key {
  readonly key: string;
  readonly operator: string;
  /** With this value the condition holds, */
  readonly is: string | readonly string[];
  /** and with this it does not. */
  readonly isNot: string;
  /** The key of whoever signs; nobody does without one. */
  readonly as?: string;
}

/** That requests have, and connections that are passed through, too. */
const keysOfBoth = (service: Service, world: TrafficWorld, port: number): readonly Key[] => [
  { key: 'vpc-lattice-svcs:Port', operator: 'NumericEquals', is: String(port), isNot: '81' },
  {
    key: 'vpc-lattice-svcs:ServiceNetworkArn',
    operator: 'ArnEquals',
    is: present(world.region.state().serviceNetworks.get(world.networkId)).arn,
    isNot: `arn:aws:vpc-lattice:us-west-2:${account}:servicenetwork/sn-0123456789abcdef0`,
  },
  {
    key: 'vpc-lattice-svcs:ServiceArn',
    operator: 'ArnEquals',
    is: service.arn,
    isNot: `arn:aws:vpc-lattice:us-west-2:${account}:service/svc-0123456789abcdef0`,
  },
  { key: 'vpc-lattice-svcs:SourceVpc', operator: 'StringEquals', is: vpcId, isNot: 'vpc-0123456789abcdef1' },
  {
    key: 'vpc-lattice-svcs:SourceVpcOwnerAccount',
    operator: 'StringEquals',
    is: account,
    isNot: callersAccount,
  },
  { key: 'aws:ResourceTag/stage', operator: 'StringEquals', is: 'prod', isNot: 'test' },
  { key: 'aws:ResourceAccount', operator: 'StringEquals', is: account, isNot: callersAccount },
  { key: 'aws:SourceIp', operator: 'IpAddress', is: '127.0.0.0/8', isNot: '10.0.0.0/8' },
  { key: 'aws:PrincipalType', operator: 'StringEquals', is: 'Anonymous', isNot: 'User' },
  { key: 'aws:CurrentTime', operator: 'DateGreaterThan', is: '2026-01-01', isNot: '2199-01-01' },
  { key: 'aws:EpochTime', operator: 'NumericGreaterThan', is: '1700000000', isNot: '7000000000' },
  { key: 'aws:RequestedRegion', operator: 'StringEquals', is: 'us-west-2', isNot: 'eu-west-1' },
];

const ann = { as: 'AKIAANN', operator: 'StringEquals' } as const;
const web = { as: 'AKIAWEB', operator: 'StringEquals' } as const;

/** That only requests have: `PATCH /p/x?currency=EUR&currency=USD` with some headers. */
const keysOfRequests: readonly Key[] = [
  { key: 'vpc-lattice-svcs:RequestMethod', operator: 'StringEquals', is: 'PATCH', isNot: 'patch' },
  { key: 'vpc-lattice-svcs:RequestPath', operator: 'StringEquals', is: '/p/x', isNot: '/p/X' },
  { key: 'vpc-lattice-svcs:RequestHeader/x-team', operator: 'StringEquals', is: 'Blue', isNot: 'blue' },
  {
    key: 'vpc-lattice-svcs:RequestQueryString/currency',
    operator: 'ForAllValues:StringEquals',
    is: ['EUR', 'USD'],
    isNot: 'EUR',
  },
  { key: 'aws:SecureTransport', operator: 'Bool', is: 'false', isNot: 'true' },
  { key: 'aws:UserAgent', operator: 'StringLike', is: 'tests/*', isNot: 'curl/*' },
  { key: 'aws:Referer', operator: 'StringEquals', is: 'https://a.example.com/', isNot: 'x' },
  { ...ann, key: 'aws:PrincipalTag/team', is: 'rates', isNot: 'other' },
  { ...ann, key: 'aws:PrincipalOrgID', is: organization.id, isNot: 'o-other' },
  {
    ...ann,
    key: 'aws:PrincipalOrgPaths',
    operator: 'ForAnyValue:StringLike',
    is: 'o-a1b2c3d4e5/r-ab12/*',
    isNot: 'o-a1b2c3d4e5/r-other/*',
  },
  { ...ann, key: 'aws:PrincipalAccount', is: callersAccount, isNot: account },
  { ...ann, key: 'aws:PrincipalType', is: 'User', isNot: 'Anonymous' },
  { ...ann, key: 'aws:userid', is: 'AIDAANN', isNot: 'AIDABOB' },
  { ...ann, key: 'aws:username', is: 'ann', isNot: 'bob' },
  {
    ...web,
    key: 'aws:PrincipalArn',
    operator: 'ArnEquals',
    is: `arn:aws:iam::${callersAccount}:role/app/web`,
    isNot: `arn:aws:sts::${callersAccount}:assumed-role/web/i-1`,
  },
  { ...web, key: 'aws:PrincipalType', is: 'AssumedRole', isNot: 'User' },
  { ...web, key: 'aws:userid', is: 'AROAWEB:i-1', isNot: 'AROAWEB' },
  { ...web, key: 'aws:SourceIdentity', is: 'carol', isNot: 'dave' },
];

suite('policies may ask for', () => {
  let world: TrafficWorld;
  let shop: Service;
  let raw: Service;
  let server: Server;

  before(async () => {
    world = await trafficWorld();
    const target = await world.target((request, response) => {
      request.resume();
      response.end('in');
    });
    const group = world.group('shop');
    world.register(group, target);
    shop = world.service('shop', 'shop.example.com');
    world.listener(shop, [[group, 1]]);
    const https = { serviceIdentifier: shop.id, name: 'https', protocol: 'HTTPS' } as const;
    world.done({ op: 'CreateListener', input: { ...https, defaultAction: forwardTo([[group, 1]]) } });
    raw = world.service('raw', 'raw.example.com');
    const behind = await badTarget((socket) => socket.once('data', () => socket.end('in')));
    ({ server } = behind);
    const config = { protocol: 'TCP', port: 443, vpcIdentifier: vpcId } as const;
    const tcp = world.done({ op: 'CreateTargetGroup', input: { name: 'raw', type: 'IP', config } });
    world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: tcp.id, targets: [behind.at] } });
    const listener = { serviceIdentifier: raw.id, name: 'raw', protocol: 'TLS_PASSTHROUGH' } as const;
    const defaultAction = forwardTo([[present(world.region.state().targetGroups.get(tcp.id)), 1]]);
    world.done({ op: 'CreateListener', input: { ...listener, port: 443, defaultAction } });
    for (const { id, arn } of [shop, raw]) {
      world.done({ op: 'TagResource', input: { resourceArn: arn, tags: { stage: 'prod' } } });
      world.done({ op: 'UpdateService', input: { serviceIdentifier: id, authType: 'AWS_IAM' } });
    }
    await world.dataPlane.know(callers.map(rowOf), AbortSignal.timeout(5_000));
  });
  after(async () => {
    await world.close();
    server.close();
  });

  /** The policy of a service lets in whoever meets one condition. */
  async function admit({ id }: Service, { operator, key }: Key, value: Key['is']): Promise<void> {
    const statement = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { ...statement, Condition: { [operator]: { [key]: value } } },
    });
    world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: id, policy } });
    await world.settle();
  }

  async function isLetIn({ as }: Key): Promise<boolean> {
    const host = 'shop.example.com';
    const call = { host, method: 'PATCH', path: '/p/x' };
    const query = { currency: ['EUR', 'USD'] };
    const headers = { 'x-team': 'Blue', 'user-agent': 'tests/1', referer: 'https://a.example.com/' };
    const signing = { ...call, query, accessKeyId: as ?? '', secretAccessKey: 'secret' };
    const signed = as === undefined ? {} : await signedHeaders(signing);
    const path = '/p/x?currency=EUR&currency=USD';
    const { status } = await world.call({ ...call, path, headers: { ...headers, ...signed } });
    assert.ok(status === 200 || status === 403, String(status));
    return status === 200;
  }

  async function isConnected(): Promise<boolean> {
    const { address, port } = world.place(443);
    const socket = connect(port, address);
    let heard = '';
    socket.on('data', (bytes) => (heard += String(bytes))).on('error', () => undefined);
    socket.write(clientHello('raw.example.com'));
    await once(socket, 'close', { signal: AbortSignal.timeout(5_000) });
    return heard === 'in';
  }

  sourced('guide: auth-policies', 'all keys of requests', async () => {
    for (const key of [...keysOfBoth(shop, world, 80), ...keysOfRequests]) {
      await admit(shop, key, key.is);
      assert.equal(await isLetIn(key), true, `${key.key} is ${String(key.is)}`);
      await admit(shop, key, key.isNot);
      assert.equal(await isLetIn(key), false, `${key.key} is not ${key.isNot}`);
    }
  });

  sourced('guide: auth-policies', 'TLS, by the listener that a request came to', async () => {
    const key = { key: 'aws:SecureTransport', operator: 'Bool', is: 'true', isNot: 'false' };
    for (const [value, byTls] of [
      ['true', true],
      ['false', false],
    ] as const) {
      await admit(shop, key, value);
      assert.equal(await isLetIn(key), !byTls, 'without TLS');
      const { address, port } = world.place(443);
      const ca = readFileSync(world.dataPlane.authorityFile, 'utf8');
      const servername = shop.dnsEntry.domainName;
      const socket = connectTls({ host: address, port, servername, ca });
      socket.write(`GET / HTTP/1.1\r\nhost: ${servername}\r\nconnection: close\r\n\r\n`);
      const [answer]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
      socket.destroy();
      assert.equal(String(answer).startsWith('HTTP/1.1 200'), byTls, 'with TLS');
    }
  });

  sourced('guide: auth-policies', 'those of connections that are passed through', async () => {
    for (const key of keysOfBoth(raw, world, 443)) {
      await admit(raw, key, key.is);
      assert.equal(await isConnected(), true, `${key.key} is ${String(key.is)}`);
      await admit(raw, key, key.isNot);
      assert.equal(await isConnected(), false, `${key.key} is not ${key.isNot}`);
    }
    for (const name of ['RequestMethod', 'RequestPath', 'RequestHeader/host']) {
      const key = { key: `vpc-lattice-svcs:${name}`, operator: 'Null', is: 'true', isNot: 'false' };
      await admit(raw, key, key.is);
      assert.equal(await isConnected(), true, `${name} is absent`);
    }
  });
});

function rowOf(caller: (typeof callers)[number]): Change {
  const secret = { secretAccessKey: 'secret', identity: { policies: [allowAll] } };
  return {
    key: keyOf.credential(caller.accessKeyId),
    entry: { kind: 'credential', ...secret, ...caller },
  };
}
