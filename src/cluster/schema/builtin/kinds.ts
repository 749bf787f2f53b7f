import { ageColumn, nameColumn } from '../columns.ts';
import type { Column, KindVersion, ResourceKind, ScalePaths } from '../kind.ts';
import type { Schema } from '../schema.ts';
import { columnDescriptions } from './column-descriptions.ts';
import { builtinColumns } from './columns.ts';
import { builtinType } from './types.ts';

interface Row {
  readonly group?: string;
  readonly version?: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly cluster?: true;
  readonly status?: true;
  readonly scale?: ScalePaths;
  readonly names?: ResourceKind['names'];
  readonly fields?: readonly string[];
  readonly generation?: ResourceKind['generation'];
  readonly graceful?: true;
  readonly bornWithStatus?: true;
  readonly returnsDeleted?: true;
  readonly virtual?: true;
  readonly deprecated?: string;
}

const rbac = { group: 'rbac.authorization.k8s.io', names: 'path' } as const;
const webhooks = { group: 'admissionregistration.k8s.io', cluster: true, generation: 'content' } as const;
const workload = {
  group: 'apps',
  status: true,
  categories: ['all'],
  scale: {
    specReplicas: ['spec', 'replicas'],
    statusReplicas: ['status', 'replicas'],
    selector: ['spec', 'selector'],
  },
} as const;
const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const review = { cluster: true, virtual: true } as const;

/** The built-in kinds by type name. Everything not said here is said by the type. */
const rows: Readonly<Record<string, Row>> = {
  'core.v1.ConfigMap': { plural: 'configmaps', shortNames: ['cm'] },
  'core.v1.Endpoints': {
    plural: 'endpoints',
    shortNames: ['ep'],
    deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  },
  'core.v1.Event': {
    plural: 'events',
    shortNames: ['ev'],
    fields: [
      ...involved.map((field) => `involvedObject.${field}`),
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
  },
  'core.v1.Namespace': {
    plural: 'namespaces',
    shortNames: ['ns'],
    cluster: true,
    status: true,
    names: 'label',
    fields: ['status.phase'],
  },
  'core.v1.Node': {
    plural: 'nodes',
    shortNames: ['no'],
    cluster: true,
    status: true,
    bornWithStatus: true,
    fields: ['spec.unschedulable'],
  },
  'core.v1.Pod': {
    plural: 'pods',
    shortNames: ['po'],
    categories: ['all'],
    status: true,
    generation: 'spec',
    graceful: true,
    returnsDeleted: true,
    fields: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
  },
  'core.v1.Secret': { plural: 'secrets', fields: ['type'] },
  'core.v1.ServiceAccount': { plural: 'serviceaccounts', shortNames: ['sa'], returnsDeleted: true },
  'core.v1.Service': {
    plural: 'services',
    shortNames: ['svc'],
    categories: ['all'],
    status: true,
    names: 'label',
    returnsDeleted: true,
    fields: ['spec.clusterIP', 'spec.type'],
  },
  'admissionregistration.v1.MutatingWebhookConfiguration': {
    ...webhooks,
    plural: 'mutatingwebhookconfigurations',
  },
  'admissionregistration.v1.ValidatingWebhookConfiguration': {
    ...webhooks,
    plural: 'validatingwebhookconfigurations',
  },
  'apiextensions.v1.CustomResourceDefinition': {
    group: 'apiextensions.k8s.io',
    plural: 'customresourcedefinitions',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    cluster: true,
    status: true,
    generation: 'spec',
  },
  'apps.v1.Deployment': {
    ...workload,
    plural: 'deployments',
    shortNames: ['deploy'],
    generation: 'specOrAnnotations',
  },
  'apps.v1.ReplicaSet': {
    ...workload,
    plural: 'replicasets',
    shortNames: ['rs'],
    generation: 'spec',
    fields: ['status.replicas'],
  },
  'authentication.v1.SelfSubjectReview': {
    ...review,
    group: 'authentication.k8s.io',
    plural: 'selfsubjectreviews',
  },
  'authentication.v1.TokenReview': { ...review, group: 'authentication.k8s.io', plural: 'tokenreviews' },
  'authorization.v1.SelfSubjectAccessReview': {
    ...review,
    group: 'authorization.k8s.io',
    plural: 'selfsubjectaccessreviews',
  },
  'authorization.v1.SelfSubjectRulesReview': {
    ...review,
    group: 'authorization.k8s.io',
    plural: 'selfsubjectrulesreviews',
  },
  'batch.v1.Job': {
    group: 'batch',
    plural: 'jobs',
    categories: ['all'],
    status: true,
    generation: 'spec',
    fields: ['status.successful'],
  },
  'coordination.v1.Lease': { group: 'coordination.k8s.io', plural: 'leases' },
  'discovery.v1.EndpointSlice': {
    group: 'discovery.k8s.io',
    plural: 'endpointslices',
    generation: 'content',
  },
  // Kept as the Event of the core group (http/new-events.ts).
  'events.v1.Event': { group: 'events.k8s.io', plural: 'events', shortNames: ['ev'] },
  'networking.v1.NetworkPolicy': {
    group: 'networking.k8s.io',
    plural: 'networkpolicies',
    shortNames: ['netpol'],
    generation: 'spec',
  },
  'policy.v1.PodDisruptionBudget': {
    group: 'policy',
    plural: 'poddisruptionbudgets',
    shortNames: ['pdb'],
    status: true,
    generation: 'spec',
  },
  'rbac.v1.ClusterRoleBinding': { ...rbac, plural: 'clusterrolebindings', cluster: true },
  'rbac.v1.ClusterRole': { ...rbac, plural: 'clusterroles', cluster: true },
  'rbac.v1.RoleBinding': { ...rbac, plural: 'rolebindings' },
  'rbac.v1.Role': { ...rbac, plural: 'roles' },
};

/** The kinds every cluster has, in the order of discovery. */
export const builtinKinds: readonly ResourceKind[] = Object.entries(rows).map(([type, row]) => {
  const kind = type.slice(type.lastIndexOf('.') + 1);
  return {
    group: row.group ?? '',
    plural: row.plural,
    singular: kind.toLowerCase(),
    shortNames: row.shortNames ?? [],
    kind,
    listKind: `${kind}List`,
    namespaced: row.cluster !== true,
    categories: row.categories ?? [],
    versions: [version(type, row)],
    origin: 'builtin',
    names: row.names ?? 'subdomain',
    selectableFields: row.fields ?? [],
    generation: row.generation ?? 'none',
    graceful: row.graceful ?? false,
    bornWithStatus: row.bornWithStatus ?? false,
    statusTakes: kind === 'Deployment' ? ['annotations'] : ['annotations', 'labels'],
    returnsDeleted: row.returnsDeleted ?? false,
    virtual: row.virtual ?? false,
  };
});

function version(type: string, row: Row): KindVersion {
  return {
    name: row.version ?? 'v1',
    schema: wholeObject(builtinType(type)),
    status: row.status ?? false,
    ...(row.scale === undefined ? {} : { scale: row.scale }),
    columns: (builtinColumns[type] ?? [nameColumn, ageColumn]).map((column) => described(type, column)),
    ...(row.deprecated === undefined ? {} : { deprecated: row.deprecated }),
  };
}

function described(type: string, column: Column): Column {
  const description = columnDescriptions[type.slice(type.lastIndexOf('.') + 1)]?.[column.name];
  return description === undefined ? column : { ...column, description };
}

/** A kind's schema with what every object has. */
export function wholeObject(schema: Schema): Schema {
  return {
    ...schema,
    type: 'object',
    properties: new Map([
      ['apiVersion', { type: 'string' }],
      ['kind', { type: 'string' }],
      ...(schema.properties ?? []),
      ['metadata', { ...builtinType('meta.v1.ObjectMeta'), default: {} }],
    ]),
  };
}
