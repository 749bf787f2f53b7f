/**
 * Records what kubectl, Helm and a Go controller manager ask of a real API server, for the parity suite:
 *
 *   node tools/kube/build.ts && node tools/kube/in-namespace.ts node tools/record-kubernetes-clients.ts
 *
 * kubectl types the commands of docs/kubectl.md that need no pods, Helm lives through a release, and the controllers of
 * Kubernetes, which are built on client-go, look after what they make. tools/record-controller-runtime.ts comes after it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveHttp } from '../src/ports/system/http-server.ts';
import { systemLog } from '../src/ports/system/log.ts';
import { Recording, writeRecorded } from '../test/contract/kubernetes-parity/recorded.ts';
import { startRealApi } from './kube/api.ts';
import { definitionFiles } from './kube/definitions.ts';
import { openKubeconfig } from './kube/open-kubeconfig.ts';
import { startControllerManager } from './kube/world.ts';
import { readStory } from './story/readme.ts';
import { openShell } from './story/shell.ts';

const root = resolve(import.meta.dirname, '..');
/** What waits for pods, or speaks to them, or to a node. */
const needsPods =
  /\b(status|wait|cordon|uncordon|taint|logs|exec|port-forward|top|node|events?)\b|--watch|parking --cascade/u;
const chart = 'test/stories/testdata/shop-chart';
const helm = [
  `helm install shop ${chart} --no-hooks`,
  'helm list',
  'helm status shop',
  `helm upgrade shop ${chart} --no-hooks --set greeting=bonjour,replicas=1`,
  `helm upgrade shop ${chart} --no-hooks --set greeting=salut --dry-run=server`,
  `! helm upgrade shop ${chart} --no-hooks --set width=200`,
  'helm get all shop',
  'helm history shop',
  'helm rollback shop 1 --no-hooks',
  'helm uninstall shop --no-hooks',
];

function commands(): readonly string[] {
  const parts = readStory(readFileSync(join(root, 'docs/kubectl.md'), 'utf8')).parts;
  const end = parts.findIndex((part) => part.kind === 'heading' && part.text.startsWith('Only'));
  const typed = parts.slice(0, end).flatMap((part) => (part.kind === 'step' ? part.typed.split('\n') : []));
  const kubectl = typed.filter((line) => !needsPods.test(line));
  // The embedded server empties a namespace by itself, at once: there is nothing left to ask about.
  const leaving = kubectl.findIndex((line) => line.includes('delete namespace'));
  return [...kubectl.slice(0, leaving), ...helm];
}

const signal = AbortSignal.timeout(300_000);
const folder = mkdtempSync(join(tmpdir(), 'trellis-record-'));
const api = await startRealApi({ definitions: definitionFiles(), signal });
const recording = new Recording();
const log = systemLog('silent', 'record');
const door = await serveHttp(recording.of(api.wire), { host: '127.0.0.1', port: 0, log });
const kubeconfig = openKubeconfig(folder, door.url);
writeFileSync(join(folder, 'env'), `export KUBECONFIG='${kubeconfig}' HOME='${folder}'\n`);
const managers = startControllerManager({ kubeconfig, folder });
const shell = openShell(root, join(folder, 'env'));
try {
  await sleep(5000, undefined, { signal });
  for (const command of commands()) {
    const { exitCode, output } = await shell.type(command, 60_000);
    if (exitCode !== 0) console.log(`${command}\n${output}`);
  }
} finally {
  shell.close();
  await managers.stop();
  await door.close();
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
}
const requests = recording.requests();
writeRecorded(requests);
for (const [by, of] of Map.groupBy(requests, (one) => one.by)) console.log(`${of.length} requests of ${by}`);
