import { isRecord } from '../local/contract/validate.ts';
import { readProvider } from '../local/neighbours/sts/identity-provider.ts';
import type { IdentityProvider } from '../local/neighbours/sts/identity-provider.ts';
import type { Roles } from '../local/neighbours/sts/role-trust.ts';
import { UserError } from './command.ts';
import { jsonIn } from './json-file.ts';

/** The OpenID Connect providers in the file that `--identity-providers` names; none when it is absent. */
export function providersIn(path: string | undefined): Roles['providers'] {
  const providers = new Map<string, IdentityProvider>();
  if (path === undefined) return providers;
  const json = jsonIn(path, '--identity-providers');
  if (!isRecord(json)) {
    throw new UserError(`--identity-providers: ${path} has to be { ISSUER: { "keys": [KEY, …] }, … }.`);
  }
  for (const [issuer, keySet] of Object.entries(json)) {
    const provider = readProvider(keySet);
    if (typeof provider === 'string') {
      throw new UserError(`--identity-providers: ${issuer} in ${path}: ${provider}.`);
    }
    providers.set(issuer, provider);
  }
  return providers;
}
