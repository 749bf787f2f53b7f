import { isRecord } from '../../contract/validate.ts';
import { declined } from '../neighbour.ts';
import type { Declined } from '../neighbour.ts';
import { decoded, isSignedBy } from './identity-provider.ts';
import type { Roles } from './role-trust.ts';

/** What a token of an OpenID Connect provider says. */
export interface WebIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** The claims of a JSON Web Token that is in force. Its signature counts where there is a provider to verify it with. */
export function readWebIdentity(
  token: string,
  { providers, now }: { readonly providers: Roles['providers']; readonly now: number },
): WebIdentity | Declined {
  const parts = token.split('.');
  const claims = parts.length === 3 ? decoded(parts[1] ?? '') : undefined;
  if (!isRecord(claims)) {
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
  const provider = providers.get(iss);
  if (provider !== undefined && !isSignedBy(provider, token)) {
    return invalid(
      "Couldn't retrieve verification key from your identity provider, or the signature is wrong",
    );
  }
  if (provider?.clientIds !== undefined && !provider.clientIds.includes(first)) {
    return invalid('Incorrect token audience');
  }
  return { issuer: iss, subject: sub, audience: first };
}

function invalid(message: string): Declined {
  return declined('InvalidIdentityToken', message);
}
