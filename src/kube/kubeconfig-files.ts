import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { KubeconfigError } from './kubeconfig-error.ts';
import { isRecord } from '../kinds/record.ts';

/** Reads a text file; throws, with the `code` that Node gives, if it cannot. */
export type ReadFile = (path: string) => string;

/** One or several kubeconfig files as one: the first that names something wins, as in kubectl. */
export interface Config {
  /** The files, for people. */
  readonly paths: string;
  readonly currentContext: string | undefined;
  readonly contexts: readonly Entry[];
  readonly clusters: readonly Entry[];
  readonly users: readonly Entry[];
}

/** A named context, cluster or user. */
export interface Entry {
  readonly name: string;
  /** For people: `cluster "dev" of /home/me/.kube/config`. */
  readonly title: string;
  /** Paths in the entry are relative to the folder of its file. */
  readonly folder: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** Files that do not exist are skipped, as kubectl does, unless none does. Throws `KubeconfigError`. */
export function readConfigs(paths: readonly string[], readFile: ReadFile): Config {
  const files = paths.flatMap((path) => {
    const text = readIfThere(path, readFile);
    return text === undefined ? [] : [{ path, contents: parseFile(path, text) }];
  });
  if (files.length === 0) {
    const missing = `${paths.join(' and ')} ${paths.length === 1 ? 'does' : 'do'} not exist`;
    throw new KubeconfigError(
      `There is no kubeconfig: ${missing}. Set KUBECONFIG to the kubeconfig of your cluster.`,
    );
  }
  return {
    paths: files.map(({ path }) => path).join(' and '),
    currentContext: files
      .map(({ contents }) => textOf(contents, 'current-context'))
      .find((name) => name !== undefined),
    contexts: files.flatMap((file) => entriesOf(file, 'context')),
    clusters: files.flatMap((file) => entriesOf(file, 'cluster')),
    users: files.flatMap((file) => entriesOf(file, 'user')),
  };
}

/** A member that is a string, and not empty. */
export function textOf(members: Readonly<Record<string, unknown>>, member: string): string | undefined {
  const value = members[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The text of a file that somebody needs. Throws `KubeconfigError`. */
export function readText(path: string, neededBy: string, readFile: ReadFile): string {
  const text = readIfThere(path, readFile);
  if (text !== undefined) return text;
  throw new KubeconfigError(`${neededBy} needs the file ${path}, which does not exist.`);
}

/** The text of the file that a member of an entry names. */
export function readMember(entry: Entry, member: string, readFile: ReadFile): string | undefined {
  const path = textOf(entry.members, member);
  return path === undefined ? undefined : readText(resolve(entry.folder, path), entry.title, readFile);
}

interface File {
  readonly path: string;
  readonly contents: Readonly<Record<string, unknown>>;
}

function entriesOf({ path, contents }: File, noun: 'context' | 'cluster' | 'user'): readonly Entry[] {
  const list: unknown = contents[`${noun}s`] ?? [];
  if (!Array.isArray(list)) throw new KubeconfigError(`${path} is no kubeconfig: its ${noun}s are no list.`);
  return list.map((item: unknown) => {
    const name = isRecord(item) ? textOf(item, 'name') : undefined;
    if (!isRecord(item) || name === undefined) {
      throw new KubeconfigError(`${path} is no kubeconfig: one of its ${noun}s has no name.`);
    }
    const members = isRecord(item[noun]) ? item[noun] : {};
    return { name, title: `${noun} "${name}" of ${path}`, folder: dirname(path), members };
  });
}

function parseFile(path: string, text: string): Readonly<Record<string, unknown>> {
  const contents = parseYaml(path, text);
  // An empty file is what `kubectl config unset` may leave behind.
  if (contents === null) return {};
  if (!isRecord(contents)) throw new KubeconfigError(`${path} is no kubeconfig: it holds no mapping.`);
  const kind = contents['kind'];
  if (kind !== undefined && kind !== 'Config') {
    throw new KubeconfigError(`${path} is no kubeconfig: its kind is ${JSON.stringify(kind)}.`);
  }
  return contents;
}

function parseYaml(path: string, text: string): unknown {
  try {
    const contents: unknown = parse(text);
    return contents;
  } catch (error) {
    const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
    throw new KubeconfigError(`${path} is not valid YAML: ${line.replace(/:$/, '')}.`, { cause: error });
  }
}

function readIfThere(path: string, readFile: ReadFile): string | undefined {
  try {
    return readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT') return undefined;
    throw new KubeconfigError(`${path} cannot be read: ${reasons[code] ?? code}.`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
};
