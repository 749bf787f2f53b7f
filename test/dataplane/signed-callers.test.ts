/** Who signs, in every way there is: what is believed, and what targets and the access log are told of the caller. By real Envoy. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import { after, before, suite } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { isRecord } from '../../src/kinds/record.ts';
import { keyOf } from '../../src/local/dataplane/authorization/entry.ts';
import type { CredentialEntry } from '../../src/local/dataplane/authorization/entry.ts';
import { asymmetricHeaders } from '../auth/sign-asymmetric.ts';
import { Sha256, signedHeaders } from '../auth/sign.ts';
import type { Signing } from '../auth/sign.ts';
import { host, loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { sourced } from './sourced.ts';
import { forwardTo } from './world.ts';
import type { Answer } from './world.ts';

const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const arn = 'arn:aws:sts::111122223333:assumed-role/web/i-1';
const keys = { accessKeyId: 'ASIAWEB', secretAccessKey: 'secret', sessionToken: 'token+with/signs==' };
const expired = { ...keys, accessKeyId: 'ASIAEXPIRED' };
/** One without a token, as SigV4A is easiest to write. */
const longTerm = { accessKeyId: 'AKIAANN', secretAccessKey: 'another/secret' };

const entry: CredentialEntry = {
  kind: 'credential',
  ...keys,
  principal: {
    kind: 'assumedRole',
    account: '111122223333',
    arn,
    roleArn: 'arn:aws:iam::111122223333:role/web',
    userId: 'AROAWEB:i-1',
    tags: { team: 'rates; and more', stage: 'prod' },
    organization: { id: 'o-a1b2c3d4e5', path: 'o-a1b2c3d4e5/r-ab12/' },
  },
  certificate: {
    subjectCN: 'web-1',
    issuerOU: 'Shop',
    sanNameCN: 'web',
    sanDns: 'web.example.com',
    sanUri: 'spiffe://example.com/web',
  },
  identity: {
    policies: ['{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
  },
};
const { sessionToken: _, ...withoutToken } = entry;
/** One of the policies of this one cannot be read. */
const unreadable = { ...longTerm, accessKeyId: 'AKIAUNREADABLE' };

suite('callers who sign', () => {
  let logged: LoggedWorld;

  before(async () => {
    logged = await loggedWorld();
    const { world, cart, groupOf, forwardBelow } = logged;
    const target = await world.target((request, response) => response.end(JSON.stringify(request.headers)));
    const group = groupOf('echo', target);
    forwardBelow('/', group);
    const serviceIdentifier = cart.id;
    world.done({ op: 'UpdateService', input: { serviceIdentifier, certificateArn, authType: 'AWS_IAM' } });
    const https = { serviceIdentifier, name: 'https', protocol: 'HTTPS' } as const;
    world.done({ op: 'CreateListener', input: { ...https, defaultAction: forwardTo([[group, 1]]) } });
    const statement = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: '*', Resource: '*' };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: statement });
    world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: cart.id, policy } });
    const rows = [
      entry,
      { ...entry, ...expired, expiresAt: Date.now() - 1 },
      { ...withoutToken, ...longTerm },
      { ...withoutToken, ...unreadable, identity: { policies: [...entry.identity.policies, '{'] } },
    ];
    const changes = rows.map((row) => ({ key: keyOf.credential(row.accessKeyId), entry: row }));
    await world.dataPlane.know(changes, AbortSignal.timeout(5_000));
    logged.logNetwork();
    await world.settle();
  });
  after(async () => logged.close());

  async function signed(more: Partial<Signing> = {}, path = '/'): Promise<Answer> {
    const { host: _host, ...headers } = await signedHeaders({ ...keys, host, path, ...more });
    return logged.world.call({ host, path, headers });
  }

  sourced(
    'guide: http-targets',
    'are told to targets with organization, session, certificate and tags',
    async () => {
      const { status, body } = await signed();
      assert.equal(status, 200, body);
      const told: unknown = JSON.parse(body);
      assert.ok(isRecord(told));
      assert.equal(
        told['x-amzn-lattice-identity'],
        [
          `Principal=${arn}; PrincipalOrgID=o-a1b2c3d4e5; PrincipalOrgPath=o-a1b2c3d4e5/r-ab12/; SessionName=i-1`,
          'Type=AWS_IAM; X509IssuerOU=Shop; X509SANDNS=web.example.com; X509SANNameCN=web',
          'X509SANURI=spiffe://example.com/web; X509SubjectCN=web-1',
        ].join('; '),
      );
      assert.equal(
        told['x-amzn-lattice-identity-tags'],
        String.raw`principal=${arn};principalorgid=o-a1b2c3d4e5;principalorgpath=o-a1b2c3d4e5/r-ab12/;team=rates\; and more;stage=prod`,
      );
    },
  );

  sourced('guide: monitoring-access-logs', 'are in the log with all that is known of them', async () => {
    await signed({}, '/logged');
    const line = await logged.line({ requestPath: '/logged' });
    const { callerPrincipal, callerPrincipalOrgID, callerPrincipalTags, resolvedUser } = line;
    assert.deepEqual(
      { callerPrincipal, callerPrincipalOrgID, callerPrincipalTags, resolvedUser },
      {
        callerPrincipal: arn,
        callerPrincipalOrgID: 'o-a1b2c3d4e5',
        callerPrincipalTags: JSON.stringify(entry.principal.tags),
        resolvedUser: arn,
      },
    );
    const { callerX509SubjectCN, callerX509IssuerOU, callerX509SANNameCN, callerX509SANDNS } = line;
    assert.deepEqual(
      [
        callerX509SubjectCN,
        callerX509IssuerOU,
        callerX509SANNameCN,
        callerX509SANDNS,
        line['callerX509SANURI'],
      ],
      ['web-1', 'Shop', 'web', 'web.example.com', 'spiffe://example.com/web'],
    );
  });

  sourced('choice', 'are believed while clocks are not five minutes apart', async () => {
    for (const [seconds, status, says] of [
      [-290, 200, '"host"'],
      [290, 200, '"host"'],
      [-310, 403, 'Signature expired'],
      [310, 403, 'Signature not yet current'],
    ] as const) {
      const answer = await signed({ date: new Date(Date.now() + seconds * 1000) });
      assert.equal(answer.status, status, `${seconds} s: ${answer.body}`);
      assert.ok(answer.body.includes(says), answer.body);
    }
  });

  sourced('choice', 'are not believed with a token that has expired, or without it', async () => {
    const late = await signed(expired);
    assert.equal(late.status, 403);
    assert.match(late.body, /^ExpiredTokenException: /);
    const { sessionToken: _token, ...without } = keys;
    const { host: _host, ...headers } = await signedHeaders({ ...without, host });
    assert.equal((await logged.world.call({ host, headers })).status, 403);
  });

  sourced('choice', 'may nothing while one of their own policies cannot be read', async () => {
    const { host: _host, ...headers } = await signedHeaders({ ...unreadable, host });
    const { status, body } = await logged.world.call({ host, headers });
    assert.deepEqual([status, body.includes('no identity-based policy allows')], [403, true]);
  });

  sourced(
    'guide: sigv4-authenticated-requests',
    'may sign for a set of regions that has this one',
    async () => {
      for (const [regionSet, status] of [
        ['us-west-2', 200],
        ['*', 200],
        ['eu-west-1,us-west-*', 200],
        ['eu-west-1,us-east-1', 403],
      ] as const) {
        const { host: _host, ...headers } = asymmetricHeaders({ ...longTerm, host, regionSet });
        const { status: got, body } = await logged.world.call({ host, headers });
        assert.equal(got, status, `${regionSet}: ${body}`);
      }
      const { host: _host, ...headers } = asymmetricHeaders({ ...longTerm, host, regionSet: 'us-west-2' });
      const widened = { ...headers, 'x-amz-region-set': '*' };
      assert.equal((await logged.world.call({ host, headers: widened })).status, 403, 'the set is signed');
    },
  );

  sourced('choice', 'may sign in the query, for as long as they say', async () => {
    const signer = new SignatureV4({
      credentials: keys,
      region: 'us-west-2',
      service: 'vpc-lattice-svcs',
      sha256: Sha256,
    });
    const presigned = async (secondsAgo: number, more = ''): Promise<number> => {
      const request = new HttpRequest({
        method: 'GET',
        hostname: host,
        path: '/p',
        query: { a: 'b' },
        headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      });
      const signingDate = new Date(Date.now() - secondsAgo * 1000);
      const { query = {}, headers } = await signer.presign(request, { signingDate, expiresIn: 600 });
      const parameters = Object.entries(query).map(
        ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
      );
      return (await logged.world.call({ host, path: `/p?${parameters.join('&')}${more}`, headers })).status;
    };
    assert.deepEqual([await presigned(0), await presigned(590), await presigned(610)], [200, 200, 403]);
    assert.equal(await presigned(0, '&c=d'), 403);
  });

  sourced('guide: sigv4-authenticated-requests', 'are known over HTTP/2, by its authority', async () => {
    const { address, port } = logged.world.place(443);
    const ca = readFileSync(logged.world.dataPlane.authorityFile, 'utf8');
    const socket = connectTls({ host: address, port, servername: host, ca, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    const session = connectHttp2(`https://${host}`, { createConnection: () => socket });
    const { host: _host, ...headers } = await signedHeaders({ ...keys, host });
    const status = async (authority: string): Promise<unknown> => {
      const stream = session.request({ ':path': '/', ':authority': authority, ...headers });
      const [answer]: IncomingHttpHeaders[] = await once(stream, 'response');
      stream.resume();
      return answer?.[':status'];
    };
    assert.equal(await status(host), 200);
    assert.equal(await status('other.example.com'), 403, 'the authority is signed');
    session.destroy();
  });
});
