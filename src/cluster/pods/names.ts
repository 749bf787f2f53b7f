import { execFile } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  watch,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { resolverText } from '../../networks/vpc.ts';
import type { PodNetwork } from './pod-network.ts';
import type { Command } from './process.ts';

/** Files in which somebody else keeps the names that pods shall know, rewritten in place as names come and go. */
export interface NameFiles {
  /** Lines of a hosts file. */
  readonly hostsFile: string;
  /** Lines of a curl configuration: `resolve` and `connect-to`. */
  readonly curlrcFile: string;
  /** All certificates that pods trust, as PEM; those of the machine when absent. */
  readonly trustFile?: string;
}

/**
 * How names reach the processes of pods.
 * - `hosts`: each sees a hosts file of its pod at /etc/hosts, in a mount namespace; every program resolves the names.
 * - `curl`: only curl does, by its configuration file, since this user may not make mount namespaces.
 * - `none`: nobody keeps names.
 */
export type NamesBy = 'hosts' | 'curl' | 'none';

export interface PodNames {
  readonly by: NamesBy;
  /** Makes the names known to a pod, until `forget`. */
  add(pod: NamedPod): void;
  forget(podUid: string): void;
  /** The names of Services, for pods of one namespace of the API, as lines of a hosts file, from now on. */
  tell(serviceNames: (namespace: string) => string): void;
  /** The same command, where names are known as `by` says. */
  confine(podUid: string, command: Command): Command;
  close(): void;
}

export interface NamedPod {
  readonly uid: string;
  /** The first is the one that it goes by. */
  readonly addresses: readonly string[];
  readonly hostname: string;
  /** Of the API. */
  readonly namespace: string;
  /** It is on the network of its node. */
  readonly isOnHost: boolean;
}

interface Surroundings {
  readonly files: NameFiles | undefined;
  readonly network: PodNetwork;
}

/** `folder` is ours to write to; nothing in it needs to outlive us. */
export async function createPodNames({ files, network }: Surroundings, folder: string): Promise<PodNames> {
  const resolvConf = join(folder, 'resolv.conf');
  if (network.vpc !== undefined) writeInPlace(resolvConf, resolverText);
  const pods = new Map<string, NamedPod>();
  const prefix = await mountNamespacePrefix(folder);
  const curlHome = files === undefined ? undefined : linkCurlrc(files, folder);
  const hosts = prefix === undefined ? undefined : hostsFiles(files, folder);
  return {
    by: hosts !== undefined ? 'hosts' : files !== undefined ? 'curl' : 'none',
    add: (pod) => {
      pods.set(pod.uid, pod);
      hosts?.add(pod);
    },
    forget: (podUid) => {
      pods.delete(podUid);
      hosts?.forget(podUid);
    },
    tell: (serviceNames) => hosts?.tell(serviceNames),
    confine: (podUid, command) => {
      const env = {
        ...trustBy(files?.trustFile),
        ...command.env,
        ...(curlHome === undefined ? {} : { CURL_HOME: curlHome }),
      };
      const pod = pods.get(podUid);
      const file = hosts?.fileOf(podUid);
      const isInside = network.vpc !== undefined && pod !== undefined && !pod.isOnHost;
      const named: Command =
        prefix === undefined || file === undefined
          ? { ...command, env }
          : { ...command, env, argv: [...prefix, file, isInside ? resolvConf : '', ...command.argv] };
      const [address] = pod?.addresses ?? [];
      return isInside && address !== undefined ? network.confine(address, named) : named;
    },
    close: () => hosts?.close(),
  };
}

type Prefix = readonly [string, ...string[]];

/** As root, and as a user whom the kernel grants namespaces of its own: tried once, in this order. */
const attempts: readonly Prefix[] = [
  ['unshare', '--mount', '--propagation', 'private', '--'],
  ['unshare', '--user', '--map-root-user', '--mount', '--propagation', 'private', '--'],
];

const mountAndRun: Prefix = [
  '/bin/sh',
  '-c',
  'mount --bind "$1" /etc/hosts && { [ -z "$2" ] || [ ! -e /etc/resolv.conf ] || mount --bind "$2" /etc/resolv.conf; } && shift 2 && exec "$@"',
  'container',
];

/** What to put before a hosts file, a resolv.conf or nothing, and a command, or nothing where mount namespaces are not to be had. */
async function mountNamespacePrefix(folder: string): Promise<Prefix | undefined> {
  const file = join(folder, 'probe-hosts');
  const text = '127.0.0.1 trellis-probe\n';
  writeInPlace(file, text);
  for (const [command, ...args] of attempts) {
    const prefix: Prefix = [command, ...args, ...mountAndRun];
    if ((await outputOf(prefix, [file, '', 'cat', '/etc/hosts'])) === text) return prefix;
  }
  return undefined;
}

/** What a command prints; nothing when it cannot be run, fails or takes too long. */
async function outputOf([command, ...args]: Prefix, more: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, [...args, ...more], { timeout: 5000 }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    ).stdin?.end();
  });
}

/** curl reads `$CURL_HOME/.curlrc`; a link, so that it is always what the file says now. */
function linkCurlrc({ curlrcFile }: NameFiles, folder: string): string {
  const home = join(folder, 'curl');
  mkdirSync(home);
  symlinkSync(curlrcFile, join(home, '.curlrc'));
  return home;
}

/** The variables by which OpenSSL, curl, Node and Python programs take a file of certificates. */
function trustBy(file: string | undefined): Readonly<Record<string, string>> {
  if (file === undefined) return {};
  return {
    SSL_CERT_FILE: file,
    CURL_CA_BUNDLE: file,
    NODE_EXTRA_CA_CERTS: file,
    REQUESTS_CA_BUNDLE: file,
  };
}

interface HostsFiles {
  add(pod: NamedPod): void;
  forget(podUid: string): void;
  tell(serviceNames: (namespace: string) => string): void;
  fileOf(podUid: string): string | undefined;
  close(): void;
}

/** A hosts file per pod: its own name, and the shared names as they are now. */
function hostsFiles(files: NameFiles | undefined, folder: string): HostsFiles {
  const pods = new Map<string, NamedPod>();
  const fileOf = (podUid: string): string => join(folder, `hosts-${podUid}`);
  let serviceNames: ((namespace: string) => string) | undefined;
  const write = (pod: NamedPod): void => {
    const shared = sharedNames(files) + (pod.isOnHost ? '' : (serviceNames?.(pod.namespace) ?? ''));
    writeInPlace(fileOf(pod.uid), hostsText(pod, shared));
  };
  const watcher =
    files === undefined
      ? undefined
      : // The folder, not the file: that may not be there yet, and may be put there anew.
        watch(dirname(files.hostsFile), (_, name) => {
          if (name === null || name === basename(files.hostsFile))
            for (const pod of pods.values()) write(pod);
        });
  watcher?.on('error', () => undefined);
  return {
    add: (pod) => {
      pods.set(pod.uid, pod);
      write(pod);
    },
    forget: (podUid) => pods.delete(podUid),
    tell: (names) => {
      serviceNames = names;
      for (const pod of pods.values()) write(pod);
    },
    fileOf: (podUid) => (pods.has(podUid) ? fileOf(podUid) : undefined),
    close: () => watcher?.close(),
  };
}

function hostsText({ addresses, hostname }: NamedPod, shared: string): string {
  const own = addresses.map((address) => `${address} ${hostname}\n`).join('');
  return `127.0.0.1 localhost\n::1 localhost ip6-localhost\n${own}${shared}`;
}

function sharedNames(files: NameFiles | undefined): string {
  if (files === undefined) return '';
  try {
    return readFileSync(files.hostsFile, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The same inode gets the new text, since it is what processes have mounted; cut to length last, so that nobody reads
 * an empty file in between.
 */
function writeInPlace(file: string, text: string): void {
  const descriptor = openSync(file, 'a');
  closeSync(descriptor);
  const existing = openSync(file, 'r+');
  try {
    const bytes = Buffer.from(text);
    writeSync(existing, bytes, 0, bytes.length, 0);
    ftruncateSync(existing, bytes.length);
  } finally {
    closeSync(existing);
  }
}
