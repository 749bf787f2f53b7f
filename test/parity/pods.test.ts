import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { httpClient } from '../../src/ports/system/http-client.ts';
import { startRealCluster } from './real-cluster.ts';
import type { RealCluster } from './real-cluster.ts';

interface Said {
  readonly code: number | null;
  readonly text: string;
}

describe('pods of a real Kubernetes', () => {
  const address = '10.67.0.1';
  let cluster: RealCluster;

  before(async () => {
    cluster = await startRealCluster('pods', address);
    await kubectl('apply', '-f', 'examples/parking.yaml');
    await kubectl('rollout', 'status', 'deployment/parking', '--timeout=20s');
  });

  after(async () => {
    await cluster.close();
  });

  async function run(...args: readonly string[]): Promise<Said> {
    const child = spawn('kubectl', ['--kubeconfig', cluster.kubeconfig, ...args], { timeout: 30_000 });
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
      origin: `https://${address}:${cluster.kubeletPort}`,
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
