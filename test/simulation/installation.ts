import assert from 'node:assert/strict';
import { annotations } from '../../src/kinds/names.ts';
import type { KubeObject } from '../../src/kinds/object.ts';
import type { Account } from './account.ts';
import { endpointSlice, gatewayClass, service } from './manifests.ts';
import { predecessor } from './predecessor.ts';
import type { Predecessor } from './predecessor.ts';
import { begin, gateway, object } from './scene.ts';

export const vpcId = 'vpc-0b10e000000000000';

interface Adopted {
  readonly made: (by: Predecessor, account: Pick<Account, 'foreign'>) => void;
  /** The cluster whose controller made it; ours unless told. */
  readonly by?: { readonly clusterName: string; readonly vpcId: string };
  /** Once it is made, where they name what was made. */
  readonly manifests: readonly KubeObject[] | (() => readonly KubeObject[]);
  readonly definitions?: readonly string[];
}

/** Starts beside what was made, and gives what the controller changed until nothing happened any more. */
export async function takeOver({
  made,
  by = { clusterName: 'blue', vpcId },
  manifests,
  definitions = [],
}: Adopted) {
  const scene = await begin({
    definitions,
    account: (account) => made(predecessor(account, by), account),
    // What was made long ago is active.
    latency: 'none',
    empty: true,
    asksBeside: true,
  });
  await scene.apply(gatewayClass(), ...(typeof manifests === 'function' ? manifests() : manifests));
  await scene.settle();
  const [first] = [scene.mutations()];
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  assert.deepEqual(scene.problems(), []);
  return { scene, changed: first };
}

export function pods(name: string, address: string, ports: readonly number[] = [80]): readonly KubeObject[] {
  const shape = { name, ports, pods: [{ address, state: 'ready' }] } as const;
  return [service(shape), endpointSlice(shape)];
}

export function plainGateway(listeners: readonly object[]): KubeObject {
  return gateway({ infrastructure: undefined, listeners });
}

export const http = { name: 'http', port: 80, protocol: 'HTTP' };

export const certificates = { mode: 'Terminate', certificateRefs: [{ name: 'dummy' }] };

export function path(type: string, value: string): object {
  return { path: { type, value } };
}

export function routeOf(
  kind: string,
  name: string,
  rules: readonly object[],
  hostnames?: readonly string[],
): KubeObject {
  return object(kind, name, {
    parentRefs: [{ name: 'main' }],
    ...(hostnames === undefined ? {} : { hostnames }),
    rules,
  });
}

export function annotated(one: KubeObject, values: Readonly<Record<string, string>>): KubeObject {
  return { ...one, metadata: { ...one.metadata, annotations: values } };
}

export function exported(name: string): KubeObject {
  const spec = { exportedPorts: [{ port: 80, routeType: 'HTTP' }] };
  const metadata = {
    name,
    namespace: 'default',
    annotations: { [annotations.federation]: 'amazon-vpc-lattice' },
  };
  const one = { apiVersion: 'application-networking.k8s.aws/v1alpha1', kind: 'ServiceExport', metadata };
  return Object.assign(one, { spec });
}

export function imported(name: string): KubeObject {
  const one = {
    apiVersion: 'application-networking.k8s.aws/v1alpha1',
    kind: 'ServiceImport',
    metadata: { name, namespace: 'default' },
  };
  return Object.assign(one, { spec: { type: 'ClusterSetIP', ports: [{ port: 80, protocol: 'TCP' }] } });
}
