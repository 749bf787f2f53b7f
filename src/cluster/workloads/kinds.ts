import type { Kind } from '../../kinds/object.ts';

const kind = (group: string, version: string, kind: string, plural: string): Kind => ({
  group,
  version,
  kind,
  plural,
  namespaced: true,
});

export const deploymentKind = kind('apps', 'v1', 'Deployment', 'deployments');
export const replicaSetKind = kind('apps', 'v1', 'ReplicaSet', 'replicasets');
export const jobKind = kind('batch', 'v1', 'Job', 'jobs');
export const podKind = kind('', 'v1', 'Pod', 'pods');
export const serviceKind = kind('', 'v1', 'Service', 'services');
export const endpointSliceKind = kind('discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices');
export const eventKind = kind('', 'v1', 'Event', 'events');
export const nodeKind: Kind = { ...kind('', 'v1', 'Node', 'nodes'), namespaced: false };
export const configMapKind = kind('', 'v1', 'ConfigMap', 'configmaps');
export const secretKind = kind('', 'v1', 'Secret', 'secrets');
