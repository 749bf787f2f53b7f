import type { KubeClient } from '../../../src/kube/client.ts';
import { keyOf } from '../../../src/kube/object.ts';
import type { BuiltCluster } from './built.ts';
import { shop } from './manifests.ts';
import type { Manifest } from './manifests.ts';

/** Milliseconds of status patches of one small route, alone, one after the other, as a client measures them. */
export interface StatusWrites {
  /** The first one after the start of the cluster. */
  readonly first: number;
  readonly warm: readonly number[];
}

/** So many come before what counts as warm, and so many are measured then. */
const patches = { cold: 300, warm: 100 } as const;

export async function measureStatusWrites(cluster: BuiltCluster, signal: AbortSignal): Promise<StatusWrites> {
  const { client, http } = cluster.connect();
  try {
    const [route] = shop(1);
    if (route === undefined) throw new Error('a shop without a route');
    await client.create(route.kind, named(route, 'alone').object, signal);
    const times: number[] = [];
    for (let number = 0; number < patches.cold + patches.warm; number += 1) {
      const body = { status: statusOf(number) };
      const begin = performance.now();
      await client.patch(
        route.kind,
        { namespace: 'default', name: 'alone' },
        { type: 'merge', subresource: 'status', body },
        signal,
      );
      times.push(performance.now() - begin);
    }
    return { first: times[0] ?? Number.NaN, warm: times.slice(patches.cold) };
  } finally {
    await http.close();
  }
}

function named({ kind, object }: Manifest, name: string): Manifest {
  return { kind, object: { ...object, metadata: { ...object.metadata, name } } };
}

function statusOf(number: number): object {
  const condition = (type: string): object => ({
    type,
    status: 'True',
    reason: type,
    message: `seen ${number} times`,
    observedGeneration: 1,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  });
  return {
    parents: [
      {
        parentRef: { name: 'shop', sectionName: 'http' },
        controllerName: 'application-networking.k8s.aws/gateway-api-controller',
        conditions: [condition('Accepted'), condition('ResolvedRefs')],
      },
    ],
  };
}

/** As `kubectl apply` writes new objects, with the manifest in an annotation, over four connections. */
export async function create(
  cluster: BuiltCluster,
  manifests: readonly Manifest[],
  signal: AbortSignal,
): Promise<void> {
  const left = [...manifests];
  const { client, http } = cluster.connect();
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await createOne(client, next, signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: 4 }, worker));
  } finally {
    await http.close();
  }
}

async function createOne(client: KubeClient, { kind, object }: Manifest, signal: AbortSignal): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) };
  const created = await client.create(
    kind,
    { ...object, metadata: { ...object.metadata, annotations } },
    signal,
  );
  if (keyOf(created).name !== object.metadata.name) throw new Error('another object was created');
}
