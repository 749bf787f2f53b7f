import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { definitionKind } from '../../src/controller/definitions.ts';
import type { ControllerSettings } from '../../src/controller/settings.ts';
import { decode } from '../../src/kinds/decode.ts';
import { kinds } from '../../src/kinds/kinds.ts';
import type { Kind, KubeObject } from '../../src/kinds/object.ts';
import { printStep } from '../../src/lattice/plan/print.ts';
import { isRecord } from '../../src/kinds/record.ts';
import { parseObject } from '../../src/kube/object.ts';
import type { LatencyProfile } from '../../src/local/state/state.ts';
import { chanceOf } from './choose.ts';
import type { Account } from './account.ts';
import { weather } from './faults.ts';
import type { Weather } from './faults.ts';
import { conditionsOf, isWrite, lineOf, listenerLine, ownServices, samplesIn } from './looks.ts';
import { endpointSlice, gatewayClass, service } from './manifests.ts';
import { createWorld, startLater } from './world.ts';
import type { WorldOptions } from './world.ts';

const api = 'gateway.networking.k8s.io/v1';
const signal = new AbortController().signal;
const settledMs = 120_000;

export interface SceneOptions {
  /** Beside those that every simulated cluster has: `tlsroutes`, or `tlsroutes of v1alpha2`. */
  readonly definitions?: readonly string[];
  /** What there is before the controller starts. */
  readonly account?: (account: Pick<Account, 'foreign'>) => void;
  readonly settings?: Partial<ControllerSettings>;
  readonly asksQuotas?: true;
  readonly asksBeside?: true;
  readonly healthChecks?: 'observed';
  readonly strictReferences?: true;
  /** One with a default network `main` unless told. */
  readonly clusters?: WorldOptions['clusters'];
  /** `short` unless told. */
  readonly latency?: LatencyProfile;
  /** What is wrong with the network; nothing unless told. */
  readonly fate?: Weather['fate'];
  readonly onMoment?: NonNullable<WorldOptions['onMoment']>;
  /** Without the class, and the Service that scenes route to. */
  readonly empty?: true;
}

/** One cluster in fair weather, in which somebody applies manifests and looks at what became of them. */
export async function begin({
  definitions: more = [],
  account: inhabit,
  empty,
  fate,
  ...options
}: SceneOptions = {}) {
  let mutations: string[] = [];
  const sky = weather(chanceOf(1, 'weather'), { lag: 'none' });
  sky.clear();
  const world = createWorld({
    seed: 1,
    clusters: [{ name: 'blue', vpcId: 'vpc-0b10e000000000000', defaultNetwork: 'main' }],
    latency: 'short',
    weather: fate === undefined ? sky : { ...sky, fate },
    onEffect: (_, { operation }) => {
      mutations.push(operation);
    },
    verbose: false,
    ...options,
  });
  inhabit?.(world.account);
  const [cluster] = world.clusters;
  assert.ok(cluster !== undefined);
  const { user } = cluster;
  const run = async <T>(work: Promise<T>): Promise<T> => {
    await world.time.run(
      work.then(() => undefined),
      3_600_000,
    );
    return work;
  };
  for (const plural of more) await run(user.create(definitionKind, definition(plural), signal));
  let worker = world.start(cluster);
  const backend = { name: 'shop', ports: [80], pods: [{ address: '10.0.0.1', state: 'ready' }] } as const;
  const scene = {
    apply: async (...objects: readonly KubeObject[]) => {
      for (const object of objects) {
        // One after the other: who is older decides.
        await world.time.pass(1_000);
        const version = object.apiVersion.split('/').at(-1);
        await run(user.create(kindOf(object.kind, version), object, signal));
      }
    },
    patch: async (kind: string, name: string, body: object) =>
      run(
        user.patch(
          kindOf(kind),
          { namespace: 'default', name },
          { type: 'merge', body: { ...body } },
          signal,
        ),
      ),
    remove: async (kind: string, name: string, version?: string) =>
      run(
        user.delete(
          kindOf(kind, version),
          { namespace: kindOf(kind).namespaced ? 'default' : '', name },
          {},
          signal,
        ),
      ),
    names: async (kind: string, version?: string) => {
      const { items } = await run(user.list(kindOf(kind, version), {}, signal));
      return items.map(({ metadata }) => metadata.name);
    },
    settle: async () => world.time.pass(settledMs),
    pass: async (ms: number) => world.time.pass(ms),
    /** For how long nothing happens. */
    restMs: () => (world.time.nextAt ?? Number.POSITIVE_INFINITY) - world.time.elapsed,
    /** Another controller takes over, which may be told something else. */
    restart: async (told: Partial<ControllerSettings> = {}, meanwhile?: () => Promise<unknown>) => {
      for (const controller of world.controllers()) controller.crash();
      await world.time.pass(10_000);
      await meanwhile?.();
      mutations = [];
      world.start(cluster, told);
      await world.time.pass(settledMs);
    },
    /** The controller that does the work dies. */
    crash: () => {
      worker.crash();
    },
    start: () => {
      worker = world.start(cluster);
    },
    startLater: (ms: number) => {
      startLater(world, cluster, ms);
    },
    /** One more controller of the same cluster. Gives what it tells, and all that it asked for but to read. */
    beside: (told: Partial<ControllerSettings>) => {
      const { metrics, name } = world.start(cluster, told);
      return {
        metrics: () => samplesIn(metrics.text()),
        report: () => metrics.shadowReport() ?? '',
        writes: () => world.trace.lines.filter((line) => line.includes(` ${name} `) && isWrite(line)),
      };
    },
    /** What a controller would do now, as `trellis plan` prints it: without what is as it should be. */
    preview: async () => {
      const steps = await run(world.preview(cluster));
      return steps.filter(({ op }) => op !== 'keep').map(printStep);
    },
    /** A new cluster of the same name, with nothing but its definitions, the class and a Service in it. */
    rebuild: async () => {
      for (const controller of world.controllers()) controller.crash();
      cluster.rebuild();
      mutations = [];
      world.start(cluster);
      await scene.apply(gatewayClass(), service(backend), endpointSlice(backend));
      await world.time.pass(settledMs);
    },
    /** Since the last restart. */
    mutations: () => mutations,
    services: () =>
      ownServices(world, cluster)
        .map((one) => lineOf(world, one))
        .toSorted(),
    listeners: () =>
      ownServices(world, cluster)
        .flatMap(({ listeners }) => [...listeners.values()])
        .map((listener) => listenerLine(world, listener))
        .toSorted(),
    /** Of the first parent of each object, or its own. */
    conditions: async (kind: string, version?: string) => {
      const { items } = await run(user.list(kindOf(kind, version), {}, signal));
      return items.map(conditionsOf);
    },
    certificates: () => ownServices(world, cluster).flatMap(({ certificateArn }) => certificateArn ?? []),
    ids: () => ownServices(world, cluster).map(({ id }) => id),
    state: () => world.account.state(),
    foreign: world.account.foreign,
    /** Every message in the status of objects of a kind. */
    told: async (kind: string) => {
      const { items } = await run(user.list(kindOf(kind), {}, signal));
      return items.map((item) => JSON.stringify('status' in item ? item.status : {})).join('\n');
    },
    events: async () => {
      const { items } = await run(user.list(kinds.Event, {}, signal));
      return items.flatMap((item) => {
        const decoded = decode(kinds.Event, item);
        if (!('ok' in decoded)) return [];
        const { message = '', count, firstTimestamp: first, lastTimestamp: last } = decoded.ok;
        return [{ message, count, first, last }];
      });
    },
    /** What Prometheus would be told now, by the name of the metric and its labels. */
    metrics: () => samplesIn(world.controllers().at(-1)?.metrics.text() ?? ''),
    problems: () => world.trace.problems,
    /** What happened so far, a line each. */
    lines: () => world.trace.lines,
  };
  if (empty !== true) await scene.apply(gatewayClass(), service(backend), endpointSlice(backend));
  return scene;
}

/** `tlsroutes`, or `tlsroutes of v1alpha2`: as a cluster has it that serves that version only. */
function definition(what: string): KubeObject {
  const [plural = '', only] = what.split(' of ');
  const file = `config/gateway-api/gateway.networking.k8s.io_${plural}.yaml`;
  const found = parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document): unknown => document.toJS())
    .find((document) => document !== null);
  const object = parseObject(found, definitionKind);
  assert.ok(object !== undefined && isRecord(object['spec']), plural);
  const { versions } = object['spec'];
  const all: readonly unknown[] = Array.isArray(versions) ? versions : [];
  const kept = all
    .filter(isRecord)
    .filter(({ name }) => only === undefined || name === only)
    .map((version) => (only === undefined ? version : { ...version, served: true, storage: true }));
  return Object.assign({}, object, { spec: { ...object['spec'], versions: kept } });
}

function kindOf(name: string, version?: string): Kind {
  const kind = Object.values(kinds).find((candidate) => candidate.kind === name);
  assert.ok(kind !== undefined, name);
  return { ...kind, version: version ?? kind.version };
}

export function certificate(id: string): string {
  return `arn:aws:acm:us-west-2:123456789012:certificate/${id}`;
}

export function parameters(data: Readonly<Record<string, string>>): KubeObject {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lattice', namespace: 'default' } };
  return Object.assign(object, { data });
}

export function gateway(spec: object = {}): KubeObject {
  return object('Gateway', 'main', {
    gatewayClassName: 'lattice',
    infrastructure: { parametersRef: { group: '', kind: 'ConfigMap', name: 'lattice' } },
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    ...spec,
  });
}

export function object(kind: string, name: string, spec: object): KubeObject {
  return Object.assign({ apiVersion: api, kind, metadata: { name, namespace: 'default' } }, { spec });
}

export function route(
  name: string,
  { path, hostnames }: { readonly path: string; readonly hostnames?: readonly string[] },
): KubeObject {
  return object('HTTPRoute', name, {
    parentRefs: [{ name: 'main' }],
    ...(hostnames === undefined ? {} : { hostnames }),
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: path } }],
        backendRefs: [{ name: 'shop', port: 80 }],
      },
    ],
  });
}

/** One that answers 500: it has no backends. */
export function silentRoute(
  name: string,
  { path, hostnames }: { readonly path: string; readonly hostnames: readonly string[] },
): KubeObject {
  const matches = [{ path: { type: 'PathPrefix', value: path } }];
  return object('HTTPRoute', name, { parentRefs: [{ name: 'main' }], hostnames, rules: [{ matches }] });
}

/** A patch of a route of `route`. */
export function changedPath(value: string): object {
  const matches = [{ path: { type: 'PathPrefix', value } }];
  return { spec: { rules: [{ matches, backendRefs: [{ name: 'shop', port: 80 }] }] } };
}

/** Takes the listener that HTTPRoutes need: nobody deletes a route, and none is served any more. */
export const listenerForOthers: object = {
  spec: {
    listeners: [
      { name: 'other', port: 8080, protocol: 'HTTP', allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } },
    ],
  },
};
