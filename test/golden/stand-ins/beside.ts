/** What ACM and EC2 have answered, as cases describe it. */
import assert from 'node:assert/strict';
import { keyOf } from '../../../src/lattice/model/keys.ts';
import type { KnownAnswer, RemoteError } from '../../../src/lattice/model/known.ts';
import type { LatticeCase } from './case.ts';

export function besideAnswers(lattice: LatticeCase): readonly KnownAnswer[] {
  const { certificates } = lattice;
  return [...(certificates === undefined ? [] : [issued(certificates)]), ...aboutVpc(lattice)];
}

/** `NAME… KEYTYPE SECONDS`, or why ACM cannot be asked. */
function issued(certificates: NonNullable<LatticeCase['certificates']>): KnownAnswer {
  const common = { key: keyOf.certificates(), type: 'certificates', at: 1 } as const;
  switch (certificates) {
    case 'denied':
    case 'nowhere':
      return { ...common, state: 'known', answer: { found: 'off', because: certificates } };
    case 'failed':
      return { ...common, state: 'unknown', lastError: unreachable, retryAt: 0 };
  }
  assert.ok(typeof certificates !== 'string');
  const all = Object.entries(certificates).map(([id, word]) => {
    const [since = '', keyType = '', ...names] = word.split(' ').toReversed();
    return {
      arn: `arn:aws:acm:us-west-2:123456789012:certificate/${id}`,
      names,
      keyType,
      since: Number(since),
    };
  });
  return { ...common, state: 'known', answer: { found: 'certificates', certificates: all } };
}

/** What EC2 has told of our VPC. */
function aboutVpc({ ranges, admissions }: LatticeCase): readonly KnownAnswer[] {
  const vpcId = 'vpc-0123456789abcdef0';
  const known = { state: 'known', at: 1 } as const;
  const opened = (admissions ?? []).map((word) => {
    const [family, from, to] = word.split(' ');
    return { family: family === 'IPv6' ? 'IPv6' : 'IPv4', from: Number(from), to: Number(to) } as const;
  });
  const prefixLists = { 'com.amazonaws.us-west-2.vpc-lattice': 'pl-0721453c7ac4ec009' };
  const answers: readonly KnownAnswer[] = [
    {
      key: keyOf.rangesOf(vpcId),
      type: 'rangesOf',
      answer: {
        found: 'ranges',
        ranges: ranges.filter((word) => !word.startsWith('of ')),
        addresses: ranges.flatMap((word) => (word.startsWith('of ') ? [word.slice(3)] : [])),
      },
      ...known,
    },
    {
      key: keyOf.admissionsTo(vpcId),
      type: 'admissionsTo',
      answer: { found: 'admissions', admissions: opened, prefixLists },
      ...known,
    },
  ];
  return answers.filter(({ type }) => (type === 'rangesOf' ? ranges.length > 0 : admissions !== undefined));
}

const unreachable: RemoteError = {
  cause: 'unreachable',
  code: 'WireError',
  message: 'nobody answered',
  operation: 'ListCertificates',
};
