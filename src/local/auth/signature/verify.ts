import type { Credential, CredentialDirectory } from '../credential.ts';
import { formatBasic } from '../instant.ts';
import { bytesOfHex, hexOf } from '../primitives.ts';
import type { Primitives } from '../primitives.ts';
import { Secret } from '../secret.ts';
import { canonicalRequest, unsignedPayload } from './canonical.ts';
import { readClaim } from './claim.ts';
import type { Claim } from './claim.ts';
import { createSigningKeys } from './keys.ts';
import { signingName } from './refusal.ts';
import type { SignatureRefusal } from './refusal.ts';
import type { RequestHead } from './request-head.ts';

/** Who sent a request, as far as its signature tells. */
export type Authentication =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'authenticated'; readonly credential: Credential }
  | { readonly kind: 'refused'; readonly refusal: SignatureRefusal };

export type Authenticate = (head: RequestHead, now: number) => Authentication;

export interface VerifierOptions {
  readonly primitives: Primitives;
  readonly credentials: CredentialDirectory;
  /** The region of the services behind this verifier. */
  readonly region: string;
}

/** The farthest that clocks may be apart, and how long a signature in a header lives. */
const skewMs = 300_000;

/**
 * A verifier of SigV4 and SigV4A, in the Authorization header or presigned. Without any of them the caller is anonymous;
 * with one that does not hold the request is refused, whatever policies would say of an anonymous caller.
 */
export function createVerifier({ primitives, credentials, region }: VerifierOptions): Authenticate {
  const verify = createClaimVerifier({ primitives, credentials, service: signingName });
  return (head, now) => {
    const claim = readClaim(head, unsignedPayload);
    if (claim === undefined) return { kind: 'anonymous' };
    if ('code' in claim) return { kind: 'refused', refusal: claim };
    return verify(claim, { head, now, region, payload: unsignedPayload });
  };
}

/** What a claim is held against. */
export interface Signed {
  readonly head: RequestHead;
  readonly now: number;
  readonly region: string;
  /** What the claim was read with. */
  readonly payload: string;
}

export interface ClaimVerifierOptions extends Omit<VerifierOptions, 'region'> {
  /** As credential scopes name it. */
  readonly service: string;
}

/** A verifier of claims that were read already, for one service and any region. */
export function createClaimVerifier({
  primitives,
  credentials,
  service,
}: ClaimVerifierOptions): (claim: Claim, signed: Signed) => Exclude<Authentication, { kind: 'anonymous' }> {
  const keys = createSigningKeys(primitives, service);

  return (claim, signed) => {
    const { head, now, region } = signed;
    const refusal =
      checkCoverage(claim, head) ?? checkScope(claim, { region, service }) ?? checkTime(claim, now);
    if (refusal !== undefined) return { kind: 'refused', refusal };
    const credential = credentials.find(claim.accessKeyId);
    if (credential === undefined) return { kind: 'refused', refusal: { code: 'unknownKey' } };
    const unusable = checkToken(claim, credential, now);
    if (unusable !== undefined) return { kind: 'refused', refusal: unusable };
    return isSigned(claim, credential, signed)
      ? { kind: 'authenticated', credential }
      : { kind: 'refused', refusal: { code: 'mismatch' } };
  };

  function isSigned(claim: Claim, credential: Credential, { head, payload, region }: Signed): boolean {
    const { algorithm, signedHeaders, scope, signature } = claim;
    const canonical = canonicalRequest({ ...head, signedHeaders, except: 'X-Amz-Signature', payload });
    const signed = [algorithm, formatBasic(claim.signed), scope.text, primitives.sha256(canonical)].join(
      '\n',
    );
    switch (algorithm) {
      case 'AWS4-HMAC-SHA256': {
        const key = keys.symmetric(credential, scope.date, region);
        return new Secret(hexOf(primitives.hmacSha256(key, signed))).is(signature);
      }
      case 'AWS4-ECDSA-P256-SHA256': {
        const bytes = bytesOfHex(signature);
        return bytes !== undefined && keys.asymmetric(credential)(signed, bytes);
      }
    }
  }
}

/** Host, date and all `x-amz-*` headers must be under the signature, and what is under it must be there. */
function checkCoverage(
  { signedHeaders, lifeMs }: Claim,
  { headers }: RequestHead,
): SignatureRefusal | undefined {
  const isDated = lifeMs !== undefined || headers.has('x-amz-date');
  const required = ['host', ...(isDated ? [] : ['date'])];
  for (const name of headers.keys()) if (name.startsWith('x-amz-')) required.push(name);
  const unsigned = required.find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined) return { code: 'notSigned', header: unsigned };
  const missing = signedHeaders.find((name) => !headers.has(name));
  return missing === undefined ? undefined : { code: 'headerMissing', header: missing };
}

function checkScope(
  { algorithm, scope, signed }: Claim,
  { region, service }: { readonly region: string; readonly service: string },
): SignatureRefusal | undefined {
  if (scope.service !== service) return { code: 'scopeService', service: scope.service };
  const isSet = algorithm === 'AWS4-ECDSA-P256-SHA256';
  if (!scope.regions.some((pattern) => (isSet ? covers(pattern, region) : pattern === region))) {
    return { code: 'scopeRegion', region: scope.regions.join(',') };
  }
  return formatBasic(signed).startsWith(`${scope.date}T`) ? undefined : { code: 'scopeDate' };
}

/** In a region set `*` stands for any text. */
function covers(pattern: string, region: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return pattern === region;
  let from = start.length;
  if (!region.startsWith(start) || !region.endsWith(end)) return false;
  for (const middle of rest) {
    const at = region.indexOf(middle, from);
    if (at < 0) return false;
    from = at + middle.length;
  }
  return from + end.length <= region.length;
}

function checkTime({ signed, lifeMs }: Claim, now: number): SignatureRefusal | undefined {
  if (signed > now + skewMs) return { code: 'notYetCurrent', signed, now, skewMs };
  const life = lifeMs ?? skewMs;
  return signed < now - life ? { code: 'expired', signed, now, lifeMs: life } : undefined;
}

function checkToken(
  { token }: Claim,
  { sessionToken, expiresAt }: Credential,
  now: number,
): SignatureRefusal | undefined {
  const isRight =
    sessionToken === undefined ? token === undefined : token !== undefined && sessionToken.is(token);
  if (!isRight) return { code: 'tokenInvalid' };
  return expiresAt !== undefined && expiresAt <= now ? { code: 'tokenExpired' } : undefined;
}
