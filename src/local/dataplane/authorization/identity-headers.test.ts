import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Credential } from '../../auth/credential.ts';
import { Secret } from '../../auth/secret.ts';
import { identityHeaders } from './identity-headers.ts';

const arn = 'arn:aws:sts::111122223333:assumed-role/cook/dinner';

function session(tags: Readonly<Record<string, string>> = {}): Credential {
  return {
    accessKeyId: 'ASIA1',
    secretAccessKey: new Secret('secret'),
    principal: {
      kind: 'assumedRole',
      account: '111122223333',
      arn,
      roleArn: 'arn:aws:iam::111122223333:role/cook',
      userId: 'AROA1:dinner',
      tags,
      organization: { id: 'o-a1b2c3d4e5', path: 'o-a1b2c3d4e5/r-ab12/' },
    },
  };
}

const identity = `Principal=${arn}; PrincipalOrgID=o-a1b2c3d4e5; PrincipalOrgPath=o-a1b2c3d4e5/r-ab12/; SessionName=dinner; Type=AWS_IAM`;

suite('what targets are told of a caller', () => {
  test('nothing of one who did not sign', () => {
    assert.deepEqual(identityHeaders(null), []);
  });

  test('who it is, its organization and its session', () => {
    assert.deepEqual(identityHeaders(session()), [['x-amzn-lattice-identity', identity]]);
  });

  test('attributes of a certificate, when there is one', () => {
    const certificate = { subjectCN: 'pod-48', issuerOU: 'kitchen', sanUri: 'spiffe://pod' };
    assert.deepEqual(identityHeaders({ ...session(), certificate }), [
      [
        'x-amzn-lattice-identity',
        `${identity}; X509IssuerOU=kitchen; X509SANURI=spiffe://pod; X509SubjectCN=pod-48`,
      ],
    ]);
  });

  test('its tags, of which none breaks out of its place', () => {
    const [, tags] = identityHeaders(session({ team: 'a;b', 'cost centre': '1\r\nx-evil: 2' }));
    assert.deepEqual(tags, [
      'x-amzn-lattice-identity-tags',
      `principal=${arn};principalorgid=o-a1b2c3d4e5;principalorgpath=o-a1b2c3d4e5/r-ab12/;team=a\\;b;cost centre=1  x-evil: 2`,
    ]);
  });

  test('no more than 99 tags', () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`t${n}`, 'v']));
    const [, tags] = identityHeaders(session(many));
    assert.equal(tags?.[1].match(/;t\d+=/g)?.length, 99);
  });
});
