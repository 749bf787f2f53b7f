import type { HttpClientOptions, TlsOptions } from '../ports/system/http-client.ts';
import type { TokenSource } from './client.ts';
import { pluginCredentials } from './credential-plugin.ts';
import type { PluginPorts } from './credential-plugin.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { readMember, textOf } from './kubeconfig-files.ts';
import type { Entry, ReadFile } from './kubeconfig-files.ts';
import { isRecord } from '../kinds/record.ts';

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

/** How the user proves who they are; what TLS is told once is not among it. */
export interface Credentials {
  readonly token?: TokenSource;
  readonly identity?: NonNullable<HttpClientOptions['identity']>;
}

/** Where the user's bearer token comes from, if from anywhere, or a certificate that changes. Throws `KubeconfigError`. */
export function credentialsOf(
  user: Entry,
  cluster: Entry,
  { readFile, ...ports }: Surroundings,
): Credentials {
  // As in kubectl, the file wins; it is read for every call, because somebody may rotate it.
  if (textOf(user.members, 'tokenFile') !== undefined) {
    const read = (): string => readMember(user, 'tokenFile', readFile)?.trim() ?? '';
    read();
    return { token: async () => read() };
  }
  const token = textOf(user.members, 'token');
  if (token !== undefined) return { token: async () => token };
  return user.members['exec'] === undefined ? {} : pluginCredentials(user, cluster, ports);
}

/** Headers that ask the server to take the user for somebody else (`as`), as kubectl sends them. Throws `KubeconfigError`. */
export function impersonationOf({ title, members }: Entry): NonNullable<HttpClientOptions['headers']> {
  const user = textOf(members, 'as');
  const uid = textOf(members, 'as-uid');
  const groups = textsIn(members['as-groups']);
  const extra = isRecord(members['as-user-extra']) ? members['as-user-extra'] : {};
  const more = [
    ...(uid === undefined ? [] : [['impersonate-uid', uid] as const]),
    ...groups.map((group) => ['impersonate-group', group] as const),
    ...Object.entries(extra).flatMap(([name, values]) =>
      textsIn(values).map((value) => [`impersonate-extra-${headerToken(name)}`, value] as const),
    ),
  ];
  if (user !== undefined) return [['impersonate-user', user], ...more];
  if (more.length === 0) return [];
  throw new KubeconfigError(`The ${title} has groups or more to impersonate, but no user ("as").`);
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** A name of a header in which only what may not stand there is escaped. */
function headerToken(name: string): string {
  return encodeURIComponent(name.toLowerCase()).replaceAll(
    /[()]/gu,
    (letter) => `%${letter.charCodeAt(0).toString(16)}`,
  );
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
