/** The real kubectl, without flags, against the embedded API server on a socket. No controllers: what it shows is the API's. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { createApiServer } from '../../src/cluster/api-server.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import type { HttpServer } from '../../src/ports/system/http-server.ts';
import { systemLog } from '../../src/ports/system/log.ts';
import { systemRandom } from '../../src/ports/system/random.ts';

const log = systemLog('silent', 'test');
const api = createApiServer({
  clock: systemClock,
  random: systemRandom,
  log,
  handlers: {
    podLog: async (_, query) => ({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: Buffer.from(`container ${query.get('container')} says hello\n`),
    }),
    podExec: (_, { subresource, query, socket }) => {
      const text = `${subresource} ${query.getAll('command').join(' ')} is not done in this test`;
      socket.end(
        `HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`,
      );
    },
  },
});
const definitions = new URL('../../config/gateway-api/', import.meta.url);
api.load(
  readdirSync(definitions)
    .filter((name) => name.endsWith('.yaml'))
    .map((name): unknown => parse(readFileSync(new URL(name, definitions), 'utf8'))),
);

const home = mkdtempSync(join(tmpdir(), 'kubectl-'));
let server: HttpServer;
before(async () => {
  server = await serveHttp(api.wire, {
    host: '127.0.0.1',
    port: 0,
    log,
    upgrade: (request, socket, head) => api.upgrade(request, socket, head),
  });
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: server.url } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  };
  writeFileSync(join(home, 'config'), stringify(config));
});
after(async () => {
  await server.close();
  rmSync(home, { recursive: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One command line; at most 15 s. */
async function kubectl(line: string, input = '', env: Readonly<Record<string, string>> = {}): Promise<Said> {
  const args = line.match(/'[^']*'|\S+/gu)?.map((word) => word.replaceAll("'", '')) ?? [];
  return await new Promise((resolve) => {
    const child = execFile(
      'kubectl',
      args,
      { timeout: 15_000, env: { ...process.env, HOME: home, KUBECONFIG: join(home, 'config'), ...env } },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
    child.stdin?.end(input);
  });
}

async function says(line: string, expected: RegExp, input = ''): Promise<void> {
  const { code, out, err } = await kubectl(line, input);
  assert.equal(code, 0, `kubectl ${line}\n${out}${err}`);
  assert.match(out, expected);
}

async function fails(line: string, expected: RegExp, input = ''): Promise<void> {
  const { code, out, err } = await kubectl(line, input);
  assert.notEqual(code, 0, `kubectl ${line}\n${out}`);
  assert.match(out + err, expected);
}

const manifests = readFileSync(new URL('kubectl-manifests.yaml', import.meta.url), 'utf8');
const heavier = manifests.replace('weight: 10', 'weight: 20');

// One after the other: each goes on from the cluster that the last one left.
describe('kubectl', { concurrency: 1 }, () => {
  test('knows the server and its kinds', async () => {
    await says('version', /Server Version: v1\.36/u);
    await says('cluster-info', /Kubernetes control plane/u);
    await says('api-resources', /httproutes +gateway\.networking\.k8s\.io\/v1 +true +HTTPRoute/u);
    await says('api-versions', /^apps\/v1$/mu);
    await says('get --raw /readyz', /^ok$/u);
  });

  test('explains fields', async () => {
    await says('explain httproute.spec.rules', /FIELD: rules <\[\]Object>[^]*backendRefs/u);
    await says('explain pod.spec.containers.env', /FIELD: env <\[\]EnvVar>[^]*valueFrom/u);
    await fails('explain pod.spec.nonsense', /does not exist/u);
  });

  test('creates namespaces and configuration', async () => {
    await says('create namespace shop', /namespace\/shop created/u);
    await says('create configmap c --from-literal=a=b', /configmap\/c created/u);
    await says('get configmap c -o jsonpath={.data.a}', /^b$/u);
    await says('create secret generic s --from-literal=p=q', /secret\/s created/u);
    await says('describe secret s', /p: +1 bytes/u);
    await says('create deployment d --image=x --dry-run=server -o yaml', /terminationMessagePath/u);
    await fails('get deployment d', /deployments\.apps "d" not found/u);
  });

  test('applies manifests, and applies them again', async () => {
    await says('apply -f -', /httproute\.gateway\.networking\.k8s\.io\/inventory created/u, manifests);
    await says('apply -f -', /deployment\.apps\/inventory unchanged/u, manifests);
    const { code, out } = await kubectl('diff -f -', heavier);
    assert.equal(code, 1);
    assert.match(out, /^- +weight: 10\n\+ +weight: 20$/mu);
    await says('apply -f -', /httproute\S+ configured/u, heavier);
    await says('get httproute inventory -o jsonpath={.spec.rules[0].backendRefs[0].weight}', /^20$/u);
  });

  test('says why a manifest is refused', async () => {
    await fails(
      'apply -f -',
      /unknown field "spec\.bogus"/u,
      manifests.replace('parentRefs:', 'bogus: 1\n  parentRefs:'),
    );
    await fails(
      'apply -f -',
      /weight in body should be greater/u,
      manifests.replace('weight: 10', 'weight: -1'),
    );
    await fails(
      'apply -f -',
      /namespaces "nowhere" not found/u,
      manifests.replaceAll('metadata:\n  name', 'metadata:\n  namespace: nowhere\n  name'),
    );
    await fails('get nonsense', /doesn't have a resource type "nonsense"/u);
  });

  test('shows objects as tables, documents and paths', async () => {
    await says('get gateway,httproute', /my-hotel +lattice +Unknown +\d+s[^]*inventory/u);
    await says('get httproute -A', /^default +inventory/mu);
    await says('get deployment', /NAME +READY +UP-TO-DATE +AVAILABLE +AGE\ninventory +0\/2/u);
    await says(
      'get service -o wide',
      /inventory +ClusterIP +10\.96\.\d+\.\d+ +<none> +80\/TCP +\d+s +app=inventory/u,
    );
    await says('get httproute inventory -o yaml', /type: PathPrefix/u);
    await says('get httproute inventory -o json', /"kind": "HTTPRoute"/u);
    await says('get all', /deployment\.apps\/inventory/u);
    await says('get namespaces --show-labels', /kubernetes\.io\/metadata\.name=shop/u);
  });

  test('describes objects', async () => {
    await says('describe gateway my-hotel', /Gateway Class Name: +lattice[^]*Events: +<none>/u);
    await says('describe httproute inventory', /Section Name: +http/u);
    await says('describe deployment inventory', /StrategyType: +RollingUpdate/u);
    await says('describe service inventory', /TargetPort: +8090\/TCP/u);
    await says('describe namespace shop', /Status: +Active/u);
  });

  test('edits, patches, labels and annotates', async () => {
    const editor = { KUBE_EDITOR: "sed -i 's/weight: 20/weight: 30/'" };
    const edited = await kubectl('edit httproute inventory', '', editor);
    assert.match(edited.out, /httproute\S+ edited/u);
    const patch = `patch httproute inventory --type=json -p '[{"op":"replace","path":"/spec/rules/0/backendRefs/0/weight","value":5}]'`;
    await says(patch, /patched/u);
    await says(
      `patch deployment inventory -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"y"}]}}}}'`,
      /patched/u,
    );
    await says('get deployment inventory -o jsonpath={.spec.template.spec.containers[*].image}', /^y$/u);
    await says('label service inventory tier=web', /labeled/u);
    await says('get service -l tier=web -o name', /^service\/inventory$/mu);
    await says('annotate service inventory note=well', /annotated/u);
    await says('set image deployment/inventory app=z', /image updated/u);
  });

  test('applies on the server, and tells conflicts', async () => {
    await says('apply --server-side --force-conflicts -f -', /httproute\S+ serverside-applied/u, manifests);
    await fails(
      'apply --server-side --field-manager=other -f -',
      /Apply failed with 2 conflicts: conflicts with "kubectl"/u,
      heavier,
    );
  });

  test('scales and restarts', async () => {
    await says('scale deployment inventory --replicas=3', /scaled/u);
    await says('get deployment inventory -o jsonpath={.spec.replicas}', /^3$/u);
    await says('rollout restart deployment inventory', /restarted/u);
    await says('rollout history deployment inventory', /inventory/u);
    await fails('rollout status deployment inventory --timeout=1s', /timed out/u);
  });

  test('waits for conditions and values', async () => {
    const condition = { type: 'Available', status: 'True', reason: 'R', message: '' };
    const status = {
      observedGeneration: 99,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      conditions: [condition],
    };
    const waiting = kubectl('wait --for=condition=Available deployment/inventory --timeout=10s');
    await says(
      `patch deployment inventory --subresource=status --type=merge -p '${JSON.stringify({ status })}'`,
      /patched/u,
    );
    assert.match((await waiting).out, /condition met/u);
    await says(
      `wait '--for=jsonpath={.status.replicas}=3' deployment/inventory --timeout=5s`,
      /condition met/u,
    );
    await says('rollout status deployment inventory --timeout=5s', /successfully rolled out/u);
    await fails('wait --for=condition=Gone deployment/inventory --timeout=1s', /timed out/u);
  });

  test('follows changes', async () => {
    const watching = kubectl('get configmaps -w --request-timeout=2s -o name');
    for (const name of ['w1', 'w2', 'w3']) await kubectl(`create configmap ${name}`);
    assert.match((await watching).out, /configmap\/c\n[^]*configmap\/w3\n/u);
  });

  test('reads logs and opens streams of pods', async () => {
    await says('run p --image=x', /pod\/p created/u);
    await says('get pods', /p +0\/1 +Pending +0/u);
    await says('describe pod p', /QoS Class: +BestEffort/u);
    await says('logs p', /^container p says hello$/mu);
    await fails('exec p -- ls -l', /exec ls -l is not done in this test/u);
  });

  test('shows events', async () => {
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'p' },
      reason: 'Pulled',
      message: 'it was there',
      type: 'Normal',
      lastTimestamp: new Date().toISOString(),
    };
    await says('create -f -', /event\/e created/u, JSON.stringify(event));
    await says('get events', /Normal +Pulled +pod\/p +it was there/u);
    await says('events --for pod/p', /it was there/u);
  });

  test('asks who it is and what it may do', async () => {
    await says('auth can-i create pods', /^yes$/mu);
    await says('auth can-i --list', /\*\.\*/u);
    await says('auth whoami', /Username +admin/u);
    await says('config current-context', /^c$/mu);
  });

  test('deletes, and waits until things are gone', async () => {
    await says('delete httproute inventory', /"inventory" deleted/u);
    await says('delete deployment inventory --cascade=foreground --wait=false', /deleted/u);
    await says('delete service inventory --wait=false', /deleted/u);
    await says('delete pod p --now', /deleted/u);
    await says('wait --for=delete pod/p --timeout=5s', /^/u);
    await says('create configmap inside -n shop', /created/u);
    await says('delete namespace shop', /deleted/u);
    await fails('get namespace shop', /namespaces "shop" not found/u);
    await fails('delete namespace default', /this namespace may not be deleted/u);
  });

  test('takes a definition away with everything in it', async () => {
    await says('delete crd gateways.gateway.networking.k8s.io', /deleted/u);
    await fails('get gateways', /could not find the requested resource|resource type "gateways"/u);
  });
});
