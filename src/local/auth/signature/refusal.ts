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

/** The body of the data plane's answer, `Type: sentence`. */
export function refusalText(refusal: SignatureRefusal): string {
  const { type, message } = refusalError(refusal, signingName);
  return `${type}: ${message}`;
}

/**
 * The exception that says a refusal, for a service as credential scopes name it. Only that of a signed payload is
 * observed at Lattice; the others are the sentences of AWS's other services.
 */
export function refusalError(
  refusal: SignatureRefusal,
  service: string,
): { readonly type: string; readonly message: string } {
  switch (refusal.code) {
    case 'incomplete':
      return error(
        'IncompleteSignatureException',
        `Authorization header requires '${refusal.lacks}' parameter.`,
      );
    case 'malformed':
      return error('IncompleteSignatureException', `${refusal.what}.`);
    case 'ambiguous':
      return error(
        'InvalidSignatureException',
        'Only one signature is allowed, in the Authorization header or in the query string.',
      );
    case 'algorithm':
      return error('IncompleteSignatureException', `Unsupported AWS 'algorithm': '${refusal.algorithm}'.`);
    case 'payloadSigned':
      return error('InvalidSignatureException', 'Signed payloads are not supported');
    case 'notSigned':
      return refusal.header === 'host'
        ? error(
            'InvalidSignatureException',
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
          )
        : error(
            'InvalidSignatureException',
            `'${refusal.header}' must be a 'SignedHeader' in the AWS Authorization.`,
          );
    case 'headerMissing':
      return error('InvalidSignatureException', `Signed header '${refusal.header}' is not in the request.`);
    case 'scopeService':
      return error(
        'InvalidSignatureException',
        `Credential should be scoped to correct service: '${service}', not '${refusal.service}'.`,
      );
    case 'scopeRegion':
      return error(
        'InvalidSignatureException',
        `Credential should be scoped to a valid Region, not '${refusal.region}'.`,
      );
    case 'scopeDate':
      return error(
        'InvalidSignatureException',
        'Date in Credential scope does not match the date of the request.',
      );
    case 'expired': {
      const { signed, now, lifeMs } = refusal;
      return error(
        'InvalidSignatureException',
        `Signature expired: ${formatBasic(signed)} is now earlier than ${formatBasic(now - lifeMs)} (${formatBasic(now)} - ${span(lifeMs)}.)`,
      );
    }
    case 'notYetCurrent': {
      const { signed, now, skewMs } = refusal;
      return error(
        'InvalidSignatureException',
        `Signature not yet current: ${formatBasic(signed)} is still later than ${formatBasic(now + skewMs)} (${formatBasic(now)} + ${span(skewMs)}.)`,
      );
    }
    case 'unknownKey':
    case 'tokenInvalid':
      return error('UnrecognizedClientException', 'The security token included in the request is invalid.');
    case 'tokenExpired':
      return error('ExpiredTokenException', 'The security token included in the request is expired');
    case 'mismatch':
      return error(
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      );
  }
}

function error(type: string, message: string): { readonly type: string; readonly message: string } {
  return { type, message };
}

function span(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} sec`;
}
