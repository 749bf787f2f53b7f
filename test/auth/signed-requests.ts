import assert from 'node:assert/strict';
import type { Credential } from '../../src/local/auth/credential.ts';
import { parseBasic } from '../../src/local/auth/instant.ts';
import { Secret } from '../../src/local/auth/secret.ts';
import { headersOf, splitTarget } from '../../src/local/auth/signature/request-head.ts';
import byJavaScript from '../../src/local/auth/signature/testdata/javascript-signers.json' with { type: 'json' };
import byPython from '../../src/local/auth/signature/testdata/python-signers.json' with { type: 'json' };
import { createVerifier } from '../../src/local/auth/signature/verify.ts';
import type { Authentication } from '../../src/local/auth/signature/verify.ts';
import { systemPrimitives } from '../../src/local/primitives.ts';

/** Requests that independent signers made (tools/generate/signature-vectors), and a verifier that knows their key. */
export interface Signed {
  readonly by: string;
  readonly name: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly string[])[];
}

export const vectors: readonly Signed[] = [...byPython, ...byJavaScript];
export const signedAt = parseBasic('20261121T120000Z') ?? 0;
export const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const token = 'IQoJb3JpZ2luX2VjEXAMPLE/token+with=signs==';

export const longTerm: Credential = {
  accessKeyId: keys.accessKeyId,
  secretAccessKey: new Secret(keys.secretAccessKey),
  principal: {
    kind: 'user',
    name: 'ann',
    account: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/ann',
    userId: 'AIDAEXAMPLE',
    tags: {},
  },
};
export const temporary: Credential = {
  ...longTerm,
  sessionToken: new Secret(token),
  expiresAt: signedAt + 3_600_000,
};

export function verify(
  request: Pick<Signed, 'method' | 'target' | 'headers'>,
  { credential = longTerm, region = 'us-west-2', now = signedAt } = {},
): Authentication {
  const credentials = { find: (id: string) => (id === credential.accessKeyId ? credential : undefined) };
  const authenticate = createVerifier({ primitives: systemPrimitives, credentials, region });
  const headers = headersOf(request.headers.map(([name = '', value = '']) => [name, value]));
  return authenticate({ method: request.method, ...splitTarget(request.target), headers }, now);
}

export function credentialFor({ name }: Signed): Credential {
  return name === 'session token' ? temporary : longTerm;
}

export function codeOf(authentication: Authentication): string {
  return authentication.kind === 'refused' ? authentication.refusal.code : authentication.kind;
}

export function find(by: string, name: string): Signed {
  const found = vectors.find((each) => each.by === by && each.name === name);
  assert.ok(found);
  return found;
}

/** The request with one header set, or without it. */
export function withHeader(request: Signed, name: string, value: string | undefined): Signed {
  const others = request.headers.filter(([each = '']) => each.toLowerCase() !== name);
  return { ...request, headers: value === undefined ? others : [...others, [name, value]] };
}

export { systemPrimitives };
