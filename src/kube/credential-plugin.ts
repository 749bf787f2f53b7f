import { resolve } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import { within } from '../ports/deadline.ts';
import type { ProgramEnd, RunProgram } from '../ports/program.ts';
import type { ClientIdentity } from '../ports/system/http-client.ts';
import type { TokenSource } from './client.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { textOf } from './kubeconfig-files.ts';
import type { Entry } from './kubeconfig-files.ts';
import { isRecord } from '../kinds/record.ts';

/** What credential plugins need. */
export interface PluginPorts {
  readonly run: RunProgram;
  readonly clock: Clock;
}

/**
 * What a credential plugin gives, a token or a client certificate: the program that a kubeconfig names under `exec`, which prints an ExecCredential
 * (`client.authentication.k8s.io`). It runs when credentials are needed first, when those it gave expire, and when the
 * server refuses the token; once for all calls that wait at the time. Throws `KubeconfigError` for a plugin that cannot be
 * used, and its source does when the plugin fails.
 */
export function pluginCredentials(
  user: Entry,
  cluster: Entry,
  ports: PluginPorts,
): {
  readonly token: TokenSource;
  readonly identity: (signal: AbortSignal) => Promise<ClientIdentity | undefined>;
} {
  const plugin = pluginOf(user, cluster);
  let held: Credential | undefined;
  let running: Promise<Credential> | undefined;
  const renewed = async (): Promise<Credential> => {
    const stopped = new AbortController().signal;
    const end = await within(ports.clock, patienceMs, stopped, async (signal) => ports.run(plugin, signal));
    return credentialIn(plugin, end);
  };
  const credential = async (signal: AbortSignal, refused: string | undefined): Promise<Credential> => {
    const isRefused = refused !== undefined && held?.token === refused;
    if (held === undefined || isRefused || ports.clock.now() >= held.until) {
      running ??= renewed().finally(() => {
        running = undefined;
      });
      const work = running;
      // Whoever waits no longer leaves the work to the others.
      held = await within(ports.clock, patienceMs, signal, async () => work);
    }
    return held;
  };
  return {
    token: async (signal, refused) => (await credential(signal, refused)).token,
    identity: async (signal) => (await credential(signal, undefined)).identity,
  };
}

interface Plugin {
  readonly title: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint: string | undefined;
}

interface Credential {
  readonly token: string | undefined;
  readonly identity: ClientIdentity | undefined;
  /** By the wall clock, which is what the plugin knows too. */
  readonly until: number;
}

/** Long enough for a plugin that asks a token service, short enough for a person who waits. */
const patienceMs = 60_000;
/** A token that expires while a call is on its way would be refused. */
const marginMs = 10_000;

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

function pluginOf(user: Entry, cluster: Entry): Plugin {
  const { exec } = user.members;
  const title = `The credential plugin of ${user.title}`;
  const command = isRecord(exec) ? textOf(exec, 'command') : undefined;
  if (!isRecord(exec) || command === undefined) throw new KubeconfigError(`${title} has no command.`);
  const apiVersion = textOf(exec, 'apiVersion');
  if (apiVersion === undefined || !versions.includes(apiVersion)) {
    throw new KubeconfigError(
      `${title} has the apiVersion ${JSON.stringify(exec['apiVersion'])}; ${versions.join(' and ')} are known.`,
    );
  }
  if (exec['interactiveMode'] === 'Always') {
    throw new KubeconfigError(
      `${title} wants to ask questions (interactiveMode Always); nobody is here to answer.`,
    );
  }
  const args = Array.isArray(exec['args']) ? exec['args'].map(String) : [];
  // As in kubectl: a path with a slash is relative to the file, a bare name is looked up on PATH.
  const file = command.includes('/') ? resolve(user.folder, command) : command;
  const info = {
    kind: 'ExecCredential',
    apiVersion,
    spec: { interactive: false, ...clusterInfo(exec, cluster) },
  };
  return {
    title,
    argv: [file, ...args],
    env: { ...environmentOf(exec['env']), KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    apiVersion,
    installHint: textOf(exec, 'installHint'),
  };
}

function environmentOf(list: unknown): Readonly<Record<string, string>> {
  const entries = Array.isArray(list) ? list.filter(isRecord) : [];
  return Object.fromEntries(entries.map(({ name, value }) => [String(name), String(value)]));
}

function clusterInfo(exec: Readonly<Record<string, unknown>>, { members }: Entry): object {
  if (exec['provideClusterInfo'] !== true) return {};
  const extensions = Array.isArray(members['extensions']) ? members['extensions'].filter(isRecord) : [];
  const config = extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.['extension'];
  const told = [
    'server',
    'tls-server-name',
    'insecure-skip-tls-verify',
    'certificate-authority-data',
    'proxy-url',
  ];
  return {
    cluster: {
      ...Object.fromEntries(told.flatMap((name) => (name in members ? [[name, members[name]]] : []))),
      ...(config === undefined ? {} : { config }),
    },
  };
}

function credentialIn(plugin: Plugin, { code, stdout, stderr }: ProgramEnd): Credential {
  const { title, argv, apiVersion, installHint } = plugin;
  const failed = (why: string): KubeconfigError => {
    const hint = installHint === undefined ? '' : ` ${installHint.trim().split('\n').join(' ')}`;
    return new KubeconfigError(`${title} (${argv[0]}) ${why}.${hint}`);
  };
  if (code === 127 && stdout === '') throw failed('is not installed, or not on PATH');
  if (code !== 0) throw failed(`ended with ${code}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  const printed = parsed(stdout);
  const status = isRecord(printed) && isRecord(printed['status']) ? printed['status'] : undefined;
  if (!isRecord(printed) || status === undefined || printed['kind'] !== 'ExecCredential') {
    throw failed('printed no ExecCredential');
  }
  if (printed['apiVersion'] !== apiVersion) {
    throw failed(`answered in ${String(printed['apiVersion'])}, but ${apiVersion} was asked for`);
  }
  const token = textOf(status, 'token');
  const cert = textOf(status, 'clientCertificateData');
  const key = textOf(status, 'clientKeyData');
  if ((cert === undefined) !== (key === undefined)) throw failed('gave half of a client certificate');
  const identity = cert === undefined || key === undefined ? undefined : { cert, key };
  if (token === undefined && identity === undefined) throw failed('gave neither a token nor a certificate');
  const expires = Date.parse(textOf(status, 'expirationTimestamp') ?? '');
  return { token, identity, until: Number.isNaN(expires) ? Infinity : expires - marginMs };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
