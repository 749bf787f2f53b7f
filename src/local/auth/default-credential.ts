import type { Credential } from './credential.ts';
import { Secret } from './secret.ts';

/** With what keys that nobody listed sign. It is no secret: `trellis` prints it. */
export const defaultSecret = 'local';

/** The account of a key that nobody listed: that of its twelve digits, else the default. */
export function accountOfKey(accessKeyId: string, defaultAccount: string): string {
  return /^\d{12}$/.test(accessKeyId) ? accessKeyId : defaultAccount;
}

/** What a key stands for that nobody listed: the user of that name in its account. */
export function defaultCredential(
  accessKeyId: string,
  { account, secretAccessKey }: { readonly account: string; readonly secretAccessKey: string },
): Credential {
  return {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    principal: {
      kind: 'user',
      name: accessKeyId,
      account,
      arn: `arn:aws:iam::${account}:user/${accessKeyId}`,
      userId: accessKeyId,
      tags: {},
    },
  };
}
