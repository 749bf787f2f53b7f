import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { listenAsKubelet } from '../../src/cluster/pods/kubelet.ts';
import type { Kubelet } from '../../src/cluster/pods/kubelet.ts';
import { startPodRunner } from '../../src/cluster/pods/runner.ts';
import type { PodRunner } from '../../src/cluster/pods/runner.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { httpClient } from '../../src/ports/system/http-client.ts';
import type { HttpClient } from '../../src/ports/system/http-client.ts';
import { systemLog } from '../../src/ports/system/log.ts';
import { systemProgram } from '../../src/ports/system/program.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { startRealKube } from '../../tools/kube/world.ts';
import type { RealKube } from '../../tools/kube/world.ts';

interface Said {
  readonly code: number | null;
  readonly text: string;
}

describe('pods of a real Kubernetes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-real-pods-'));
  const address = '10.67.0.1';
  const stop = new AbortController();
  let kube: RealKube;
  let http: HttpClient;
  let kubelet: Kubelet;
  let runner: PodRunner;

  before(async () => {
    const services = '10.66.0.0/16';
    kube = await startRealKube({
      name: 'pods',
      folder,
      address,
      services,
      signal: AbortSignal.timeout(60_000),
    });
    const { server, tls, token } = loadKubeconfig({
      env: { KUBECONFIG: kube.kubeconfig },
      readFile: (file) => readFileSync(file, 'utf8'),
      run: systemProgram,
      clock: systemClock,
    });
    http = httpClient({ origin: server, ...(tls === undefined ? {} : { tls }) });
    kubelet = await listenAsKubelet({
      host: address,
      port: 0,
      nodeName: 'trellis',
      clientAuthority: readFileSync(kube.kubeletClient, 'utf8'),
      clock: systemClock,
    });
    runner = await startPodRunner({
      client: createKubeClient({
        wire: http.wire,
        clock: systemClock,
        userAgent: 'test',
        ...(token === undefined ? {} : { token }),
      }),
      nodeAddress: address,
      kubeletPort: kubelet.port,
      podCidr: '10.64.0.0/16',
      clock: systemClock,
      random: systemRandom,
      log: systemLog('error', 'test'),
      signal: stop.signal,
    });
    kubelet.serve(runner);
    await kubectl('apply', '-f', 'examples/parking.yaml');
    await kubectl('rollout', 'status', 'deployment/parking', '--timeout=20s');
  });

  after(async () => {
    await runner.close();
    await kubelet.close();
    await http.close();
    await kube.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(...args: readonly string[]): Promise<Said> {
    const child = spawn('kubectl', ['--kubeconfig', kube.kubeconfig, ...args], { timeout: 30_000 });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    }
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, text: chunks.join('') };
  }

  async function kubectl(...args: readonly string[]): Promise<string> {
    const { code, text } = await run(...args);
    assert.equal(code, 0, `kubectl ${args.join(' ')}\n${text}`);
    return text;
  }

  test('a real API server accepts our node, and its controllers find our pods ready', async () => {
    assert.match(await kubectl('get', 'nodes'), /trellis +Ready/);
    await kubectl('wait', '--for=condition=Ready', 'pod', '-l', 'app=parking', '--timeout=10s');
    const endpoints = '{.items[*].endpoints[*].addresses[0]}';
    const found = await kubectl(
      'get',
      'endpointslices',
      '-l',
      'kubernetes.io/service-name=parking',
      '-o',
      `jsonpath=${endpoints}`,
    );
    assert.match(found, /^10\.64\.0\.\d+/);
  });

  test('logs and exec come through the API server from our kubelet', async () => {
    assert.match(await kubectl('logs', 'deployment/parking'), /listening on 10\.64\.0\.\d+:8090/);
    const self = 'curl -s http://$HOSTNAME:8090/; exit 7';
    const { code, text } = await run('exec', 'deployment/parking', '--', 'sh', '-c', self);
    assert.equal(code, 7);
    assert.match(text, /Requsting to Pod\(parking-/);
  });

  test('nobody but the API server may ask our kubelet', async () => {
    const door = httpClient({
      origin: `https://${address}:${kubelet.port}`,
      tls: { rejectUnauthorized: false },
    });
    const ask = {
      method: 'GET',
      target: '/containerLogs/default/parking/parking',
      headers: {},
      body: new Uint8Array(),
    };
    await assert.rejects(door.wire(ask, AbortSignal.timeout(5000)), /other side closed/);
    await door.close();
  });

  test('a rollout ends with the old pods gone', async () => {
    await kubectl('rollout', 'restart', 'deployment/parking');
    await kubectl('rollout', 'status', 'deployment/parking', '--timeout=20s');
    await kubectl('delete', 'deployment', 'parking', '--cascade=foreground', '--timeout=20s');
    assert.match(await kubectl('get', 'pods'), /No resources found/);
  });
});
