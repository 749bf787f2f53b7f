import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { policyWith } from '../../../../test/auth/callers.ts';
import { parsePolicy } from './parse.ts';
import type { PolicyKind } from './parse.ts';

function problemsOf(document: unknown, kind: PolicyKind = 'auth'): readonly string[] {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const policy = parsePolicy(text, kind);
  return 'problems' in policy ? policy.problems.map(({ at, message }) => `${at}: ${message}`) : [];
}

/** Exactly one problem, at this place and with these words. */
function refuses(document: unknown, at: string, words: RegExp, kind: PolicyKind = 'auth') {
  const problems = problemsOf(document, kind);
  assert.equal(problems.length, 1, `${JSON.stringify(document)} ${problems.join(' | ')}`);
  assert.ok(problems[0]?.startsWith(`${at}: `), problems[0]);
  assert.match(problems[0] ?? '', words);
}

describe('auth policies that are accepted', () => {
  test('the samples of the user guide, on one line', () => {
    const samples = [
      { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: ['arn:aws:iam::123456789012:role/rates-client'] },
            Action: 'vpc-lattice-svcs:Invoke',
            Resource: ['arn:aws:vpc-lattice:us-west-2:123456789012:service/svc-0123456789abcdef0/*'],
            Condition: { StringEquals: { 'vpc-lattice-svcs:RequestMethod': 'GET' } },
          },
        ],
      },
      policyWith({
        Condition: { StringNotEqualsIgnoreCase: { 'aws:PrincipalType': 'anonymous' } },
        Effect: 'Deny',
      }),
      policyWith({
        Resource: '*/rates',
        Condition: { StringEquals: { 'vpc-lattice-svcs:SourceVpc': ['vpc-1a2b3c4d'] } },
      }),
      policyWith({ Resource: 'arn:aws:vpc-lattice:*:*:service/*', Action: ['vpc-lattice-svcs:*'] }),
      policyWith({ Resource: 'arn:aws:vpc-lattice:${aws:RequestedRegion}:*:service/*' }),
    ];
    for (const sample of samples) assert.deepEqual(problemsOf(sample), []);
  });

  test('one statement without a list, an Id, an empty Sid, no Version', () => {
    const { Statement } = policyWith({ Sid: '' });
    assert.deepEqual(problemsOf({ Id: 'x', Statement }), []);
  });
});

describe('auth policies that are refused', () => {
  test('texts that are not one line of JSON', () => {
    refuses('{', '', /not valid JSON/);
    refuses('[]', '', /JSON object/);
    refuses('{"Statement":\n[]}', '', /one line/);
    refuses('{"Statement":[],"Statement":[]}', '', /"Statement" is there twice/);
    refuses('{"Statement":[{"a":"\\"{","a":1}]}', '', /"a" is there twice/);
  });

  test('elements that are unknown, missing, doubled or empty', () => {
    refuses({ ...policyWith({}), Extra: 1 }, 'Extra', /not an element/);
    refuses({ Version: '2012-10-17', Statement: [] }, 'Statement', /at least one/);
    refuses({ ...policyWith({}), Version: '2020-01-01' }, 'Version', /2012-10-17/);
    refuses(policyWith({ Efect: 'Allow' }), 'Statement.0.Efect', /not an element/);
    refuses(policyWith({ Effect: 'allow' }), 'Statement.0.Effect', /"Allow" or "Deny"/);
    refuses(policyWith({ Action: [] }), 'Statement.0.Action', /not empty/);
    refuses(policyWith({ Action: [1] }), 'Statement.0.Action', /list of texts/);
    refuses(policyWith({ NotAction: '*', Action: '*' }), 'Statement.0.Action', /exclude each other/);
    refuses(
      { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
      'Statement.0.Principal',
      /needs Principal/,
    );
    refuses(
      { Statement: { Effect: 'Allow', Principal: '*', Action: '*' } },
      'Statement.0.Resource',
      /needs Resource/,
    );
    const { Statement } = policyWith({ Sid: 'a' });
    refuses({ Statement: [Statement, Statement] }, 'Statement', /"a" is there twice/);
  });

  test('principals that are none', () => {
    for (const AWS of [
      '12345',
      'ann',
      'arn:aws:iam::111122223333:user/*',
      'arn:aws:iam::111122223333:group/dev',
      'arn:aws:s3:::b',
    ]) {
      refuses(policyWith({ Principal: { AWS } }), 'Statement.0.Principal', /Invalid principal in policy/);
    }
    refuses(policyWith({ Principal: { CanonicalUser: 'x' } }), 'Statement.0.Principal', /Invalid principal/);
    refuses(policyWith({ Principal: 'ann' }), 'Statement.0.Principal', /"\*" or an object/);
    refuses(policyWith({ Principal: {} }), 'Statement.0.Principal', /"\*" or an object/);
    refuses(policyWith({ NotPrincipal: '*' }), 'Statement.0.NotPrincipal', /goes with Deny only/);
  });

  test('actions and resources of other services', () => {
    refuses(
      policyWith({ Action: 's3:GetObject' }),
      'Statement.0.Action',
      /not an action of vpc-lattice-svcs/,
    );
    refuses(policyWith({ Action: 'Invoke' }), 'Statement.0.Action', /service:Action/);
    refuses(
      policyWith({ Resource: 'arn:aws:s3:::bucket/key' }),
      'Statement.0.Resource',
      /not a resource of vpc-lattice/,
    );
    refuses(policyWith({ Resource: '/rates' }), 'Statement.0.Resource', /not a resource/);
    refuses(policyWith({ Resource: '*/${aws:username' }), 'Statement.0.Resource', /no policy variable/);
  });

  test('conditions that could never be meant', () => {
    refuses(
      condition({ StringMatches: { k: 'v' } }),
      'Statement.0.Condition.StringMatches',
      /not a condition operator/,
    );
    refuses(
      condition({ NullIfExists: { k: 'true' } }),
      'Statement.0.Condition.NullIfExists',
      /not a condition operator/,
    );
    refuses(
      condition({ 'ForSomeValues:StringEquals': { k: 'v' } }),
      'Statement.0.Condition.ForSomeValues:StringEquals',
      /not a condition/,
    );
    refuses(
      condition({ NumericEquals: { k: 'ten' } }),
      'Statement.0.Condition.NumericEquals.k',
      /not a number/,
    );
    refuses(condition({ DateLessThan: { k: 'soon' } }), 'Statement.0.Condition.DateLessThan.k', /not a date/);
    refuses(condition({ Bool: { k: 'yes' } }), 'Statement.0.Condition.Bool.k', /not true or false/);
    refuses(condition({ Null: { k: 'no' } }), 'Statement.0.Condition.Null.k', /not true or false/);
    refuses(condition({ IpAddress: { k: '10.0.0.0/33' } }), 'Statement.0.Condition.IpAddress.k', /CIDR/);
    refuses(condition({ BinaryEquals: { k: '***' } }), 'Statement.0.Condition.BinaryEquals.k', /base64/);
    refuses(
      condition({ StringEquals: { k: '${open' } }),
      'Statement.0.Condition.StringEquals.k',
      /policy variable/,
    );
    refuses(
      condition({ StringEquals: { k: { a: 1 } } }),
      'Statement.0.Condition.StringEquals.k',
      /texts, numbers or booleans/,
    );
    refuses(
      condition({ StringEquals: 'v' }),
      'Statement.0.Condition.StringEquals',
      /object of condition keys/,
    );
    refuses(condition([]), 'Statement.0.Condition', /object of operators/);
  });
});

test('policies of identities have no principal, and name any service', () => {
  const statement = {
    Effect: 'Allow',
    Action: ['s3:Get*', 'vpc-lattice-svcs:Invoke'],
    Resource: 'arn:aws:s3:::b/*',
  };
  assert.deepEqual(
    problemsOf(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2), 'identity'),
    [],
  );
  refuses(policyWith({}), 'Statement.0.Principal', /has no Principal/, 'identity');
});

function condition(Condition: unknown): object {
  return policyWith({ Condition });
}
