/** Builds the Gateway API's conformance suite and its echo server from Go modules, once per release. Needs Go. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { goBuild, writeModule } from '../kube/go-module.ts';
import type { Build } from '../kube/go-module.ts';
import { go, say } from '../kube/go.ts';
import { keepPrograms } from '../kube/kept-programs.ts';
import { suiteFolder, suiteRelease } from './release.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = suiteFolder(root);
const suite = 'sigs.k8s.io/gateway-api/conformance';
const echo = `${suite}/echo-basic`;

await keepPrograms({ cache: join(root, '.cache/conformance'), folder }, async (place) => {
  const build = place('suite');
  writeModule(build, {
    // The suite replaces the API by its neighbour folder; outside, that is published under the same version.
    requires: ['sigs.k8s.io/gateway-api', suite].map((module) => `${module} ${suiteRelease}`),
    replaces: [],
    imports: [suite, echo],
  });
  await say('resolving the modules of the conformance suite', go(build, ['mod', 'tidy']));
  await say('building the suite', goBuild(build, 'suite', { path: suite, tests: true }));
  const flags = ['-overlay', await podListening(build)];
  await say('building its echo server', goBuild(build, 'echo-basic', { path: echo, flags }));
});
console.log(`the Gateway API's conformance suite ${suiteRelease} is in ${folder}`);

/**
 * The echo server listens on all addresses, and here many pods share one machine. It is built with a standard library
 * that takes the address in `POD_IP` instead; the suite's own code stays as it is. Gives the file for `-overlay`.
 */
async function podListening(build: Build): Promise<string> {
  const original = join((await go(build, ['env', 'GOROOT'])).trim(), 'src/net/dial.go');
  const begin =
    'func (lc *ListenConfig) Listen(ctx context.Context, network, address string) (Listener, error) {\n';
  const source = readFileSync(original, 'utf8');
  if (!source.includes(begin)) throw new Error(`${original} does not listen as the one of Go 1.26 does`);
  const instead = [
    '\tif host, port, err := SplitHostPort(address); err == nil && (host == "" || host == "0.0.0.0") {',
    '\t\tif ip, ok := syscall.Getenv("POD_IP"); ok {',
    '\t\t\taddress = JoinHostPort(ip, port)',
    '\t\t}',
    '\t}',
    '',
  ].join('\n');
  const changed = join(build.folder, 'dial.go.txt');
  writeFileSync(changed, source.replace(begin, `${begin}${instead}`));
  const overlay = join(build.folder, 'overlay.json');
  writeFileSync(overlay, JSON.stringify({ Replace: { [original]: changed } }));
  return overlay;
}
