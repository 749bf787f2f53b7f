import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOfTheDead, processMark } from '../ports/system/process-mark.ts';
import { NetworkCommandFailed, runNetworkCommand } from './command.ts';

const folder = '/run/netns';
/** Below a namespace's name are files that `ip netns exec` has its command see in place of those of /etc. */
const filesFolder = '/etc/netns';

/** The file by which the kernel's calls, Envoy and nsenter know a network namespace. */
export function namespaceFile(name: string): string {
  return `${folder}/${name}`;
}

/** A name that tells whose it is, so that what a killed process left can be found. */
export function namespaceName(label: string): string {
  return `trellis-${processMark()}-${label}`;
}

/** The names of all that there are on this machine, and of those that left files. */
function namespaces(): readonly string[] {
  return [...new Set([folder, filesFolder].flatMap(entriesOf))];
}

function entriesOf(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    // Nobody made one since the machine started.
    return [];
  }
}

export async function addNamespace(name: string): Promise<void> {
  await runNetworkCommand(['ip', 'netns', 'add', name]);
}

/** What `ip netns exec` has its command see as a file of /etc. */
export function addNamespaceFile(name: string, file: string, text: string): void {
  mkdirSync(join(filesFolder, name), { recursive: true });
  writeFileSync(join(filesFolder, name, file), text);
}

/** What is in it goes when the last process in it has ended. One that is not there is no trouble. */
export async function removeNamespace(name: string): Promise<void> {
  removeFiles(name);
  if (!entriesOf(folder).includes(name)) return;
  try {
    await runNetworkCommand(['ip', 'netns', 'delete', name]);
  } catch (error) {
    if (entriesOf(folder).includes(name)) throw error;
  }
}

function removeFiles(name: string): void {
  if (!entriesOf(filesFolder).includes(name)) return;
  rmSync(join(filesFolder, name), { recursive: true, force: true });
  try {
    rmdirSync(filesFolder);
  } catch {
    // There are files of others.
  }
}

/** Removes every namespace whose name is so. */
export async function removeNamespaces(isSo: (name: string) => boolean): Promise<void> {
  for (const name of namespaces()) if (isSo(name)) await removeNamespace(name);
}

/** Removes those of processes that are no more. */
export async function sweepNamespaces(): Promise<void> {
  await removeNamespaces((name) => {
    const [, mark] = /^trellis-([0-9a-z]+-[0-9]+)-/.exec(name) ?? [];
    return mark !== undefined && isOfTheDead(mark);
  });
}

/** Why there can be no network namespaces here, in a sentence; undefined when there can. It is tried. */
export async function namespacesObstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'Network namespaces are a thing of Linux.';
  if (process.getuid?.() !== 0) return 'Network namespaces take root here.';
  const name = namespaceName('trial');
  try {
    await runNetworkCommand(['ip', 'netns', 'add', name]);
    await runNetworkCommand(['ip', '-n', name, 'link', 'add', 'w0', 'type', 'veth', 'peer', 'name', 'w1']);
    await runNetworkCommand(['nsenter', `--net=${namespaceFile(name)}`, 'true']);
    return undefined;
  } catch (error) {
    if (!(error instanceof NetworkCommandFailed)) throw error;
    return `Network namespaces cannot be made here (${error.message}); it takes ip (of iproute2) and nsenter (of util-linux).`;
  } finally {
    await removeNamespace(name).catch(() => undefined);
  }
}
