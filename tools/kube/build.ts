/** Builds a real Kubernetes from Go modules, once per release. Needs Go; the first time takes minutes. */
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { isRecord } from '../../src/kinds/record.ts';
import { exclusively } from '../setup/lock.mjs';
import { go, say } from './go.ts';
import type { Place } from './go.ts';
import { programsFolder, release } from './release.ts';

const root = resolve(import.meta.dirname, '../..');

/** `folder` has nothing in it yet. */
interface Build extends Place {
  readonly output: string;
}

async function buildEtcd(build: Build): Promise<void> {
  const path = 'go.etcd.io/etcd/server/v3';
  writeModule(build, { requires: `${path} v${release.etcd}`, replaces: [], imports: [path] });
  await say('resolving the modules of etcd', go(build, ['mod', 'tidy']));
  await say('building etcd', goBuild(build, 'etcd', { path, flags: '-s -w' }));
}

async function buildKubernetes(build: Build): Promise<void> {
  const version = `v${release.kubernetes}`;
  const module = `k8s.io/kubernetes@${version}`;
  writeFileSync(join(build.folder, 'go.mod'), 'module trellis.local/download\n');
  const found = await say('downloading Kubernetes', go(build, ['mod', 'download', '-json', module]));
  const source = textField(JSON.parse(found), 'Dir');
  const commands = ['kube-apiserver', 'kube-controller-manager'];
  writeModule(build, {
    requires: `k8s.io/kubernetes ${version}`,
    replaces: stagingModules(await go(build, ['mod', 'edit', '-json', join(source, 'go.mod')])),
    imports: commands.map((command) => `k8s.io/kubernetes/cmd/${command}`),
  });
  await say('resolving the modules of Kubernetes', go(build, ['mod', 'tidy']));
  // kubectl cannot parse the version of a server that does not know its own.
  const [major = '', minor = ''] = release.kubernetes.split('.');
  const stamp = 'k8s.io/component-base/version';
  const flags = [
    `-s -w -X ${stamp}.gitVersion=${version}`,
    `-X ${stamp}.gitMajor=${major}`,
    `-X ${stamp}.gitMinor=${minor}`,
  ].join(' ');
  for (const command of commands) {
    const path = `k8s.io/kubernetes/cmd/${command}`;
    await say(`building ${command}`, goBuild(build, command, { path, flags }));
  }
}

interface Wrapper {
  readonly requires: string;
  readonly replaces: readonly string[];
  readonly imports: readonly string[];
}

/** A module of our own around the one to build: programs of other modules cannot be built from outside with `replace`. */
function writeModule({ folder }: Build, { requires, replaces, imports }: Wrapper): void {
  const lines = ['module trellis.local/build', 'go 1.26', `require ${requires}`, ...replaces];
  writeFileSync(join(folder, 'go.mod'), `${lines.join('\n')}\n`);
  const imported = imports.map((path) => `import _ "${path}"`).join('\n');
  writeFileSync(join(folder, 'tools.go'), `//go:build tools\n\npackage tools\n\n${imported}\n`);
}

/** Kubernetes replaces the modules of its staging folder by files of its own; outside, they are published as v0. */
function stagingModules(goMod: string): readonly string[] {
  const parsed: unknown = JSON.parse(goMod);
  const replaces: unknown = isRecord(parsed) ? parsed['Replace'] : undefined;
  if (!Array.isArray(replaces)) throw new Error('the go.mod of Kubernetes has no replace lines');
  const version = `v0${release.kubernetes.slice(1)}`;
  return replaces.flatMap((entry: unknown) => {
    if (!isRecord(entry) || !isRecord(entry['New']) || !isRecord(entry['Old'])) return [];
    if (!textField(entry['New'], 'Path').startsWith('./staging/')) return [];
    const path = textField(entry['Old'], 'Path');
    return [`replace ${path} => ${path} ${version}`];
  });
}

function goBuild(
  build: Build,
  name: string,
  { path, flags }: { readonly path: string; readonly flags: string },
): Promise<string> {
  const parallel = `-p=${availableParallelism()}`;
  const output = join(build.output, name);
  return go(build, ['build', parallel, '-trimpath', '-ldflags', flags, '-o', output, path]);
}

function textField(value: unknown, name: string): string {
  const found = isRecord(value) ? value[name] : undefined;
  if (typeof found !== 'string') throw new Error(`Go did not say the ${name}`);
  return found;
}

const folder = programsFolder(root);
const cache = join(root, '.cache/kube');
/** Kept when something fails, so that the next attempt goes on from there; of no use afterwards, and large. */
const goCache = join(cache, 'go');

async function build(): Promise<void> {
  const scratch = mkdtempSync(join(cache, 'scratch-'));
  const removeScratch = (): void => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', removeScratch);
  try {
    const output = join(scratch, 'programs');
    for (const name of ['etcd', 'kubernetes', 'programs']) mkdirSync(join(scratch, name));
    await buildEtcd({ folder: join(scratch, 'etcd'), cache: goCache, output });
    await buildKubernetes({ folder: join(scratch, 'kubernetes'), cache: goCache, output });
    renameSync(output, folder);
  } finally {
    removeScratch();
  }
}

// What we started ends, and what we wrote goes, when this process exits; by itself a signal would be no exit.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => process.exit(code));
}
if (!existsSync(folder) || existsSync(goCache)) {
  await exclusively(join(cache, 'build.lock'), async () => {
    if (!existsSync(folder)) await build();
    // Also what builds left that were killed.
    for (const left of [...globSync(join(cache, 'scratch-*')), goCache]) {
      rmSync(left, { recursive: true, force: true });
    }
  });
}
console.log(`a Kubernetes ${release.kubernetes} is in ${folder}`);
