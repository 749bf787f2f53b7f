/** A region with traffic: real Envoy, real targets, no API in between. For tests of the data plane. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findEnvoy } from '../../src/envoy/process/find-envoy.ts';
import { startDataPlane } from '../../src/local/dataplane/data-plane.ts';
import type { DataPlane, DataPlaneOptions } from '../../src/local/dataplane/data-plane.ts';
import { listenPort } from '../../src/local/dataplane/xds/listen-port.ts';
import { createRegion } from '../../src/local/region.ts';
import type { Region } from '../../src/local/region.ts';
import type { Command, CommandName, Results } from '../../src/local/state/command.ts';
import type { RegionState, Service, TargetGroup } from '../../src/local/state/state.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { quiet } from '../contract/world.ts';

export const account = '123456789012';
const caller = { account };

export interface Answer {
  /** 0 when there was none. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As text; of an image each byte is a character. */
  readonly body: string;
}

export interface Call {
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  readonly port?: number;
}

export interface TrafficWorld {
  readonly region: Region;
  readonly dataPlane: DataPlane;
  readonly networkId: string;
  readonly namesDir: string;
  /** Where access logs are delivered. */
  readonly logsDir: string;
  /** Where clients in the first VPC find Lattice when they ask for a port. */
  place(port: number): { readonly address: string; readonly port: number };
  /** As a client in the first VPC calls. */
  call(call: Call): Promise<Answer>;
  /** What the region did with a command; throws when it refused. */
  done<N extends CommandName>(command: Command<N>): Results[N];
  /** Everything that was done is with Envoy. */
  settle(): Promise<void>;
  /** A service in the network, by name. */
  service(name: string, customDomainName?: string): Service;
  group(name: string, healthCheck?: TargetGroupHealthCheck): TargetGroup;
  register(group: TargetGroup, ...targets: readonly Target[]): void;
  /** An HTTP listener whose default action forwards to the groups, by weight. Gives the listener's id. */
  listener(service: Service, weights: readonly Weighted[], port?: number): string;
  /** The default action from now on. */
  reweigh(service: Service, listenerId: string, weights: readonly Weighted[]): void;
  /** A target that answers on an address and port of its own. */
  target(answer: RequestListener): Promise<Target>;
  close(): Promise<void>;
}

type TargetGroupHealthCheck = NonNullable<
  Extract<Command<'CreateTargetGroup'>['input']['config'], object>['healthCheck']
>;

export type Weighted = readonly [group: TargetGroup, weight: number];

export interface Target {
  readonly id: string;
  readonly port: number;
  stop(): Promise<void>;
}

const vpcId = 'vpc-0123456789abcdef0';

export interface TrafficOptions extends Partial<DataPlaneOptions> {
  /** What the data plane sees of a state; the state itself unless told. */
  readonly seen?: (state: RegionState) => RegionState;
}

export async function trafficWorld({
  seen = (state) => state,
  ...options
}: TrafficOptions = {}): Promise<TrafficWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'traffic-'));
  const log = options.log ?? quiet;
  const region = createRegion({
    region: 'us-west-2',
    clock: systemClock,
    random: systemRandom,
    log,
    latency: 'none',
  });
  const targets: Target[] = [];
  const dataPlane = await startDataPlane({
    region: {
      ...region,
      state: () => seen(region.state()),
      subscribe: (listener) => region.subscribe((state) => listener(seen(state))),
    },
    clock: systemClock,
    random: systemRandom,
    log,
    envoyPath: envoyOfTests(),
    concurrency: 1,
    namesDir: join(folder, 'names'),
    accessLogsDir: join(folder, 'logs'),
    signal: AbortSignal.timeout(20_000),
    ...options,
  });
  const done: TrafficWorld['done'] = (command) => {
    const answer = region.dispatch(command, caller);
    if ('refused' in answer) throw new Error(`${command.op}: ${answer.refused.message}`);
    return answer.result;
  };
  const networkId = done({ op: 'CreateServiceNetwork', input: { name: 'test' } }).id;
  const association = done({
    op: 'CreateServiceNetworkVpcAssociation',
    input: { serviceNetworkIdentifier: networkId, vpcIdentifier: vpcId },
  });

  const place: TrafficWorld['place'] = (port) => ({
    address: dataPlane.addresses().get(association.id) ?? '',
    port: listenPort(port, dataPlane),
  });

  return {
    region,
    dataPlane,
    place,
    networkId,
    namesDir: join(folder, 'names', vpcId),
    logsDir: join(folder, 'logs'),
    done,
    settle: async () => dataPlane.accepted(AbortSignal.timeout(10_000)),
    call: async ({ port = 80, ...call }) => ask({ ...call, ...place(port) }),
    service: (name, customDomainName) => {
      const custom = customDomainName === undefined ? {} : { customDomainName };
      const { id } = done({ op: 'CreateService', input: { name, ...custom } });
      done({
        op: 'CreateServiceNetworkServiceAssociation',
        input: { serviceNetworkIdentifier: networkId, serviceIdentifier: id },
      });
      return present(region.state().services.get(id));
    },
    group: (name, healthCheck = { enabled: false }) => {
      const config = { protocol: 'HTTP', port: 80, vpcIdentifier: vpcId, healthCheck } as const;
      return done({ op: 'CreateTargetGroup', input: { name, type: 'IP', config } });
    },
    register: ({ id }, ...named) => {
      const input = { targetGroupIdentifier: id, targets: named.map(({ id, port }) => ({ id, port })) };
      done({ op: 'RegisterTargets', input });
    },
    listener: (service, weights, port = 80) => {
      const input = {
        serviceIdentifier: service.id,
        name: `http-${port}`,
        protocol: 'HTTP',
        port,
        defaultAction: forwardTo(weights),
      } as const;
      return done({ op: 'CreateListener', input }).listener.id;
    },
    reweigh: (service, listenerIdentifier, weights) => {
      const input = {
        serviceIdentifier: service.id,
        listenerIdentifier,
        defaultAction: forwardTo(weights),
      };
      done({ op: 'UpdateListener', input });
    },
    target: async (answer) => {
      // A long run has more targets than there are addresses; those that share one differ in their ports.
      const target = await listen(answer, `127.172.0.${(targets.length % 250) + 1}`);
      targets.push(target);
      return target;
    },
    close: async () => {
      await dataPlane.close();
      region.close();
      await Promise.all(targets.map(async (target) => target.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As actions say it. */
export function forwardTo(weights: readonly Weighted[]) {
  return {
    forward: {
      targetGroups: weights.map(([{ id }, weight]) => ({ targetGroupIdentifier: id, weight })),
    },
  };
}

/** The one that set-up puts into `.cache/bin`, unless the environment names another. */
export function envoyOfTests(): string {
  const cache = resolve(import.meta.dirname, '../../.cache/bin');
  return findEnvoy({ envoyPath: process.env['ENVOY_PATH'], path: process.env['PATH'], cache });
}

/** One request on a connection of its own. */
export async function ask(
  call: Omit<Call, 'port'> & { readonly address: string; readonly port: number },
): Promise<Answer> {
  const { address, port, host, path = '/', method = 'GET', headers = {}, body = '' } = call;
  const length = body.length === 0 ? {} : { 'content-length': Buffer.byteLength(body) };
  const options = {
    host: address,
    port,
    path,
    method,
    headers: { host, ...headers, ...length },
    agent: false,
  };
  return answerTo((hear) => request(options, hear), body);
}

/** What comes back to a request that `start` makes; status 0 when nothing does. */
export async function answerTo(
  start: (hear: (response: IncomingMessage) => void) => ClientRequest,
  body: string | Buffer = '',
): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (): void => resolve({ status: 0, headers: {}, body: '' });
    const sent = start((response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(isImage(response.headers) ? 'latin1' : 'utf8'),
        }),
      );
    });
    sent.on('error', failed);
    sent.end(body);
  });
}

function isImage({ 'content-type': type = '' }: IncomingHttpHeaders): boolean {
  return type.startsWith('image/');
}

async function listen(answer: RequestListener, address: string): Promise<Target> {
  const server = createServer({ keepAliveTimeout: 120_000 }, answer);
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    });
  });
  return {
    id: address,
    port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there');
  return value;
}
