import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingLog } from '../../../test/kube/recording-log.ts';
import type { WireRequest } from '../../ports/wire.ts';
import { keyOf } from '../model/keys.ts';
import { besideLattice } from './beside.ts';
import { Ledger } from './ledger.ts';
import { read } from './reading.ts';

const clock = {
  now: () => 1_000,
  monotonic: () => 1_000,
  sleep: async () => new Promise<void>(() => undefined),
};

const send = async () => Promise.reject(new Error('nothing of VPC Lattice is asked'));

/** Asks for the certificates twice, of an ACM that answers with these pages, or refuses. */
async function asked(answers: readonly { readonly status: number; readonly body: object }[]) {
  const requests: WireRequest[] = [];
  const wire = async (request: WireRequest) => {
    requests.push(request);
    const { status, body } = answers[(requests.length - 1) % answers.length] ?? { status: 500, body: {} };
    return Promise.resolve({ status, headers: {}, body: Buffer.from(JSON.stringify(body)) });
  };
  const beside = besideLattice(
    { acm: { wire, endpoint: 'http://acm.test' } },
    {
      region: 'us-west-2',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      clock,
      signal: new AbortController().signal,
    },
  );
  const random = { next: () => 0.5, uuid: () => 'uuid' };
  const ledger = new Ledger({ managedBy: 'one', clock, random });
  const { log, lines } = recordingLog();
  const key = keyOf.certificates();
  const question = { type: 'certificates', key, isLacking: false, for: [] } as const;
  for (const because of ['once', 'again']) {
    await read(
      { op: 'read', what: { kind: 'question', key, question }, for: [], because, lane: 'demand' },
      { ledger, send, beside, vpcId: 'vpc-1', log },
    );
  }
  return { requests, known: ledger.answer(key), lines };
}

test('certificates are read on all pages and with every kind of key, named by their alternatives first', async () => {
  const { requests, known } = await asked([
    {
      status: 200,
      body: {
        CertificateSummaryList: [
          {
            CertificateArn: 'arn:one',
            DomainName: 'common.example',
            SubjectAlternativeNameSummaries: ['A.example', '*.b.example'],
            KeyAlgorithm: 'RSA-2048',
            CreatedAt: 1,
            IssuedAt: 2,
          },
        ],
        NextToken: 'more',
      },
    },
    {
      status: 200,
      body: {
        CertificateSummaryList: [
          {
            CertificateArn: 'arn:two',
            DomainName: 'c.example',
            KeyAlgorithm: 'EC_prime256v1',
            ImportedAt: 3,
            CreatedAt: 1,
          },
        ],
      },
    },
  ]);
  assert.deepEqual(known?.answer, {
    found: 'certificates',
    certificates: [
      { arn: 'arn:one', names: ['a.example', '*.b.example'], keyType: 'RSA_2048', since: 2_000 },
      { arn: 'arn:two', names: ['c.example'], keyType: 'EC_prime256v1', since: 3_000 },
    ],
  });
  assert.equal(requests.length, 4);
  const bodies = requests.map(({ body }) => Buffer.from(body).toString());
  assert.match(bodies[0] ?? '', /"CertificateStatuses":\["ISSUED"\].*EC_prime256v1/);
  assert.match(bodies[1] ?? '', /"NextToken":"more"/);
});

test('what may not be asked is switched off, and the log says so once', async () => {
  const { known, lines } = await asked([
    { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } },
  ]);
  assert.deepEqual(known?.answer, { found: 'off', because: 'denied' });
  assert.deepEqual(lines, ['info what may not be asked stays unknown']);
});

test('a failure keeps what was answered before', async () => {
  const { known } = await asked([
    { status: 200, body: { CertificateSummaryList: [] } },
    { status: 500, body: { message: 'later' } },
  ]);
  assert.deepEqual(known?.answer, { found: 'certificates', certificates: [] });
  assert.equal(known?.state, 'unknown');
  assert.equal(known.lastError?.cause, 'serverFault');
});
