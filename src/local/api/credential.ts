import type { Refusal, Refused } from '../contract/refusal.ts';

/** Who signed a request, for what. The signature itself is not looked at here. */
export interface Credential {
  readonly accessKeyId: string;
  readonly account: string;
  readonly region: string;
  readonly service: string;
}

export interface AccountTable {
  /** Account by access key id. */
  readonly accounts: Readonly<Record<string, string>>;
  /** Of keys that are not in the table. */
  readonly defaultAccount: string;
}

/**
 * The credential of an `Authorization` header. A key of twelve digits is the account of that number, so that several
 * accounts need no table.
 */
export function credentialOf(
  authorization: string | undefined,
  { accounts, defaultAccount }: AccountTable,
): Credential | Refused {
  if (authorization === undefined) return missing;
  const [, scope = ''] = /^AWS4-HMAC-SHA256\s.*?\bCredential=([^\s,]+)/.exec(authorization) ?? [];
  const [accessKeyId = '', date = '', region = '', service = '', end] = scope.split('/');
  if (!/^\d{8}$/.test(date) || region === '' || service === '' || end !== 'aws4_request') return incomplete;
  const listed = Object.hasOwn(accounts, accessKeyId) ? accounts[accessKeyId] : undefined;
  const account = listed ?? (/^\d{12}$/.test(accessKeyId) ? accessKeyId : defaultAccount);
  return { accessKeyId, account, region, service };
}

const missing: Refused = forbidden('MissingAuthenticationTokenException', 'Missing Authentication Token');

const incomplete: Refused = {
  refused: {
    code: 'unmodelled',
    type: 'IncompleteSignatureException',
    status: 400,
    message:
      'Authorization header requires AWS4-HMAC-SHA256 with a Credential of the form KEY/DATE/REGION/SERVICE/aws4_request.',
  },
};

/** A refusal of a credential, in the words that AWS uses for all its services. */
export function forbidden(type: string, message: string): Refused {
  const refused: Refusal = { code: 'unmodelled', type, status: 403, message };
  return { refused };
}
