import type { TlsOptions } from '../ports/system/http-client.ts';
import type { TokenSource } from './client.ts';
import { pluginToken } from './credential-plugin.ts';
import type { PluginPorts } from './credential-plugin.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { readMember, textOf } from './kubeconfig-files.ts';
import type { Entry, ReadFile } from './kubeconfig-files.ts';

/** The machine that a kubeconfig is read on. */
export interface Surroundings extends PluginPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: ReadFile;
}

/** What TLS needs of a cluster and its user; undefined if nothing is asked for. Throws `KubeconfigError`. */
export function tlsOf(cluster: Entry, user: Entry | undefined, readFile: ReadFile): TlsOptions | undefined {
  const ca = pem(cluster, 'certificate-authority', readFile);
  const servername = textOf(cluster.members, 'tls-server-name');
  const cert = user === undefined ? undefined : pem(user, 'client-certificate', readFile);
  const key = user === undefined ? undefined : pem(user, 'client-key', readFile);
  if ((cert === undefined) !== (key === undefined)) {
    const [has, lacks] =
      cert === undefined ? ['client-key', 'client-certificate'] : ['client-certificate', 'client-key'];
    throw new KubeconfigError(`The ${user?.title} has a ${has} but no ${lacks}.`);
  }
  const tls: TlsOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(servername === undefined ? {} : { servername }),
    ...(cluster.members['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
  };
  return Object.keys(tls).length === 0 ? undefined : tls;
}

/** Where the user's bearer token comes from, if from anywhere. Throws `KubeconfigError`. */
export function tokenOf(
  user: Entry,
  cluster: Entry,
  { readFile, ...ports }: Surroundings,
): TokenSource | undefined {
  // As in kubectl, the file wins; it is read for every call, because somebody may rotate it.
  if (textOf(user.members, 'tokenFile') !== undefined) {
    const read = (): string => readMember(user, 'tokenFile', readFile)?.trim() ?? '';
    read();
    return async () => read();
  }
  const token = textOf(user.members, 'token');
  if (token !== undefined) return async () => token;
  return user.members['exec'] === undefined ? undefined : pluginToken(user, cluster, ports);
}

/** Members that change who we are or how we get there: passing over one would talk to the wrong place. */
export function refuseUnsupported({ title, members }: Entry): void {
  for (const [member, sentence] of Object.entries(unsupported)) {
    if (members[member] !== undefined)
      throw new KubeconfigError(`The ${title} has "${member}": ${sentence}.`);
  }
}

const unsupported: Readonly<Record<string, string>> = {
  'auth-provider': 'these providers were removed from Kubernetes; use a token or a client certificate',
  username: 'API servers no longer take passwords; use a token or a client certificate',
  as: 'impersonation is not supported; use credentials of the user itself',
};

/** `<member>-data` in base64, or the file that `<member>` names; the data wins, as in kubectl. */
function pem(entry: Entry, member: string, readFile: ReadFile): string | undefined {
  const encoded = textOf(entry.members, `${member}-data`);
  const source = encoded === undefined ? member : `${member}-data`;
  const text =
    encoded === undefined ? readMember(entry, member, readFile) : Buffer.from(encoded, 'base64').toString();
  if (text === undefined || text.includes('-----BEGIN ')) return text;
  throw new KubeconfigError(`The ${source} of ${entry.title} is not in PEM form.`);
}
