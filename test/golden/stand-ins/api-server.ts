/** What an API server and a publisher do to objects, as far as the pure stages can tell. */
import assert from 'node:assert/strict';
import { kinds } from '../../../src/kinds/kinds.ts';
import { finalizers } from '../../../src/kinds/names.ts';
import type { KubeObject } from '../../../src/kinds/object.ts';
import { refKey, refOf } from '../../../src/kinds/object.ts';
import type { Stores, StoreState } from '../../../src/snapshot/stores.ts';
import type { Write } from '../../../src/status/write.ts';
import type { ClusterCase } from './case.ts';

export interface Cluster {
  readonly objects: readonly KubeObject[];
  readonly states: ClusterCase['stores'];
  readonly stores: Stores;
}

/** Gives each manifest what it would have after `kubectl apply`, in the order in which they come. */
export function apiServer({ documents, stores, firstPass }: ClusterCase): Cluster {
  const objects = documents.map((document, i) => {
    assert.ok(isManifest(document), `document ${i} is no manifest`);
    return stamped(document, i, firstPass);
  });
  return cluster(objects, stores);
}

/** The cluster after the writes: publish has stamped conditions and merged metadata. */
export function applyWrites({ objects, states }: Cluster, writes: readonly Write[]): Cluster {
  const written = objects.map((object) => writes.reduce((before, write) => applied(before, write), object));
  return cluster(written, states);
}

/** The same without one of its objects. */
export function without({ objects, states }: Cluster, object: KubeObject): Cluster {
  return cluster(
    objects.filter((other) => other !== object),
    states,
  );
}

function applied(object: KubeObject, write: Write): KubeObject {
  if (write.write === 'event' || refKey(refOf(write.object)) !== refKey(refOf(object))) return object;
  switch (write.write) {
    case 'status':
      return Object.assign({}, object, { status: stampTimes(write.status) });
    case 'finalizers':
      return { ...object, metadata: { ...object.metadata, finalizers: write.finalizers } };
    case 'annotations': {
      const entries = Object.entries({ ...object.metadata.annotations, ...write.annotations });
      const kept = entries.filter((entry): entry is [string, string] => entry[1] !== null);
      return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(kept) } };
    }
  }
}

function stampTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stampTimes);
  if (typeof value !== 'object' || value === null) return value;
  const members: [string, unknown][] = Object.entries(value).map(([key, member]) => [
    key,
    stampTimes(member),
  ]);
  const isCondition = 'type' in value && 'status' in value && !('lastTransitionTime' in value);
  return Object.fromEntries(
    isCondition ? [...members, ['lastTransitionTime', '2026-01-02T00:00:00Z']] : members,
  );
}

function stamped(object: KubeObject, i: number, firstPass: boolean): KubeObject {
  const { metadata } = object;
  const finalizer = new Map<string, string>(Object.entries(finalizers)).get(object.kind);
  const namespaced = new Map(Object.entries(kinds)).get(object.kind)?.namespaced ?? true;
  const admitted = finalizer === undefined || firstPass || object.kind === 'ServiceImport';
  return {
    ...object,
    metadata: {
      ...(namespaced ? { namespace: 'default' } : {}),
      uid: `uid-${i}`,
      generation: 1,
      creationTimestamp: `2026-01-01T00:00:${String(i).padStart(2, '0')}Z`,
      ...(admitted ? {} : { finalizers: [finalizer] }),
      ...metadata,
    },
  };
}

const plurals = {
  gatewayClasses: 'GatewayClass',
  gateways: 'Gateway',
  listenerSets: 'ListenerSet',
  httpRoutes: 'HTTPRoute',
  grpcRoutes: 'GRPCRoute',
  tlsRoutes: 'TLSRoute',
  referenceGrants: 'ReferenceGrant',
  backendTlsPolicies: 'BackendTLSPolicy',
  services: 'Service',
  endpointSlices: 'EndpointSlice',
  namespaces: 'Namespace',
  serviceExports: 'ServiceExport',
  serviceImports: 'ServiceImport',
  iamAuthPolicies: 'IAMAuthPolicy',
  accessLogPolicies: 'AccessLogPolicy',
  secrets: 'Secret',
  configMaps: 'ConfigMap',
} as const;

function cluster(objects: readonly KubeObject[], states: ClusterCase['stores']): Cluster {
  const view = (plural: keyof typeof plurals): { state: StoreState; list: () => readonly KubeObject[] } => ({
    state: states[plural] ?? 'synced',
    list: () => objects.filter(({ kind }) => kind === plurals[plural]),
  });
  return {
    objects,
    states,
    stores: {
      gatewayClasses: view('gatewayClasses'),
      gateways: view('gateways'),
      listenerSets: view('listenerSets'),
      httpRoutes: view('httpRoutes'),
      grpcRoutes: view('grpcRoutes'),
      tlsRoutes: view('tlsRoutes'),
      referenceGrants: view('referenceGrants'),
      backendTlsPolicies: view('backendTlsPolicies'),
      services: view('services'),
      endpointSlices: view('endpointSlices'),
      namespaces: view('namespaces'),
      serviceExports: view('serviceExports'),
      serviceImports: view('serviceImports'),
      iamAuthPolicies: view('iamAuthPolicies'),
      accessLogPolicies: view('accessLogPolicies'),
      secrets: view('secrets'),
      configMaps: view('configMaps'),
      bundleVersion: 'v1.6.1',
      classesListFeatures: true,
    },
  };
}

function isManifest(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value && 'metadata' in value;
}
