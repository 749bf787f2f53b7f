import { formatBasic } from '../instant.ts';

/** Why a signed request is not believed. */
export type SignatureRefusal =
  | { readonly code: 'incomplete'; readonly lacks: string }
  | { readonly code: 'malformed'; readonly what: string }
  | { readonly code: 'ambiguous' }
  | { readonly code: 'algorithm'; readonly algorithm: string }
  | { readonly code: 'payloadSigned' }
  | { readonly code: 'notSigned'; readonly header: string }
  | { readonly code: 'headerMissing'; readonly header: string }
  | { readonly code: 'scopeService'; readonly service: string }
  | { readonly code: 'scopeRegion'; readonly region: string }
  | { readonly code: 'scopeDate' }
  | { readonly code: 'expired'; readonly signed: number; readonly now: number; readonly lifeMs: number }
  | { readonly code: 'notYetCurrent'; readonly signed: number; readonly now: number; readonly skewMs: number }
  | { readonly code: 'unknownKey' }
  | { readonly code: 'tokenInvalid' }
  | { readonly code: 'tokenExpired' }
  | { readonly code: 'mismatch' };

/** The name of the service in credential scopes of the data plane. */
export const signingName = 'vpc-lattice-svcs';

/**
 * The body of the answer, `Type: sentence`. Only that of a signed payload is observed at Lattice; the others are the
 * sentences of AWS's other services.
 */
export function refusalText(refusal: SignatureRefusal): string {
  switch (refusal.code) {
    case 'incomplete':
      return `IncompleteSignatureException: Authorization header requires '${refusal.lacks}' parameter.`;
    case 'malformed':
      return `IncompleteSignatureException: ${refusal.what}.`;
    case 'ambiguous':
      return 'InvalidSignatureException: Only one signature is allowed, in the Authorization header or in the query string.';
    case 'algorithm':
      return `IncompleteSignatureException: Unsupported AWS 'algorithm': '${refusal.algorithm}'.`;
    case 'payloadSigned':
      return 'InvalidSignatureException: Signed payloads are not supported';
    case 'notSigned':
      return refusal.header === 'host'
        ? "InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        : `InvalidSignatureException: '${refusal.header}' must be a 'SignedHeader' in the AWS Authorization.`;
    case 'headerMissing':
      return `InvalidSignatureException: Signed header '${refusal.header}' is not in the request.`;
    case 'scopeService':
      return `InvalidSignatureException: Credential should be scoped to correct service: '${signingName}', not '${refusal.service}'.`;
    case 'scopeRegion':
      return `InvalidSignatureException: Credential should be scoped to a valid Region, not '${refusal.region}'.`;
    case 'scopeDate':
      return 'InvalidSignatureException: Date in Credential scope does not match the date of the request.';
    case 'expired': {
      const { signed, now, lifeMs } = refusal;
      return `InvalidSignatureException: Signature expired: ${formatBasic(signed)} is now earlier than ${formatBasic(now - lifeMs)} (${formatBasic(now)} - ${span(lifeMs)}.)`;
    }
    case 'notYetCurrent': {
      const { signed, now, skewMs } = refusal;
      return `InvalidSignatureException: Signature not yet current: ${formatBasic(signed)} is still later than ${formatBasic(now + skewMs)} (${formatBasic(now)} + ${span(skewMs)}.)`;
    }
    case 'unknownKey':
    case 'tokenInvalid':
      return 'UnrecognizedClientException: The security token included in the request is invalid.';
    case 'tokenExpired':
      return 'ExpiredTokenException: The security token included in the request is expired';
    case 'mismatch':
      return 'InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
  }
}

function span(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} sec`;
}
