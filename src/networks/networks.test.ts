/** Real namespaces of this machine, where it has them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { suite, test } from 'node:test';
import { runNetworkCommand } from './command.ts';
import {
  addNamespace,
  namespaceName,
  namespacesObstacle,
  removeNamespace,
  sweepNamespaces,
} from './namespaces.ts';
import { socketsIn } from './sockets.ts';
import { addPod, addVpc, hasIpv6, ipv6Obstacle, podNamespace, removeVpc } from './vpc.ts';

const skip = (await namespacesObstacle()) ?? false;

suite('network namespaces', { skip }, () => {
  test('sockets come from inside a namespace, and pods of two VPCs have one address', async (t) => {
    const vpcs = ['a', 'b'].map((label) => namespaceName(label));
    t.after(async () => {
      for (const vpc of vpcs) await removeVpc(vpc);
    });
    for (const vpc of vpcs) {
      await addVpc(vpc);
      await addPod(vpc, '10.64.0.1');
      const pod = socketsIn(podNamespace(vpc, '10.64.0.1'));
      t.after(async () => pod.close());
      const server = createServer((socket) => socket.end(`pod of ${vpc}, from ${socket.remoteAddress}`));
      server.listen(await pod.listening({ host: '0.0.0.0', port: 80 }));
      t.after(() => server.close());
    }
    for (const vpc of vpcs) {
      const sockets = socketsIn(vpc);
      t.after(async () => sockets.close());
      const client = await sockets.connect({ host: '10.64.0.1', port: 80 }, AbortSignal.timeout(5000));
      let heard = '';
      client.setEncoding('utf8').on('data', (text: string) => (heard += text));
      await once(client, 'end');
      client.destroy();
      assert.equal(heard, `pod of ${vpc}, from ::ffff:169.254.171.254`.replace('::ffff:', ''));
      await assert.rejects(
        sockets.connect({ host: '10.64.0.1', port: 81 }, AbortSignal.timeout(5000)),
        /ECONNREFUSED/,
      );
      const datagrams = await sockets.datagrams({ host: '169.254.171.7', port: 53 });
      assert.equal(datagrams.address().address, '169.254.171.7');
      datagrams.close();
    }
  });

  test('pods with IPv6 reach each other and are reached from their VPC', async (t) => {
    const vpc = namespaceName('d');
    t.after(async () => removeVpc(vpc));
    await addVpc(vpc);
    if (!(await hasIpv6(vpc))) return t.skip(await ipv6Obstacle(vpc));
    const addresses = ['fd00:10:64::a40:1', 'fd00:10:64::a40:2'] as const;
    const [one, two] = addresses.map((_, index) => podNamespace(vpc, `10.64.0.${index + 1}`));
    for (const [index, address6] of addresses.entries()) await addPod(vpc, `10.64.0.${index + 1}`, address6);
    const inOne = socketsIn(one ?? '');
    t.after(async () => inOne.close());
    const server = createServer((socket) => socket.end(String(socket.remoteAddress)));
    server.listen(await inOne.listening({ host: addresses[0], port: 80 }));
    t.after(() => server.close());
    for (const [from, heard] of [
      [vpc, 'fd00:ec2:80::a9fe:abfe'],
      [two ?? '', addresses[1]],
    ] as const) {
      const sockets = socketsIn(from);
      t.after(async () => sockets.close());
      const client = await sockets.connect({ host: addresses[0], port: 80 }, AbortSignal.timeout(5000));
      const [said]: unknown[] = await once(client.setEncoding('utf8'), 'data');
      assert.equal(said, heard);
      client.destroy();
    }
  });

  test('a wish that is given up is forgotten', async (t) => {
    const vpc = namespaceName('c');
    await addVpc(vpc);
    const sockets = socketsIn(vpc);
    t.after(async () => {
      await sockets.close();
      await removeVpc(vpc);
    });
    const gone = new AbortController();
    const wish = sockets.connect({ host: '169.254.171.7', port: 1 }, gone.signal);
    gone.abort(new Error('never mind'));
    await assert.rejects(wish, /never mind/);
  });

  test('what a process left that is no more goes, and what lives stays', async () => {
    const [mine, dead, foreign] = [
      namespaceName('mine'),
      namespaceName('x').replace(/-\d+-x$/, '-4194304-x'),
      'trellis-test',
    ];
    for (const name of [mine, dead, foreign]) await addNamespace(name);
    try {
      await sweepNamespaces();
      const left = await runNetworkCommand(['ip', 'netns', 'list']);
      assert.deepEqual(
        [mine, dead, foreign].map((name) => left.includes(name)),
        [true, false, true],
      );
    } finally {
      for (const name of [mine, dead, foreign]) await removeNamespace(name);
    }
  });
});
