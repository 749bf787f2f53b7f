import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inTerminal, terminalInput } from '../../src/cluster/pods/terminal.ts';
import { until } from '../workloads/small-cluster.ts';
import type { StoryCluster } from './story-cluster.ts';

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: parking, labels: { app: parking } }
spec:
  replicas: 2
  selector: { matchLabels: { app: parking } }
  template:
    metadata: { labels: { app: parking } }
    spec:
      containers:
        - name: parking
          image: public.ecr.aws/x2j8p8w7/http-server:latest
          env: [{ name: PodName, value: parking handler pod }]
---
apiVersion: v1
kind: Service
metadata: { name: parking }
spec:
  selector: { app: parking }
  ports: [{ port: 80, targetPort: 8090 }]
`;

const volumes = `
apiVersion: v1
kind: Pod
metadata: { name: files }
spec:
  containers:
    - name: writer
      image: busybox
      command: [sh, -c, 'echo written > /var/scratch/s; sleep 1000']
      volumeMounts:
        - { name: conf, mountPath: /etc/conf }
        - { name: scratch, mountPath: /var/scratch }
        - { name: key, mountPath: /etc/one, subPath: one }
    - name: reader
      image: busybox
      command: [sh, -c, 'until cat /mnt/s 2>/dev/null; do sleep 0.1; done; sleep 1000']
      volumeMounts: [{ name: scratch, mountPath: /mnt }]
  volumes:
    - { name: conf, configMap: { name: conf, items: [{ key: a.txt, path: a.txt }, { key: a.txt, path: deep/b }] } }
    - { name: key, secret: { secretName: key } }
    - { name: scratch, emptyDir: {} }
`;

const jobs = `
apiVersion: batch/v1
kind: Job
metadata: { name: count }
spec:
  completions: 3
  parallelism: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: count, image: busybox, command: [sh, -c, 'echo $HOSTNAME'] }]
---
apiVersion: batch/v1
kind: Job
metadata: { name: broken }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: broken, image: busybox, command: [sh, -c, 'exit 3'] }]
`;

interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What kubectl shows and does of Deployments, pods and what runs in them. */
export function checkWorkloads(where: string, start: () => Promise<StoryCluster>): void {
  describe(`workloads ${where}`, { concurrency: 1 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'trellis-kubectl-'));
    let cluster: StoryCluster | undefined;
    const here = (): StoryCluster => cluster ?? assert.fail('the cluster has not started');

    before(async () => {
      cluster = await start();
      await kubectl(['apply', '-f', '-'], manifest);
      await kubectl(['rollout', 'status', 'deployment/parking', '--timeout=15s']);
    });

    after(async () => {
      await cluster?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function run(args: readonly string[], input = ''): Promise<Said> {
      const child = spawn('kubectl', ['--kubeconfig', here().kubeconfig, ...args], { timeout: 20_000 });
      const [out, err] = [child.stdout, child.stderr].map((stream) => {
        const chunks: string[] = [];
        stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
        return chunks;
      });
      child.stdin.end(input);
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return { code, out: out?.join('') ?? '', err: err?.join('') ?? '' };
    }

    async function kubectl(args: readonly string[], input = ''): Promise<string> {
      const { code, out, err } = await run(args, input);
      assert.equal(code, 0, `kubectl ${args.join(' ')}\n${out}${err}`);
      return out;
    }

    async function firstPod(): Promise<string> {
      return kubectl(['get', 'pods', '-l', 'app=parking', '-o', 'jsonpath={.items[0].metadata.name}']);
    }

    test('get shows a Deployment whose pods are ready, and the slice that lists them', async () => {
      assert.match(await kubectl(['get', 'deployment', 'parking']), /parking +2\/2 +2 +2 /);
      assert.match(await kubectl(['get', 'pods']), /parking-\w+-\w{5} +1\/1 +Running +0 /);
      assert.match(
        await kubectl(['get', 'endpointslices']),
        /IPv4 +8090 +\d+\.\d+\.\d+\.\d+,\d+\.\d+\.\d+\.\d+/,
      );
    });

    test('wait and describe find the conditions, the owner and the events', async () => {
      await kubectl(['wait', '--for=condition=Available', 'deployment/parking', '--timeout=10s']);
      const description = await kubectl(['describe', 'pod', await firstPod()]);
      assert.match(description, /Controlled By: +ReplicaSet\/parking-/);
      assert.match(description, /Normal +Started .* Started container parking/);
    });

    test('logs prints what the program wrote, and -f ends when it ends', async () => {
      const pod = await firstPod();
      assert.match(await kubectl(['logs', pod]), /^listening on \d+\.\d+\.\d+\.\d+:8090\n$/);
      assert.match(await kubectl(['logs', pod, '--timestamps', '--tail=1']), /^\d{4}-.*Z listening/);
      const following = kubectl(['logs', '-f', pod]);
      await kubectl(['delete', 'pod', pod, '--wait=false']);
      assert.match(await following, /SIGTERM: accepting/);
    });

    test('exec runs in the pod: its names, its variables, its input, its exit code', async () => {
      const pod = await firstPod();
      const address = await kubectl(['get', 'pod', pod, '-o', 'jsonpath={.status.podIP}']);
      writeFileSync(here().hostsFile, `${address} rates.example\n`);
      writeFileSync(here().curlrcFile, `resolve = "rates.example:8090:${address}"\n`);
      const url = 'http://rates.example:8090/parking';
      const answer = await until('the name is known', async () => {
        const { code, out } = await run(['exec', pod, '--', 'curl', '-s', url]);
        return code === 0 ? out : undefined;
      });
      assert.equal(answer, `Requsting to Pod(${pod}): parking handler pod\n`);
      assert.equal(await kubectl(['exec', '-i', pod, '--', 'cat'], 'through and back'), 'through and back');
      const failed = await run(['exec', pod, '--', 'sh', '-c', 'echo "$PodName" >&2; exit 7']);
      assert.deepEqual([failed.code, failed.out], [7, '']);
      assert.match(failed.err, /parking handler pod/);
    });

    test('exec -it gives a terminal of the size of ours, and ctrl-C reaches what runs in it', async () => {
      const line = [
        'kubectl',
        '--kubeconfig',
        here().kubeconfig,
        'exec',
        '-it',
        await firstPod(),
        '--',
        'sh',
      ] as const;
      const { argv, env, cwd } = inTerminal({ argv: line, env: {}, cwd: folder });
      const child = spawn(argv[0], argv.slice(1), { cwd, env: { ...process.env, ...env }, timeout: 20_000 });
      const keyboard = terminalInput(child.stdin);
      let shown = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
      const shows = async (what: RegExp): Promise<string> =>
        await until(`the terminal shows ${String(what)}`, async () => (what.test(shown) ? shown : undefined));
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      keyboard.resize(99, 33);
      await shows(/[#$] $/u);
      keyboard.write(Buffer.from('stty size\r'));
      await shows(/33 99/u);
      keyboard.resize(50, 20);
      keyboard.write(Buffer.from('while [ "$(stty size)" != "20 50" ]; do :; done; echo resized\r'));
      await shows(/\nresized/u);
      keyboard.write(Buffer.from('sleep 100; echo slept\r'));
      await shows(/sleep 100; echo slept\r\n/u);
      keyboard.write(Buffer.from([3]));
      await shows(/\^C[^]*[#$] $/u);
      keyboard.write(Buffer.from('exit 7\r'));
      assert.equal(await ended, 7);
    });

    test('attach shows what a container writes from then on', async () => {
      const pod = await firstPod();
      const attached = run(['attach', pod]);
      assert.match(
        (await run(['port-forward', pod, '8080'])).err,
        /no port needs to be forwarded: pods of this/u,
      );
      await kubectl(['delete', 'pod', pod]);
      assert.match((await attached).out, /SIGTERM: accepting/u);
      await kubectl(['rollout', 'status', 'deployment/parking', '--timeout=15s']);
    });

    test('cp carries files through tar', async () => {
      const pod = await firstPod();
      writeFileSync(join(folder, 'here.txt'), 'carried\n');
      await kubectl(['cp', join(folder, 'here.txt'), `${pod}:${join(folder, 'there.txt')}`]);
      assert.equal(readFileSync(join(folder, 'there.txt'), 'utf8'), 'carried\n');
    });

    test('ConfigMaps, Secrets and empty folders are files in sight of their container only', async () => {
      await kubectl(['apply', '-f', '-'], volumes);
      await kubectl(['create', 'secret', 'generic', 'key', '--from-literal=one=uno']);
      await kubectl(['create', 'configmap', 'conf', '--from-literal=a.txt=hello']);
      await kubectl(['wait', '--for=condition=Ready', 'pod/files', '--timeout=15s']);
      const seen = ['exec', 'files', '-c', 'writer', '--', 'cat'];
      assert.equal(
        await kubectl([...seen, '/etc/conf/a.txt', '/etc/conf/deep/b', '/etc/one']),
        'hellohellouno',
      );
      assert.match(await kubectl([...seen, '/etc/hosts']), /files/u);
      await until('the other container has read what this one wrote', async () =>
        (await kubectl(['logs', 'files', '-c', 'reader'])) === 'written\n' ? true : undefined,
      );
      assert.equal(existsSync('/etc/conf'), false);
      await kubectl(['delete', 'pod', 'files', '--now']);
    });

    test('Jobs run until enough pods have succeeded, or too many have failed', async () => {
      await kubectl(['apply', '-f', '-'], jobs);
      await kubectl(['wait', '--for=condition=Complete', 'job/count', '--timeout=15s']);
      assert.match(await kubectl(['get', 'job', 'count']), /count +Complete +3\/3 /u);
      await kubectl(['wait', '--for=condition=Failed', 'job/broken', '--timeout=15s']);
      assert.match(await kubectl(['describe', 'job', 'broken']), /BackoffLimitExceeded/u);
      const wrong = await run(['patch', 'job', 'count', '-p', '{"spec":{"completions":4}}']);
      assert.match(wrong.err, /spec\.completions: Invalid value: 4: field is immutable/u);
      await kubectl(['delete', 'job', 'count', 'broken']);
      await until('their pods are gone', async () =>
        (await kubectl(['get', 'pods', '-l', 'batch.kubernetes.io/job-name', '-o', 'name'])) === ''
          ? true
          : undefined,
      );
    });

    test('scale, rollout restart, history and undo work as people know them', async () => {
      await kubectl(['scale', 'deployment/parking', '--replicas=3']);
      await kubectl(['rollout', 'status', 'deployment/parking', '--timeout=15s']);
      await kubectl(['rollout', 'restart', 'deployment/parking']);
      await kubectl(['rollout', 'status', 'deployment/parking', '--timeout=15s']);
      assert.match(await kubectl(['rollout', 'history', 'deployment/parking']), /\n1 .*\n2 /);
      await kubectl(['rollout', 'undo', 'deployment/parking']);
      await kubectl(['rollout', 'status', 'deployment/parking', '--timeout=15s']);
      assert.match(await kubectl(['rollout', 'history', 'deployment/parking']), /\n2 .*\n3 /);
    });

    test('delete takes everything, in the foreground too, and nothing is left', async () => {
      await kubectl(['delete', 'deployment', 'parking', '--cascade=foreground', '--timeout=15s']);
      assert.equal(await kubectl(['get', 'replicasets,pods', '-o', 'name']), '');
    });
  });
}
