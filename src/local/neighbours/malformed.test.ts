import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { SignatureV4 } from '@smithy/signature-v4';
import { HttpRequest } from '@smithy/core/protocols';
import { Sha256 } from '../../../test/auth/sign.ts';
import { signedCall } from '../../../test/contract/signed.ts';
import { latticeWorld, standingClock } from '../../../test/contract/world.ts';
import { bytesOf } from '../../ports/wire.ts';

const names = [
  'Action',
  'RoleArn',
  'RoleSessionName',
  'DurationSeconds',
  'Tags.member.1.Key',
  'Filter.1.Name',
  'Filter.1.Value.1',
  'VpcId',
  'CidrBlock',
  '__proto__',
  '__proto__.1.x',
  'a.b.c.d.e.f.g.h.i.j',
  '',
] as const;
const actions = [
  'GetCallerIdentity',
  'AssumeRole',
  'AssumeRoleWithWebIdentity',
  'DescribeVpcs',
  'CreateVpc',
  'CreateSubnet',
  'CreateSecurityGroup',
  'AuthorizeSecurityGroupIngress',
  'RevokeSecurityGroupIngress',
  'CreateVpcEndpoint',
  'DeleteVpcEndpoints',
  'DescribeManagedPrefixLists',
  'GetManagedPrefixListEntries',
  'toString',
] as const;

const forms = fc
  .tuple(
    fc.constantFrom(...actions),
    fc.array(fc.tuple(fc.constantFrom(...names), fc.string({ maxLength: 12 })), { maxLength: 6 }),
  )
  .map(([action, pairs]) => new URLSearchParams([['Action', action], ...pairs]).toString());

const targets = fc.constantFrom(
  ...[
    'RequestCertificate',
    'ImportCertificate',
    'ListCertificates',
    'DescribeCertificate',
    'DeleteCertificate',
  ].map((name) => ['acm', `CertificateManager.${name}`] as const),
  ...['GetResources', 'TagResources', 'UntagResources', 'constructor'].map(
    (name) => ['tagging', `ResourceGroupsTaggingAPI_20170126.${name}`] as const,
  ),
  ['acm', ''] as const,
);

const members = fc.constantFrom(
  'DomainName',
  'SubjectAlternativeNames',
  'Certificate',
  'PrivateKey',
  'Tags',
  'TagKeys',
  'ResourceARNList',
  'TagFilters',
  'PaginationToken',
  'name',
  'principals',
  'resourceArns',
  'resourceOwner',
  'nextToken',
  '__proto__',
);
const bodies = fc.oneof(
  fc.dictionary(members, fc.jsonValue({ maxDepth: 3 })).map((json) => JSON.stringify(json)),
  fc.string({ maxLength: 40 }),
  fc.constant('['.repeat(2_000)),
);

const paths = fc.constantFrom(
  '/createresourceshare',
  '/updateresourceshare',
  '/associateresourceshare',
  '/getresourceshares',
  '/getresourceshareassociations',
  '/listprincipals',
  '/toString',
  '/',
);

suite('services beside Lattice', () => {
  test('answer whatever they are sent, and never with a failure of their own', async () => {
    const { ask } = world();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('sts', 'ec2'), forms, async (service, body) => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        assert.ok((await ask(service, { method: 'POST', target: '/', body, headers })) < 500, body);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(targets, bodies, async ([service, target], body) => {
        const headers = { 'x-amz-target': target };
        assert.ok((await ask(service, { method: 'POST', target: '/', body, headers })) < 500, body);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(paths, bodies, async (target, body) => {
        assert.ok((await ask('ram', { method: 'POST', target, body, headers: {} })) < 500, body);
      }),
      { numRuns: 300 },
    );
  });

  test('take presigned calls, as tokens for Kubernetes are', async () => {
    const { wire } = latticeWorld(standingClock());
    const signer = new SignatureV4({
      credentials: { accessKeyId: '111111111111', secretAccessKey: 'local' },
      region: 'us-west-2',
      service: 'sts',
      sha256: Sha256,
    });
    const request = new HttpRequest({
      method: 'GET',
      protocol: 'http:',
      hostname: 'lattice.test',
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: 'lattice.test', 'x-k8s-aws-id': 'hotel' },
    });
    const presigned = await signer.presign(request, {
      expiresIn: 60,
      signingDate: new Date(Date.UTC(2026, 0, 1)),
      unsignableHeaders: new Set(),
    });
    const query = new URLSearchParams(
      Object.entries(presigned.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const headers = { host: 'lattice.test', 'x-k8s-aws-id': 'hotel' };
    const target = `/?${query.toString()}`;
    const answer = await wire(
      { method: 'GET', target, headers, body: new Uint8Array() },
      new AbortController().signal,
    );
    const text = Buffer.from(await bytesOf(answer.body)).toString('utf8');
    assert.equal(answer.status, 200, text);
    assert.match(text, /<Account>111111111111</);
    const stolen = {
      method: 'GET',
      target,
      headers: { ...headers, 'x-k8s-aws-id': 'other' },
      body: new Uint8Array(),
    };
    assert.equal((await wire(stolen, new AbortController().signal)).status, 403);
  });
});

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function world() {
  const { wire } = latticeWorld(standingClock());
  const ask = async (service: string, { body, ...call }: Sent): Promise<number> => {
    const headers = signedCall({ ...call, body }, { accessKeyId: 'KEY', service });
    const request = { ...call, headers, body: Buffer.from(body) };
    return (await wire(request, new AbortController().signal)).status;
  };
  return { ask };
}
