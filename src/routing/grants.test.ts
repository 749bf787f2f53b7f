import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReferenceGrantFrom, ReferenceGrantTo } from '../kinds/reference-grant.gen.ts';
import { takeSnapshot } from '../snapshot/snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { granted } from './grants.ts';

const route = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'web', name: 'rates' };
const service = { group: '', kind: 'Service', namespace: 'shop', name: 'cart' };
const from = { group: route.group, kind: route.kind, namespace: route.namespace };
const to = { group: '', kind: 'Service' };

test('a reference within a namespace needs no grant', () => {
  assert.ok(granted(snapshotWith('elsewhere', from, to), route, { ...service, namespace: 'web' }));
});

test('a grant beside the target opens all of a kind, or one by its name', () => {
  assert.ok(granted(snapshotWith('shop', from, to), route, service));
  assert.ok(granted(snapshotWith('shop', from, { ...to, name: 'cart' }), route, service));
});

test('a grant that misses in one word opens nothing', () => {
  const misses: readonly Snapshot[] = [
    snapshotWith('web', from, to),
    snapshotWith('shop', { ...from, group: 'example.com' }, to),
    snapshotWith('shop', { ...from, kind: 'GRPCRoute' }, to),
    snapshotWith('shop', { ...from, namespace: 'bar' }, to),
    snapshotWith('shop', from, { ...to, group: 'example.com' }),
    snapshotWith('shop', from, { ...to, kind: 'Secret' }),
    snapshotWith('shop', from, { ...to, name: 'purse' }),
  ];
  for (const snapshot of misses) assert.ok(!granted(snapshot, route, service));
});

function snapshotWith(namespace: string, opened: ReferenceGrantFrom, target: ReferenceGrantTo): Snapshot {
  const grant = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'ReferenceGrant',
    metadata: { name: 'grant', namespace },
    spec: { from: [opened], to: [target] },
  };
  const empty = { state: 'synced', list: () => [] } as const;
  return takeSnapshot({
    gatewayClasses: empty,
    gateways: empty,
    listenerSets: empty,
    httpRoutes: empty,
    grpcRoutes: empty,
    tlsRoutes: empty,
    backendTlsPolicies: empty,
    secrets: empty,
    configMaps: empty,
    referenceGrants: { state: 'synced', list: () => [grant] },
    services: empty,
    endpointSlices: empty,
    namespaces: empty,
    serviceExports: empty,
    serviceImports: empty,
    classesListFeatures: true,
    iamAuthPolicies: empty,
    accessLogPolicies: empty,
  });
}
