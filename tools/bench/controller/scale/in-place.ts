import type { Report } from '../../../../src/controller/reconcile.ts';
import { stamped } from '../../../../src/controller/stamp.ts';
import { finalizers } from '../../../../src/kinds/names.ts';
import type { KubeObject } from '../../../../src/kinds/object.ts';
import { nextDue } from '../../../../src/lattice/plan/due.ts';
import type { Outcome } from '../../../../src/lattice/plan/outcome.ts';
import { plan } from '../../../../src/lattice/plan/plan.ts';
import { defaultQuotas } from '../../../../src/lattice/translate/quotas.ts';
import { translate } from '../../../../src/lattice/translate/translate.ts';
import { resolve } from '../../../../src/routing/resolve.ts';
import { takeSnapshot } from '../../../../src/snapshot/snapshot.ts';
import type { Stores, StoreView } from '../../../../src/snapshot/stores.ts';
import { conclude } from '../../../../src/status/conclude.ts';
import type { Conclusions } from '../../../../src/status/conclude.ts';
import type { Write } from '../../../../src/status/write.ts';
import { accountId, simulateLattice, vpcId } from '../../../../test/simulation/lattice-world.ts';
import { manyRoutes, raisedQuotas } from './manifests.ts';

type Thought = Pick<Report, 'snapshot' | 'routing' | 'desired' | 'steps'>;

/** Routes of which all is in place on both sides, on virtual time, and the passes of their controller. */
export interface InPlace {
  /** From the stores to the plan. */
  readonly think: () => Thought;
  /** A whole pass; gives what it would write to the cluster. */
  readonly pass: () => Promise<readonly Write[]>;
  /** How long there is nothing to do, in milliseconds. */
  readonly rest: () => number;
  /** Calls to Lattice since this was asked last. */
  readonly calls: () => { readonly writes: number; readonly reads: number };
  readonly sleep: (ms: number) => Promise<void>;
}

export async function putInPlace(routes: number, podsPerRoute: number): Promise<InPlace> {
  const world = simulateLattice(1, { latency: 'none', callMs: 20 });
  world.region.dispatch(
    { op: 'SetQuotas', input: { of: 'everybody', values: raisedQuotas } },
    { account: accountId },
  );
  const rate = { read: 100_000, write: 100_000 };
  const controller = world.start({ rate, turnMs: 3_600_000 });
  const { ledger } = controller;
  const clock = world.time.clock();
  const objects = new Map(clusterOf(routes, podsPerRoute).map((object) => [idOf(object), object]));
  const settings = {
    identity: { accountId, clusterName: 'hotel', vpcId },
    defaultServiceNetwork: 'bench',
    serviceNetworkOverride: false,
    additionalTags: {},
    quotas: defaultQuotas,
  };
  let stores = storesOf([...objects.values()]);
  let before: Thought | undefined;
  let last: { readonly thought: Thought; readonly outcomes: readonly Outcome[] } | undefined;
  const think = (): Thought => {
    const snapshot = takeSnapshot(stores, before?.snapshot);
    const routing = resolve(snapshot, before?.routing);
    const desired = translate(routing, ledger.known(), settings, before?.desired);
    before = {
      snapshot,
      routing,
      desired,
      steps: plan(desired.model, ledger.known(), clock.now(), undefined, before?.steps),
    };
    return before;
  };
  let concluded: Conclusions | undefined;
  const pass = async (): Promise<readonly Write[]> => {
    const thought = think();
    const outcomes = await world.time.run(controller.pass(thought.desired.model));
    last = { thought, outcomes };
    concluded = conclude({ ...thought, outcomes, known: ledger.known() }, concluded);
    return concluded.writes;
  };
  await world.time.run(controller.converge(think().desired.model));
  for (let told = await pass(); told.some(({ write }) => write !== 'event'); told = await pass()) {
    for (const write of told) {
      if (write.write === 'event') continue;
      const current = objects.get(idOf(write.object)) ?? write.object;
      objects.set(idOf(current), written(current, write, clock.now()));
    }
    stores = storesOf([...objects.values()]);
  }
  world.forgetCalls();
  return {
    think,
    pass,
    rest: () => {
      if (last === undefined) return 0;
      const { model } = last.thought.desired;
      const now = clock.now();
      return nextDue({ model, known: ledger.known(), outcomes: last.outcomes, now }) - now;
    },
    calls: () => {
      const operations = world.calls().map(({ operation }) => operation);
      world.forgetCalls();
      const reads = operations.filter((operation) => /^(?:Get|List)/.test(operation)).length;
      return { reads, writes: operations.length - reads };
    },
    sleep: async (ms) => world.time.pass(ms),
  };
}

/** The manifests as a cluster has them. */
function clusterOf(routes: number, podsPerRoute: number): readonly KubeObject[] {
  const made = manyRoutes(routes, podsPerRoute).map(({ object }, index): KubeObject => {
    const metadata = {
      ...object.metadata,
      uid: `uid-${index}`,
      resourceVersion: String(index),
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      finalizers: Object.values(finalizers),
    };
    return { ...object, metadata };
  });
  return [...made, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }];
}

function idOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

/** As the API server would keep it. */
function written(object: KubeObject, write: Exclude<Write, { write: 'event' }>, now: number): KubeObject {
  const { metadata } = object;
  const resourceVersion = `${metadata.resourceVersion ?? ''}+`;
  switch (write.write) {
    case 'status': {
      const status = stamped(write.status, object, now);
      const after = { ...object, metadata: { ...metadata, resourceVersion }, status };
      return after;
    }
    case 'finalizers':
      return { ...object, metadata: { ...metadata, resourceVersion, finalizers: write.finalizers } };
    case 'annotations': {
      const all = Object.entries({ ...metadata.annotations, ...write.annotations });
      const annotations = Object.fromEntries(
        all.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
      );
      return { ...object, metadata: { ...metadata, resourceVersion, annotations } };
    }
  }
}

function storesOf(objects: readonly KubeObject[]): Stores {
  const of = (kind: string): StoreView => {
    const held = objects.filter((object) => object.kind === kind);
    return { state: 'synced', list: () => held };
  };
  return {
    gatewayClasses: of('GatewayClass'),
    gateways: of('Gateway'),
    listenerSets: of('ListenerSet'),
    httpRoutes: of('HTTPRoute'),
    grpcRoutes: of('GRPCRoute'),
    tlsRoutes: of('TLSRoute'),
    referenceGrants: of('ReferenceGrant'),
    backendTlsPolicies: of('BackendTLSPolicy'),
    services: of('Service'),
    endpointSlices: of('EndpointSlice'),
    namespaces: of('Namespace'),
    serviceExports: of('ServiceExport'),
    serviceImports: of('ServiceImport'),
    iamAuthPolicies: of('IAMAuthPolicy'),
    accessLogPolicies: of('AccessLogPolicy'),
    secrets: of('Secret'),
    configMaps: of('ConfigMap'),
    classesListFeatures: true,
  };
}
