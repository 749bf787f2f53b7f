import type { Store } from '../../kube/store.ts';
import { ownership } from '../workloads/claims.ts';
import { reconcileDeployment } from '../workloads/deployment.ts';
import {
  isManaged,
  reconcileEndpointSlices,
  selectsPods,
  serviceNameLabel,
} from '../workloads/endpoint-slices.ts';
import { reconcileJob } from '../workloads/job.ts';
import type { Chance } from '../workloads/names.ts';
import { reconcileReplicaSet } from '../workloads/replica-set.ts';
import { earliest } from '../workloads/write.ts';
import type { ApiObject, Verdict } from '../workloads/write.ts';
import type { Written } from './written.ts';

/** The stores that the workload controllers read. */
export interface WorkloadStores {
  readonly deployments: Store;
  readonly replicaSets: Store;
  readonly jobs: Store;
  readonly pods: Store;
  readonly services: Store;
  readonly endpointSlices: Store;
}

/** What Deployments, ReplicaSets, Jobs and Services want now. */
export function workloadVerdict(
  stores: WorkloadStores,
  written: Written,
  { now, chance }: { readonly now: number; readonly chance: Chance },
): Verdict {
  const replicaSets = written.view(stores.replicaSets);
  const pods = written.view(stores.pods);
  const ownedSets = ownership(replicaSets);
  const ownedPods = ownership(pods);
  const verdicts = [
    ...written
      .view(stores.deployments)
      .map((deployment) => reconcileDeployment(deployment, ownedSets, { now })),
    ...replicaSets.map((replicaSet) => reconcileReplicaSet(replicaSet, ownedPods, { now, chance })),
    ...written.view(stores.jobs).map((job) => reconcileJob(job, ownedPods, { now, chance })),
  ];
  const slices = sliceWrites(stores, written, { pods, chance });
  return {
    writes: [...verdicts.flatMap(({ writes }) => writes), ...slices],
    ...earliest(verdicts.map(({ again }) => again)),
  };
}

function sliceWrites(
  stores: WorkloadStores,
  written: Written,
  { pods, chance }: { readonly pods: readonly ApiObject[]; readonly chance: Chance },
): Verdict['writes'] {
  const podsIn = Map.groupBy(pods, ({ metadata }) => metadata.namespace ?? '');
  const slicesOf = Map.groupBy(written.view(stores.endpointSlices).filter(isManaged), ({ metadata }) =>
    serviceKey(metadata.namespace, metadata.labels?.[serviceNameLabel]),
  );
  return written
    .view(stores.services)
    .filter(selectsPods)
    .flatMap((service) => {
      const { namespace = '', name } = service.metadata;
      const found = {
        pods: podsIn.get(namespace) ?? [],
        slices: slicesOf.get(serviceKey(namespace, name)) ?? [],
      };
      return reconcileEndpointSlices(service, found, chance);
    });
}

function serviceKey(namespace = '', name = ''): string {
  return `${namespace}/${name}`;
}
