/** Builds a real Kubernetes from Go modules, once per release. Needs Go; the first time takes minutes. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { isRecord } from '../../src/kinds/record.ts';
import { exclusively } from '../setup/lock.mjs';
import { say, shell } from './go.ts';
import { programsFolder, release } from './release.ts';

const root = resolve(import.meta.dirname, '../..');

interface Build {
  /** A folder of its own, with nothing in it yet. */
  readonly folder: string;
  readonly output: string;
}

async function buildEtcd({ folder, output }: Build): Promise<void> {
  const path = 'go.etcd.io/etcd/server/v3';
  writeModule(folder, { requires: `${path} v${release.etcd}`, replaces: [], imports: [path] });
  await say('resolving the modules of etcd', shell(folder, ['go', 'mod', 'tidy']));
  await say('building etcd', goBuild({ folder, output }, 'etcd', { path, flags: '-s -w' }));
}

async function buildKubernetes({ folder, output }: Build): Promise<void> {
  const version = `v${release.kubernetes}`;
  const module = `k8s.io/kubernetes@${version}`;
  writeFileSync(join(folder, 'go.mod'), 'module trellis.local/download\n');
  const found = await say(
    'downloading Kubernetes',
    shell(folder, ['go', 'mod', 'download', '-json', module]),
  );
  const source = textField(JSON.parse(found), 'Dir');
  const commands = ['kube-apiserver', 'kube-controller-manager'];
  writeModule(folder, {
    requires: `k8s.io/kubernetes ${version}`,
    replaces: stagingModules(await shell(folder, ['go', 'mod', 'edit', '-json', join(source, 'go.mod')])),
    imports: commands.map((command) => `k8s.io/kubernetes/cmd/${command}`),
  });
  await say('resolving the modules of Kubernetes', shell(folder, ['go', 'mod', 'tidy']));
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
    await say(`building ${command}`, goBuild({ folder, output }, command, { path, flags }));
  }
}

interface Wrapper {
  readonly requires: string;
  readonly replaces: readonly string[];
  readonly imports: readonly string[];
}

/** A module of our own around the one to build: programs of other modules cannot be built from outside with `replace`. */
function writeModule(folder: string, { requires, replaces, imports }: Wrapper): void {
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
  { folder, output }: Build,
  name: string,
  { path, flags }: { readonly path: string; readonly flags: string },
): Promise<string> {
  const parallel = `-p=${availableParallelism()}`;
  return shell(folder, [
    'go',
    'build',
    parallel,
    '-trimpath',
    '-ldflags',
    flags,
    '-o',
    join(output, name),
    path,
  ]);
}

function textField(value: unknown, name: string): string {
  const found = isRecord(value) ? value[name] : undefined;
  if (typeof found !== 'string') throw new Error(`Go did not say the ${name}`);
  return found;
}

const folder = programsFolder(root);
if (!existsSync(folder)) {
  const cache = join(root, '.cache/kube');
  await exclusively(join(cache, 'build.lock'), async () => {
    if (existsSync(folder)) return;
    const scratch = mkdtempSync(join(cache, 'scratch-'));
    const removeScratch = (): void => rmSync(scratch, { recursive: true, force: true });
    process.once('exit', removeScratch);
    try {
      const output = join(scratch, 'programs');
      for (const name of ['etcd', 'kubernetes', 'programs']) mkdirSync(join(scratch, name));
      await buildEtcd({ folder: join(scratch, 'etcd'), output });
      await buildKubernetes({ folder: join(scratch, 'kubernetes'), output });
      renameSync(output, folder);
    } finally {
      removeScratch();
    }
  });
}
console.log(`a Kubernetes ${release.kubernetes} is in ${folder}`);
