import { hash } from 'node:crypto';
import type { WireRequest } from '../../ports/wire.ts';
import type { Credential } from '../auth/credential.ts';
import { defaultCredential, defaultSecret } from '../auth/default-credential.ts';
import { readClaim } from '../auth/signature/claim.ts';
import type { Claim } from '../auth/signature/claim.ts';
import { refusalError } from '../auth/signature/refusal.ts';
import type { SignatureRefusal } from '../auth/signature/refusal.ts';
import { splitTarget } from '../auth/signature/request-head.ts';
import type { RequestHead } from '../auth/signature/request-head.ts';
import { createClaimVerifier } from '../auth/signature/verify.ts';
import { systemPrimitives } from '../primitives.ts';
import type { Credentials } from './credentials.ts';

/** Who calls which service in which region. */
export interface Authenticated {
  readonly credential: Credential;
  /** As credential scopes name it. */
  readonly service: string;
  readonly region: string;
}

/** Why nobody is believed to call, in AWS's words. */
export interface Unauthenticated {
  readonly error: { readonly type: string; readonly status: number; readonly message: string };
  /** That the request says it is for; absent when it does not say. */
  readonly service?: string;
}

/** Whether signatures are looked at. Ignored ones still say account, region and service. */
export type Signatures = 'verified' | 'ignored';

export interface AuthenticatorOptions {
  readonly credentials: Credentials;
  readonly signatures: Signatures;
  /** By credential scope. */
  readonly services: readonly string[];
  /** Names of the regions that are served. */
  readonly regions: readonly string[];
  readonly now: () => number;
}

/** Tells who sent a request; `undefined` when it is not signed at all. */
export function createAuthenticator(
  options: AuthenticatorOptions,
): (request: WireRequest) => Authenticated | Unauthenticated | undefined {
  const { credentials, signatures, services, regions, now } = options;
  const verifiers = new Map(
    services.map((service) => [
      service,
      createClaimVerifier({ primitives: systemPrimitives, credentials, service }),
    ]),
  );

  const ignoring = (request: WireRequest): Authenticated | Unauthenticated | undefined => {
    const [accessKeyId = '', , region = '', service = ''] = scopeIn(request);
    if (accessKeyId === '' && request.headers['authorization'] === undefined) return undefined;
    if (region === '' || service === '') {
      return refused({ code: 'malformed', what: `Credential must have the form ${form}` }, undefined);
    }
    const account = credentials.accountOf(accessKeyId);
    const credential =
      credentials.find(accessKeyId) ??
      defaultCredential(accessKeyId, { account, secretAccessKey: defaultSecret });
    return misplaced({ region, service }) ?? { credential, region, service };
  };

  const verifying = (request: WireRequest): Authenticated | Unauthenticated | undefined => {
    const head = headOf(request);
    const payload = hash('sha256', request.body, 'hex');
    const claim = readClaim(head, payload);
    if (claim === undefined) return undefined;
    if ('code' in claim) return refused(claim, undefined);
    const [region = ''] = claim.scope.regions;
    const { service } = claim.scope;
    const wrong = misplaced({ region, service }) ?? unsupported(claim);
    if (wrong !== undefined) return wrong;
    const verify = verifiers.get(service);
    const answer = verify?.(claim, { head, now: now(), region, payload });
    if (answer === undefined) return undefined;
    switch (answer.kind) {
      case 'refused':
        return refused(answer.refusal, service);
      case 'authenticated':
        return { credential: answer.credential, region, service };
    }
  };

  /** The refusal of a scope that is not served here. */
  function misplaced({
    region,
    service,
  }: Pick<Authenticated, 'region' | 'service'>): Unauthenticated | undefined {
    if (!services.includes(service)) {
      const message = `Credential should be scoped to correct service: ${services.map((each) => `'${each}'`).join(', ')}.`;
      return { error: { type: 'InvalidSignatureException', status: 403, message } };
    }
    // The global endpoint of STS is signed for the region that was the first.
    if (regions.includes(region) || (service === 'sts' && region === 'us-east-1')) return undefined;
    const message = `Credential should be scoped to a valid region: ${regions.join(', ')}, not ${region}.`;
    return { error: { type: 'InvalidSignatureException', status: 403, message }, service };
  }

  return signatures === 'verified' ? verifying : ignoring;
}

const form = 'KEY/DATE/REGION/SERVICE/aws4_request';

/** No API but that of S3 takes signatures for a set of regions. */
function unsupported({ algorithm, scope }: Claim): Unauthenticated | undefined {
  return algorithm === 'AWS4-HMAC-SHA256'
    ? undefined
    : refused({ code: 'algorithm', algorithm }, scope.service);
}

function refused(refusal: SignatureRefusal, service: string | undefined): Unauthenticated {
  const { type, message } = refusalError(refusal, service ?? 'vpc-lattice');
  const status = type === 'IncompleteSignatureException' ? 400 : 403;
  return { error: { type, status, message }, ...(service === undefined ? {} : { service }) };
}

/** Lines of one name are joined already, which no signer of these APIs minds: it signs no header twice. */
function headOf({ method, target, headers }: WireRequest): RequestHead {
  const lines = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(headers)) lines.set(name, [value]);
  return { method, ...splitTarget(target), headers: lines };
}

function scopeIn({ target, headers }: WireRequest): readonly string[] {
  const [, inHeader] =
    /^AWS4-HMAC-SHA256\s.*?\bCredential=([^\s,]+)/.exec(headers['authorization'] ?? '') ?? [];
  const scope = inHeader ?? new URLSearchParams(splitTarget(target).query).get('X-Amz-Credential') ?? '';
  return scope.split('/');
}
