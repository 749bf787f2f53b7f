import { isRecord } from '../../contract/validate.ts';
import { declined } from '../neighbour.ts';
import type { Declined } from '../neighbour.ts';

/** What a token of an OpenID Connect provider says. */
export interface WebIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** The claims of a JSON Web Token that is in force. Its signature is not verified: providers are not asked for keys. */
export function readWebIdentity(token: string, now: number): WebIdentity | Declined {
  const parts = token.split('.');
  const claims = parts.length === 3 ? decoded(parts[1] ?? '') : undefined;
  if (claims === undefined) {
    return invalid(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
  const { iss, sub, aud, exp } = claims;
  const first: unknown = Array.isArray(aud) ? aud[0] : aud;
  if (typeof iss !== 'string' || typeof sub !== 'string' || typeof first !== 'string') {
    return invalid('Missing a required claim: iss, sub or aud');
  }
  if (typeof exp !== 'number') return invalid('Missing a required claim: exp');
  if (exp * 1_000 <= now) {
    return declined(
      'ExpiredTokenException',
      `Token expired: current date/time ${Math.floor(now / 1_000)} must be before the expiration date/time ${exp}`,
    );
  }
  return { issuer: iss, subject: sub, audience: first };
}

function decoded(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isRecord(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function invalid(message: string): Declined {
  return declined('InvalidIdentityToken', message);
}
