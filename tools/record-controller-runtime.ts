/**
 * Records what a controller on controller-runtime asks of a real API server, after what was recorded of the others:
 *
 *   node tools/kube/build.ts && node tools/kube/controller/build.ts
 *   node tools/kube/in-namespace.ts node tools/record-controller-runtime.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serveHttp } from '../src/ports/system/http-server.ts';
import { systemLog } from '../src/ports/system/log.ts';
import { playAll } from '../test/contract/kubernetes-parity/play.ts';
import { readRecorded, Recording, writeRecorded } from '../test/contract/kubernetes-parity/recorded.ts';
import { startRealApi } from './kube/api.ts';
import { runController } from './kube/controller/program.ts';
import { definitionFiles } from './kube/definitions.ts';
import { openKubeconfig } from './kube/open-kubeconfig.ts';

const root = resolve(import.meta.dirname, '..');
const others = readRecorded().filter(({ by }) => by !== 'controller-runtime');
const folder = mkdtempSync(join(tmpdir(), 'trellis-record-'));
const api = await startRealApi({ definitions: definitionFiles(), signal: AbortSignal.timeout(300_000) });
try {
  // It begins where the others ended, as when all are played.
  await playAll(api.wire, { scenes: [], recorded: others });
  const recording = new Recording(others.length);
  const log = systemLog('silent', 'record');
  const door = await serveHttp(recording.of(api.wire), { host: '127.0.0.1', port: 0, log });
  try {
    await runController(root, openKubeconfig(folder, door.url));
  } finally {
    await door.close();
  }
  const here = hostname();
  const requests = recording.requests().map((one) => ({
    ...one,
    ...(one.text === undefined ? {} : { text: one.text.replaceAll(here, 'host') }),
  }));
  writeRecorded([...others, ...requests]);
  console.log(`${requests.length} requests of controller-runtime`);
} finally {
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
}
