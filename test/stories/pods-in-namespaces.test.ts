/** Pods of an embedded cluster whose VPC is a network namespace. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readlinkSync } from 'node:fs';
import { IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import { podKind } from '../../src/cluster/workloads/kinds.ts';
import { objectIn } from '../../src/cluster/workloads/json.ts';
import { addPod, addVpc, podNamespace, removeVpc } from '../../src/networks/vpc.ts';
import { namespaceFile, namespaceName, namespacesObstacle } from '../../src/networks/namespaces.ts';
import { socketsIn } from '../../src/networks/sockets.ts';
import { smallCluster, until } from '../workloads/small-cluster.ts';
import type { SmallCluster } from '../workloads/small-cluster.ts';

const skip = (await namespacesObstacle()) ?? false;

suite('pods in the network namespace of a VPC', { skip }, () => {
  const vpc = namespaceName('small');
  const sockets = socketsIn(vpc);
  let world: SmallCluster;

  before(async () => {
    await addVpc(vpc);
    // As a cluster before this one left it when it was killed.
    await addPod(vpc, '10.64.0.77');
    world = await smallCluster({ vpcNamespace: vpc, podCidr: '10.64.0.0/16' });
  });

  after(async () => {
    await world.close();
    await sockets.close();
    await removeVpc(vpc);
  });

  /** A pod that listens on all addresses and answers with a text; ready when it has answered once. */
  async function create(name: string, answer: string, more: object = {}): Promise<void> {
    const program = `require('http').createServer((_, answer) => answer.end('${answer}')).listen(8080)`;
    const container = {
      name: 'server',
      image: 'busybox',
      command: [process.execPath, '-e', program],
      readinessProbe: { httpGet: { path: '/', port: 8080 } },
    };
    const spec = { containers: [container], terminationGracePeriodSeconds: 0, ...more };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec };
    await world.client.create(podKind, pod, world.signal);
  }

  async function readyAt(name: string): Promise<string> {
    return await until(`pod ${name} is ready`, async () => {
      const { podIP, conditions } = objectIn((await world.get(podKind, name))?.['status']);
      return JSON.stringify(conditions ?? []).includes('"type":"Ready","status":"True"')
        ? String(podIP)
        : undefined;
    });
  }

  async function answerAt(host: string): Promise<string> {
    const socket = await sockets.connect({ host, port: 8080 }, AbortSignal.timeout(5_000));
    const call = request({ createConnection: () => socket }).end();
    const [response]: unknown[] = await once(call, 'response');
    assert.ok(response instanceof IncomingMessage);
    return await text(response);
  }

  test('each may listen on all addresses at the same port, is probed there, and leaves no namespace', async () => {
    await Promise.all([create('one', 'I am one'), create('two', 'I am two')]);
    const [one, two] = [await readyAt('one'), await readyAt('two')];
    assert.deepEqual([one, two].toSorted(), ['10.64.0.1', '10.64.0.2']);
    assert.equal(await answerAt(one), 'I am one');
    assert.equal(await answerAt(two), 'I am two');
    assert.equal(existsSync(namespaceFile(podNamespace(vpc, '10.64.0.77'))), false);
    const namespace = namespaceFile(podNamespace(vpc, one));
    assert.ok(existsSync(namespace));
    await world.client.delete(podKind, { namespace: 'default', name: 'one' }, {}, world.signal);
    await until('the namespace is gone', async () => {
      return Promise.resolve(existsSync(namespace) ? undefined : true);
    });
  });

  test('one on the host network is where the node is', async () => {
    const isHere = `[ "$(readlink /proc/self/ns/net)" = '${readlinkSync('/proc/self/ns/net')}' ]`;
    const container = {
      name: 'shell',
      image: 'busybox',
      readinessProbe: { exec: { command: ['sh', '-c', isHere] } },
    };
    await create('host', '', { hostNetwork: true, containers: [container] });
    assert.equal(await readyAt('host'), '127.0.0.1');
  });
});
