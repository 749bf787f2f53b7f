import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createLatticeApi } from '../../src/local/api/api.ts';
import { createRegion } from '../../src/local/region.ts';
import { parsePolicy } from '../../src/local/auth/policy/parse.ts';
import type { Policy } from '../../src/local/auth/policy/document.ts';
import { isRecord } from '../../src/local/contract/validate.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import type { Reply } from './replay.ts';
import { signedCall } from './signed.ts';
import { wireClient } from './wire-client.ts';
import { quiet, regionName, standingClock } from './world.ts';

const account = '000000000000';
const user = `arn:aws:iam::${account}:user/deployer`;
const at = `arn:aws:vpc-lattice:us-west-2:${account}`;

/** Operation, input, and the statement without which it is refused; all that is allowed beside it is reading. */
const operations: readonly (readonly [
  what: string,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  allow: Readonly<Record<string, unknown>>,
  missing: string,
])[] = [
  [
    'a create, of whatever is to be',
    'CreateService',
    { name: 'shop' },
    { Action: 'vpc-lattice:CreateService', Resource: `${at}:service/*` },
    `vpc-lattice:CreateService on resource: ${at}:service/*`,
  ],
  [
    'tags in a create, too',
    'CreateService',
    { name: 'shop', tags: { team: 'a' } },
    {
      Action: ['vpc-lattice:CreateService', 'vpc-lattice:TagResource'],
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:RequestTag/team': 'a' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
      },
    },
    `vpc-lattice:CreateService on resource: ${at}:service/*`,
  ],
  [
    'the auth type of a network',
    'CreateServiceNetwork',
    { name: 'net', authType: 'AWS_IAM' },
    {
      Action: 'vpc-lattice:CreateServiceNetwork',
      Resource: '*',
      Condition: { StringEquals: { 'vpc-lattice:AuthType': 'AWS_IAM' } },
    },
    `vpc-lattice:CreateServiceNetwork on resource: ${at}:servicenetwork/*`,
  ],
  [
    'the VPC of a target group, and what EC2 is asked for it',
    'CreateTargetGroup',
    {
      name: 'group',
      type: 'IP',
      config: { protocol: 'HTTP', port: 80, vpcIdentifier: 'vpc-0123456789abcdef0' },
    },
    {
      Action: ['vpc-lattice:CreateTargetGroup', 'ec2:DescribeVpcs'],
      Resource: '*',
      Condition: { StringEqualsIfExists: { 'vpc-lattice:VpcId': 'vpc-0123456789abcdef0' } },
    },
    `vpc-lattice:CreateTargetGroup on resource: ${at}:targetgroup/*`,
  ],
];

suite('identity policies limit whom they name', () => {
  for (const [what, operation, input, allow, missing] of operations) {
    test(what, async () => {
      const refused = await world([{ Effect: 'Allow', Action: 'vpc-lattice:Get*', Resource: '*' }])(
        operation,
        input,
      );
      assert.deepEqual([refused.status, refused.error], [403, 'AccessDeniedException']);
      const [action = ''] = missing.split(' ');
      const message = `User: ${user} is not authorized to perform: ${missing} because no identity-based policy allows the ${action} action`;
      assert.deepEqual(refused.body, { message });
      const allowed = await world([{ Effect: 'Allow', ...allow }])(operation, input);
      assert.ok((allowed.status ?? 0) < 300, JSON.stringify(allowed));
    });
  }

  test('an association is permitted on itself and on both that it joins', async () => {
    const call = world([
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Sid: 'closed',
        Effect: 'Deny',
        Action: 'vpc-lattice:CreateServiceNetworkServiceAssociation',
        Resource: `${at}:service/*`,
        Condition: { StringEquals: { 'aws:ResourceTag/closed': 'yes' } },
      },
    ]);
    const network = idOf(await call('CreateServiceNetwork', { name: 'net' }));
    const open = idOf(await call('CreateService', { name: 'open' }));
    const closed = idOf(await call('CreateService', { name: 'closed', tags: { closed: 'yes' } }));
    const associate = async (serviceIdentifier: string) =>
      call('CreateServiceNetworkServiceAssociation', {
        serviceIdentifier,
        serviceNetworkIdentifier: network,
      });
    assert.match(
      JSON.stringify((await associate(closed)).body),
      /with an explicit deny in an identity-based policy/,
    );
    assert.notEqual((await associate(open)).error, 'AccessDeniedException');
  });

  test('whoever is not named may do everything, and nobody is kept from asking who one is', async () => {
    const { call, wire } = worldOf([{ Effect: 'Deny', Action: '*', Resource: '*' }]);
    assert.equal((await call('CreateService', { name: 'shop' }, 'somebody')).status, 201);
    const form = {
      method: 'POST',
      target: '/',
      body: 'Action=GetCallerIdentity',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
    const headers = signedCall(form, { accessKeyId: 'deployer', service: 'sts' });
    const request = { ...form, headers, body: Buffer.from(form.body) };
    assert.equal((await wire(request, new AbortController().signal)).status, 200);
    const list = {
      method: 'POST',
      target: '/',
      body: '{}',
      headers: { 'x-amz-target': 'CertificateManager.ListCertificates' },
    };
    const signed = signedCall(list, { accessKeyId: 'deployer', service: 'acm' });
    const refused = await wire(
      { ...list, headers: signed, body: Buffer.from('{}') },
      new AbortController().signal,
    );
    assert.equal(refused.status, 403);
    assert.match(Buffer.from(await bytes(refused.body)).toString(), /acm:ListCertificates on resource: \*/);
  });
});

async function bytes(body: unknown): Promise<Uint8Array> {
  return await Promise.resolve(body instanceof Uint8Array ? body : new Uint8Array());
}

type Call = (operation: string, input: Readonly<Record<string, unknown>>, as?: string) => Promise<Reply>;

function world(statements: readonly object[]): Call {
  return worldOf(statements).call;
}

function worldOf(statements: readonly object[]) {
  const clock = standingClock();
  const ports = { clock, random: seededRandom(1), log: quiet };
  const region = createRegion({ region: regionName, ...ports });
  const policies = new Map([[user, [policyOf(statements)]]]);
  const wire = createLatticeApi([region], { ...ports, policies });
  const client = wireClient(wire, () => clock.advance(10));
  const call: Call = async (operation, input, as = 'deployer') => client.call(operation, input, as);
  return { wire, call };
}

function policyOf(Statement: readonly object[]): Policy {
  const policy = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'identity');
  if ('problems' in policy) assert.fail(JSON.stringify(policy.problems));
  return policy;
}

function idOf({ body }: Reply): string {
  assert.ok(isRecord(body), JSON.stringify(body));
  return String(body['id']);
}
