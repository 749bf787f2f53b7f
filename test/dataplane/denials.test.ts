/**
 * Who is refused, in which words, and what the access log says of it. Texts are observed where AWS's own pages show them, else
 * built alike; the words of a refused signature are those of AWS's other services.
 */
import assert from 'node:assert/strict';
import { after, before, suite } from 'node:test';
import { keyOf } from '../../src/local/dataplane/authorization/entry.ts';
import type { Change } from '../../src/local/dataplane/authorization/entry.ts';
import { signedHeaders } from '../auth/sign.ts';
import type { Signing } from '../auth/sign.ts';
import { host, loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { sourced } from './sourced.ts';
import type { Source } from './sourced.ts';
import type { Answer } from './world.ts';

const account = '111122223333';
const arnOf = (name: string): string => `arn:aws:iam::${account}:user/${name}`;

/** A layer: nobody looks, no policy, or what its statements do. */
type Guard = 'off' | 'no policy' | readonly object[];

const statement = { Principal: '*', Action: 'vpc-lattice-svcs:*', Resource: '*' };
const allow: readonly object[] = [{ Effect: 'Allow', ...statement }];
const deny: readonly object[] = [...allow, { Effect: 'Deny', ...statement }];
const others: readonly object[] = [
  { Effect: 'Allow', ...statement, Principal: { AWS: arnOf('somebody-else') } },
];

/** Users by the name of their key, each with what its own policies say. */
const users: Readonly<Record<string, readonly object[]>> = {
  free: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  silent: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
  banned: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'vpc-lattice-svcs:Invoke', Resource: '*' },
  ],
};

interface Denial {
  readonly source: Source;
  readonly sentence: string;
  readonly network?: Guard;
  readonly service?: Guard;
  /** Name of the key; nobody signs without one. */
  readonly as?: string;
  readonly signing?: Partial<Signing>;
  /** Headers that go besides, or in place of those of the signature. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the body begins and ends with; the path stands for itself. Without it the caller gets through. */
  readonly says?: string;
  readonly user: string;
  readonly layer: 'null' | 'Service' | 'Network' | 'Identity';
}

const anonymous = { user: 'Anonymous' } as const;
const free = { as: 'free', user: arnOf('free') } as const;

function missing(who: string, kind: string): string {
  return `AccessDeniedException: User: ${who} is not authorized to perform: vpc-lattice-svcs:Invoke on resource: RESOURCE because no ${kind} policy allows the vpc-lattice-svcs:Invoke action`;
}

function explicit(who: string, kind: string): string {
  const article = kind === 'identity-based' ? 'an' : 'a';
  return `AccessDeniedException: User: ${who} is not authorized to perform: vpc-lattice-svcs:Invoke on resource: RESOURCE with an explicit deny in ${article} ${kind} policy`;
}

const denials: readonly Denial[] = [
  {
    source: 'guide: auth-policies',
    sentence: 'auth type NONE on both lets everybody through',
    service: 'off',
    user: 'null',
    layer: 'null',
  },
  {
    source: 'guide: auth-policies',
    sentence: 'without a policy of the service nobody gets through',
    service: 'no policy',
    says: missing('anonymous', 'service-based'),
    ...anonymous,
    layer: 'Service',
  },
  {
    source: 'observed: AWS samples of service-based denials',
    sentence: 'a policy of the service that does not name the caller',
    service: others,
    ...free,
    says: missing(free.user, 'service-based'),
    layer: 'Service',
  },
  {
    source: 'observed: AWS samples of service-based denials',
    sentence: 'an explicit deny of the service',
    service: deny,
    ...free,
    says: explicit(free.user, 'service-based'),
    layer: 'Service',
  },
  {
    source: 'guide: auth-policies',
    sentence: 'without a policy of the network nobody gets through',
    network: 'no policy',
    service: allow,
    says: missing('anonymous', 'network-based'),
    ...anonymous,
    layer: 'Network',
  },
  {
    source: 'choice',
    sentence: 'a policy of the network that does not name the caller',
    network: others,
    service: allow,
    ...free,
    says: missing(free.user, 'network-based'),
    layer: 'Network',
  },
  {
    source: 'choice',
    sentence: 'an explicit deny of the network',
    network: deny,
    service: allow,
    ...anonymous,
    says: explicit('anonymous', 'network-based'),
    layer: 'Network',
  },
  {
    source: 'guide: auth-policies',
    sentence: 'policies of the caller that are silent, though both others allow',
    network: allow,
    service: allow,
    as: 'silent',
    user: arnOf('silent'),
    says: missing(arnOf('silent'), 'identity-based'),
    layer: 'Identity',
  },
  {
    source: 'choice',
    sentence: 'an explicit deny of the caller itself',
    service: allow,
    as: 'banned',
    user: arnOf('banned'),
    says: explicit(arnOf('banned'), 'identity-based'),
    layer: 'Identity',
  },
  {
    source: 'guide: auth-policies',
    sentence: 'all three allow',
    network: allow,
    service: allow,
    ...free,
    layer: 'null',
  },
  {
    source: 'guide: auth-policies',
    sentence: 'who does not sign needs no policies of its own',
    network: allow,
    service: allow,
    ...anonymous,
    layer: 'null',
  },
  {
    source: 'guide: sigv4-authenticated-requests',
    sentence: 'a payload under the signature',
    service: allow,
    as: 'free',
    signing: { headers: { 'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb924' } },
    says: 'InvalidSignatureException: Signed payloads are not supported',
    user: 'Unknown',
    layer: 'null',
  },
  {
    source: 'choice',
    sentence: 'a signature with another secret',
    service: allow,
    as: 'free',
    signing: { secretAccessKey: 'wrong' },
    says: 'InvalidSignatureException: The request signature we calculated does not match',
    user: 'Unknown',
    layer: 'null',
  },
  {
    source: 'choice',
    sentence: 'a signature of ten minutes ago',
    service: allow,
    as: 'free',
    signing: { date: new Date(Date.now() - 600_000) },
    says: 'InvalidSignatureException: Signature expired',
    user: 'Unknown',
    layer: 'null',
  },
  {
    source: 'choice',
    sentence: 'a token that nobody gave',
    service: allow,
    as: 'free',
    signing: { sessionToken: 'made-up' },
    says: 'The security token included in the request is invalid',
    user: 'Unknown',
    layer: 'null',
  },
  {
    source: 'choice',
    sentence: 'a header of AWS that is not under the signature',
    service: allow,
    as: 'free',
    headers: { 'x-amz-meta-late': '1' },
    says: 'x-amz-meta-late',
    user: 'Unknown',
    layer: 'null',
  },
];

suite('denials', () => {
  let logged: LoggedWorld;
  const answers = new Map<Denial, Answer>();
  const pathOf = (denial: Denial): string => `/denial/${denials.indexOf(denial)}`;

  before(async () => {
    logged = await loggedWorld();
    const { world } = logged;
    logged.logNetwork();
    await world.dataPlane.know(Object.entries(users).map(keyRow), AbortSignal.timeout(5_000));
    for (const denial of denials) answers.set(denial, await attempt(denial));
    become('off', 'off');
    await world.settle();
  });
  after(async () => logged.close());

  for (const denial of denials) {
    const { source, sentence, says, user, layer } = denial;
    sourced(source, `${sentence}: ${says === undefined ? 'let through' : says.split(':')[0]}`, async () => {
      const { status, body, headers } = answers.get(denial) ?? assert.fail();
      const found = await logged.line({ requestPath: pathOf(denial) });
      const seen = [found['responseCode'], found['failureReason'], found['authDeniedReason']];
      if (says === undefined) {
        assert.deepEqual([status, body], [200, 'hello']);
        assert.deepEqual(seen, [200, '-', layer]);
      } else {
        assert.equal(status, 403);
        assert.equal(headers['content-type'], 'text/plain');
        const expected = says.replace('RESOURCE', logged.cart.arn + pathOf(denial));
        if (says.startsWith('AccessDenied')) assert.equal(body, expected);
        else assert.ok(body.includes(expected), body);
        assert.deepEqual(seen, [403, 'ClientAccessDenied', layer]);
      }
      assert.equal(found['resolvedUser'], user);
      const isKnown = user.startsWith('arn:');
      assert.equal(found['callerPrincipal'], isKnown ? user : '-');
    });
  }

  sourced(
    'choice',
    'a call of gRPC is refused in its own way, with the same words: PERMISSION_DENIED',
    async () => {
      become('off', 'no policy');
      await logged.world.settle();
      const call = {
        host,
        path: '/shop.Cart/Add',
        method: 'POST',
        headers: { 'content-type': 'application/grpc' },
      };
      const { status, headers } = await logged.world.call(call);
      const { 'grpc-status': code, 'grpc-message': words } = headers;
      assert.deepEqual([status, code, String(words).split(':')[0]], [200, '7', 'AccessDeniedException']);
      const found = await logged.line({ requestPath: call.path });
      assert.deepEqual(
        [found['failureReason'], found['authDeniedReason']],
        ['ClientAccessDenied', 'Service'],
      );
    },
  );

  async function attempt(denial: Denial): Promise<Answer> {
    become(denial.network ?? 'off', denial.service ?? 'off');
    await logged.world.settle();
    const path = pathOf(denial);
    const signing = {
      accessKeyId: denial.as ?? '',
      secretAccessKey: 'secret',
      host,
      path,
      ...denial.signing,
    };
    const { host: _, ...signed } = denial.as === undefined ? { host } : await signedHeaders(signing);
    return logged.world.call({ host, path, headers: { ...signed, ...denial.headers } });
  }

  function become(network: Guard, service: Guard): void {
    const { world, cart } = logged;
    for (const [guard, id] of [
      [network, world.networkId],
      [service, cart.id],
    ] as const) {
      const authType = guard === 'off' ? 'NONE' : 'AWS_IAM';
      if (id === cart.id) world.done({ op: 'UpdateService', input: { serviceIdentifier: id, authType } });
      else world.done({ op: 'UpdateServiceNetwork', input: { serviceNetworkIdentifier: id, authType } });
      if (guard === 'no policy') {
        world.region.dispatch(
          { op: 'DeleteAuthPolicy', input: { resourceIdentifier: id } },
          { account: '123456789012' },
        );
      } else if (guard !== 'off') {
        const policy = JSON.stringify({ Version: '2012-10-17', Statement: guard });
        world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: id, policy } });
      }
    }
  }
});

function keyRow([name, statements]: readonly [string, readonly object[]]): Change {
  const principal = {
    kind: 'user',
    name,
    account,
    arn: arnOf(name),
    userId: `AIDA${name}`,
    tags: {},
  } as const;
  const policies = [JSON.stringify({ Version: '2012-10-17', Statement: statements })];
  return {
    key: keyOf.credential(name),
    entry: {
      kind: 'credential',
      accessKeyId: name,
      secretAccessKey: 'secret',
      principal,
      identity: { policies },
    },
  };
}
