/** Builds a real Kubernetes from Go modules, once per release. Needs Go; the first time takes minutes. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRecord } from '../../src/kinds/record.ts';
import { goBuild, writeModule } from './go-module.ts';
import type { Build } from './go-module.ts';
import { go, say } from './go.ts';
import { keepPrograms } from './kept-programs.ts';
import { programsFolder, release } from './release.ts';

const root = resolve(import.meta.dirname, '../..');

async function buildEtcd(build: Build): Promise<void> {
  const path = 'go.etcd.io/etcd/server/v3';
  writeModule(build, { requires: [`${path} v${release.etcd}`], replaces: [], imports: [path] });
  await say('resolving the modules of etcd', go(build, ['mod', 'tidy']));
  await say('building etcd', goBuild(build, 'etcd', { path }));
}

async function buildKubernetes(build: Build): Promise<void> {
  const version = `v${release.kubernetes}`;
  const module = `k8s.io/kubernetes@${version}`;
  writeFileSync(join(build.folder, 'go.mod'), 'module trellis.local/download\n');
  const found = await say('downloading Kubernetes', go(build, ['mod', 'download', '-json', module]));
  const source = textField(JSON.parse(found), 'Dir');
  const commands = ['kube-apiserver', 'kube-controller-manager'];
  writeModule(build, {
    requires: [`k8s.io/kubernetes ${version}`],
    replaces: stagingModules(await go(build, ['mod', 'edit', '-json', join(source, 'go.mod')])),
    imports: commands.map((command) => `k8s.io/kubernetes/cmd/${command}`),
  });
  await say('resolving the modules of Kubernetes', go(build, ['mod', 'tidy']));
  // kubectl cannot parse the version of a server that does not know its own.
  const [major = '', minor = ''] = release.kubernetes.split('.');
  const stamp = 'k8s.io/component-base/version';
  const flags = [
    `-X ${stamp}.gitVersion=${version}`,
    `-X ${stamp}.gitMajor=${major}`,
    `-X ${stamp}.gitMinor=${minor}`,
  ].join(' ');
  for (const command of commands) {
    const path = `k8s.io/kubernetes/cmd/${command}`;
    await say(`building ${command}`, goBuild(build, command, { path, linking: flags }));
  }
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

function textField(value: unknown, name: string): string {
  const found = isRecord(value) ? value[name] : undefined;
  if (typeof found !== 'string') throw new Error(`Go did not say the ${name}`);
  return found;
}

const folder = programsFolder(root);

await keepPrograms({ cache: join(root, '.cache/kube'), folder }, async (place) => {
  await buildEtcd(place('etcd'));
  await buildKubernetes(place('kubernetes'));
});
console.log(`a Kubernetes ${release.kubernetes} is in ${folder}`);
