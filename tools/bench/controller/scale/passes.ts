import type { KubeObject } from '../../../../src/kinds/object.ts';
import { finalizers } from '../../../../src/kinds/names.ts';
import { plan } from '../../../../src/lattice/plan/plan.ts';
import { defaultQuotas } from '../../../../src/lattice/translate/quotas.ts';
import { translate } from '../../../../src/lattice/translate/translate.ts';
import { quotas } from '../../../../src/local/state/quotas.ts';
import { resolve } from '../../../../src/routing/resolve.ts';
import { takeSnapshot } from '../../../../src/snapshot/snapshot.ts';
import type { Snapshot } from '../../../../src/snapshot/snapshot.ts';
import type { Stores, StoreView } from '../../../../src/snapshot/stores.ts';
import { accountId, simulateLattice, vpcId } from '../../../../test/simulation/lattice-world.ts';
import { manyRoutes } from './manifests.ts';

const warm = 20;
const measured = 40;

/** Milliseconds of processor time of passes over so many routes that find all in place: from the stores to the plan. */
export async function measurePasses(routes: number, podsPerRoute: number): Promise<readonly number[]> {
  const world = simulateLattice(1, { latency: 'none', callMs: 20 });
  const raised = [quotas.services, quotas.targetGroups, quotas.servicesPerNetwork];
  world.region.dispatch(
    {
      op: 'SetQuotas',
      input: { of: 'everybody', values: Object.fromEntries(raised.map(({ code }) => [code, 10_000])) },
    },
    { account: accountId },
  );
  const rate = { read: 100_000, write: 100_000 };
  const controller = world.start({ rate, turnMs: 3_600_000 });
  const stores = storesOf(routes, podsPerRoute);
  const settings = {
    identity: { accountId, clusterName: 'hotel', vpcId },
    defaultServiceNetwork: 'bench',
    serviceNetworkOverride: false,
    additionalTags: {},
    quotas: defaultQuotas,
  };
  const clock = world.time.clock();
  let before: Snapshot | undefined;
  const pass = () => {
    const snapshot = takeSnapshot(stores, before);
    before = snapshot;
    const { model } = translate(resolve(snapshot), controller.ledger.known(), settings);
    return { model, steps: plan(model, controller.ledger.known(), clock.now()) };
  };
  await world.time.run(controller.converge(pass().model));
  const times: number[] = [];
  for (let number = 0; number < warm + measured; number += 1) {
    const began = process.cpuUsage();
    const { steps } = pass();
    const { user, system } = process.cpuUsage(began);
    if (steps.some(({ op }) => op !== 'keep')) throw new Error('there was something to do');
    if (number >= warm) times.push((user + system) / 1_000);
  }
  return times;
}

function storesOf(routes: number, podsPerRoute: number): Stores {
  const objects = manyRoutes(routes, podsPerRoute).map(({ object }, index): KubeObject => {
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
  const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
  const of = (kind: string): StoreView => {
    const held = [...objects, space].filter((object) => object.kind === kind);
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
