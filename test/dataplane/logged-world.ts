/** A world with a service whose calls are logged, and targets that do wrong in every way. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { DataPlaneOptions } from '../../src/local/dataplane/data-plane.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { lineWith } from './log-lines.ts';
import type { Line } from './log-lines.ts';
import { forwardTo, trafficWorld } from './world.ts';
import type { Target, TrafficWorld } from './world.ts';

export const host = 'cart.example.com';

export interface LoggedWorld {
  readonly world: TrafficWorld;
  /** Answers under `host` by its HTTP listener, whose default action leads to a target that says hello. */
  readonly cart: Service;
  readonly listenerId: string;
  readonly group: TargetGroup;
  readonly target: Target;
  /** Where the network's calls are logged, once `logNetwork` was called. */
  readonly logFile: string;
  /** A subscription; gives its id. */
  readonly logTo: (resourceIdentifier: string, destinationArn: string) => string;
  readonly logNetwork: () => string;
  /** Requests below a path go to a group. */
  readonly forwardBelow: (path: string, group: TargetGroup) => void;
  readonly fixedBelow: (path: string, statusCode: number) => void;
  /** A group of one target. */
  readonly groupOf: (name: string, at: { readonly id: string; readonly port: number }) => TargetGroup;
  /** The first line with these members in the network's log, or in other files; waits for it. */
  readonly line: (members: Line, files?: string) => Promise<Line>;
  readonly close: () => Promise<void>;
}

export async function loggedWorld(options: Partial<DataPlaneOptions> = {}): Promise<LoggedWorld> {
  const world = await trafficWorld(options);
  const group = world.group('v1');
  const target = await world.target((request, response) => {
    request.resume();
    if (request.url === '/grpc') response.setHeader('grpc-status', '5');
    if (request.url === '/half') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => request.socket.destroy());
    } else if (request.url !== '/never') {
      response.end('hello');
    }
  });
  world.register(group, target);
  const cart = world.service('cart', host);
  const listenerId = world.listener(cart, [[group, 1]]);
  const logFile = 'cloudwatch-logs/123456789012/lattice/shop.jsonl';
  let rules = 0;
  type Action = ReturnType<typeof forwardTo> | { readonly fixedResponse: { readonly statusCode: number } };
  const rule = (prefix: string, action: Action): void => {
    rules += 1;
    const match = { httpMatch: { pathMatch: { match: { prefix }, caseSensitive: true } } };
    const about = { serviceIdentifier: cart.id, listenerIdentifier: listenerId };
    const input = { ...about, name: `rule-${rules}`, priority: rules, match, action };
    world.done({ op: 'CreateRule', input });
  };
  const logTo: LoggedWorld['logTo'] = (resourceIdentifier, destinationArn) =>
    world.done({ op: 'CreateAccessLogSubscription', input: { resourceIdentifier, destinationArn } }).id;
  return {
    world,
    cart,
    listenerId,
    group,
    target,
    logFile,
    logTo,
    logNetwork: () => logTo(world.networkId, 'arn:aws:logs:us-west-2:123456789012:log-group:/lattice/shop:*'),
    forwardBelow: (path, to) => rule(path, forwardTo([[to, 1]])),
    fixedBelow: (path, statusCode) => rule(path, { fixedResponse: { statusCode } }),
    groupOf: (name, at) => {
      const made = world.group(name);
      world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: made.id, targets: [at] } });
      return made;
    },
    line: async (members, files = logFile) => lineWith(members, world.logsDir, files),
    close: async () => world.close(),
  };
}

/** A target that treats each connection so; the address is one that tests of logs share. */
export async function badTarget(
  treat: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly at: { readonly id: string; readonly port: number } }> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    treat(socket);
  });
  return { server, at: await bound(server) };
}

/** Listens on a port of its own. */
export async function bound(server: Server): Promise<{ readonly id: string; readonly port: number }> {
  server.listen(0, '127.172.9.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { id: '127.172.9.1', port: address.port };
}
