/** What of a data plane others on this machine, or beyond it, could get at: sockets and files. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { forwardTo, present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const skip = !existsSync('/proc/net/tcp') && 'this system does not say in /proc who listens where';
const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';

suite('exposure', { skip }, () => {
  let world: TrafficWorld;

  before(async () => {
    world = await trafficWorld();
    const service = world.service('cart', 'cart.example.com');
    world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, certificateArn } });
    const group = world.group('v1');
    world.register(group, await world.target((_, response) => response.end('ok')));
    world.listener(service, [[group, 1]]);
    const listener = { serviceIdentifier: service.id, name: 'https', protocol: 'HTTPS' } as const;
    world.done({ op: 'CreateListener', input: { ...listener, defaultAction: forwardTo([[group, 1]]) } });
    await world.settle();
  });
  after(async () => world.close());

  test('everything listens at loopback addresses alone', () => {
    const ours = [...ownSockets(process.pid), ...ownSockets(present(world.dataPlane.envoyPid()))];
    const open = listening().filter(({ inode }) => ours.includes(inode));
    const addresses = new Set(open.map(({ address }) => address));
    assert.ok(open.length >= 5, `HTTP, HTTPS, names twice, a target: ${JSON.stringify(open)}`);
    for (const address of addresses) assert.match(address, /^127\./, JSON.stringify([...addresses]));
  });

  test('keys, and sockets through which one rules, are for their owner alone', () => {
    const key = join(world.namesDir, '..', 'ca-key.pem');
    assert.equal(statSync(key).mode & 0o077, 0);
    const folders = unixSockets(present(world.dataPlane.envoyPid()));
    assert.ok(folders.length >= 1, 'the admin interface at least');
    for (const socket of folders) {
      assert.equal(statSync(socket).mode & 0o077, 0, socket);
    }
    for (const file of globSync('**/*', { cwd: join(world.namesDir, '..') })) {
      const path = join(world.namesDir, '..', file);
      if (statSync(path).isFile() && readFileSync(path, 'utf8').includes('PRIVATE KEY')) {
        assert.equal(statSync(path).mode & 0o077, 0, file);
      }
    }
  });
});

interface Listening {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** Sockets of this machine that accept connections, or datagrams. */
function listening(): readonly Listening[] {
  return ['tcp', 'udp', 'tcp6', 'udp6'].flatMap((protocol) =>
    readFileSync(`/proc/net/${protocol}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((line): readonly Listening[] => {
        const words = line.trim().split(/\s+/);
        const [address = '', port = ''] = (words[1] ?? '').split(':');
        // 0A listens for connections; datagrams have 07.
        if (words[3] !== '0A' && words[3] !== '07') return [];
        return [{ address: readable(address), port: Number.parseInt(port, 16), inode: words[9] ?? '' }];
      }),
  );
}

/** Each group of four bytes is in the order of this machine. */
function readable(hex: string): string {
  if (hex.length !== 8) return hex;
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

/** Inodes of the sockets that a process has open. */
function ownSockets(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? ''];
    } catch {
      // It is closed by now.
      return [];
    }
  });
}

/** Paths of the Unix sockets that a process listens at or is connected to. */
function unixSockets(pid: number): readonly string[] {
  const inodes = new Set(ownSockets(pid));
  return readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const words = line.trim().split(/\s+/);
      const [inode = '', path = ''] = words.slice(6);
      return inodes.has(inode) && path.startsWith('/') && existsSync(path) ? [path] : [];
    });
}
