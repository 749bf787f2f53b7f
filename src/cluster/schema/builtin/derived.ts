import { isArray, isObject, listAt, numberAt, objectAt, own, textAt } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { memberSchema } from '../schema.ts';
import type { Schema } from '../schema.ts';

type Derive = (value: JsonObject) => JsonObject;

/** Defaults that follow from other fields, by type. */
const derived: Readonly<Record<string, Derive>> = {
  'core.v1.Container': (container) => ({
    imagePullPolicy: pullPolicy(textAt(container, 'image')),
    ...container,
  }),
  'core.v1.ServiceSpec': (spec) => ({ ...spec, ...portsOf(spec), ...affinityOf(spec) }),
  'core.v1.PodStatus': (status) => {
    const ip = textAt(status, 'podIP');
    return ip === '' || own(status, 'podIPs') !== undefined ? status : { ...status, podIPs: [{ ip }] };
  },
  'core.v1.PodSpec': (spec) => {
    const name = textAt(spec, 'serviceAccountName');
    return name === '' ? spec : { ...spec, serviceAccount: name };
  },
  'core.v1.Volume': (volume) => (Object.keys(volume).length > 1 ? volume : { ...volume, emptyDir: {} }),
  'core.v1.Pod': (pod) => ({
    ...pod,
    spec: { enableServiceLinks: true, ...withRequests(objectAt(pod, 'spec')) },
    status: podStatus(pod),
  }),
  'apps.v1.DeploymentStrategy': rollingUpdate,
  // Neither said: one. With only one of them said, a Job ends with the first pod that succeeds, or runs one at a time.
  'batch.v1.JobSpec': (spec) => ({
    parallelism: 1,
    ...(own(spec, 'parallelism') === undefined ? { completions: 1 } : {}),
    ...spec,
  }),
  'networking.v1.NetworkPolicySpec': (spec) => ({
    policyTypes: listAt(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'],
    ...spec,
  }),
  'rbac.v1.Subject': (subject) =>
    textAt(subject, 'kind') === 'ServiceAccount'
      ? subject
      : { apiGroup: 'rbac.authorization.k8s.io', ...subject },
  'apiextensions.v1.CustomResourceDefinition': definitionNames,
};

/** Fills in what follows from other fields, from the inside out. */
export function derive(schema: Schema, value: Json): Json {
  if (isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => derive(items, item));
  }
  if (!isObject(value)) return value;
  const inner = Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const known = memberSchema(schema, key);
      return [key, known === undefined ? member : derive(known, member)];
    }),
  );
  return (derived[schema.name ?? ''] ?? ((same) => same))(inner);
}

/** `latest` is pulled each time, said or not. */
function pullPolicy(image: string): string {
  const reference = image.slice(image.lastIndexOf('/') + 1);
  const tagged = reference.includes('@') || (reference.includes(':') && !reference.endsWith(':latest'));
  return tagged ? 'IfNotPresent' : 'Always';
}

function portsOf(spec: JsonObject): JsonObject {
  const ports = own(spec, 'ports');
  if (!isArray(ports)) return {};
  return { ports: ports.map((port) => (isObject(port) ? withTarget(port) : port)) };
}

function withTarget(port: JsonObject): JsonObject {
  const target = own(port, 'targetPort');
  const missing = target === undefined || target === 0 || target === '';
  return missing ? { ...port, targetPort: numberAt(port, 'port') ?? 0 } : port;
}

/** Who sticks to a backend does so for three hours, unless told. */
function affinityOf(spec: JsonObject): JsonObject {
  if (textAt(spec, 'sessionAffinity') !== 'ClientIP') return {};
  const seconds = numberAt(spec, 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds') ?? 10_800;
  return { sessionAffinityConfig: { clientIP: { timeoutSeconds: seconds } } };
}

/** A pod asks for what it may have at most, unless it says what it asks for. */
function withRequests(spec: JsonObject): JsonObject {
  const lists = ['initContainers', 'containers'].flatMap((key): readonly (readonly [string, Json])[] =>
    isArray(spec[key]) ? [[key, spec[key].map(withRequest)]] : [],
  );
  return { ...spec, ...Object.fromEntries(lists) };
}

function withRequest(container: Json): Json {
  const limits = objectAt(container, 'resources', 'limits');
  if (!isObject(container) || Object.keys(limits).length === 0) return container;
  const resources = objectAt(container, 'resources');
  const requests = { ...limits, ...objectAt(resources, 'requests') };
  return { ...container, resources: { ...resources, requests } };
}

function podStatus(pod: JsonObject): JsonObject {
  return { qosClass: qualityOfService(pod), ...objectAt(pod, 'status') };
}

function set(resources: JsonObject, side: string, name: string): Json | undefined {
  return own(objectAt(resources, side), name);
}

function qualityOfService(pod: JsonObject): string {
  const resources = listAt(pod, 'spec', 'containers').map((container) => objectAt(container, 'resources'));
  const names = ['cpu', 'memory'];
  if (
    resources.every((one) => names.every((name) => !set(one, 'limits', name) && !set(one, 'requests', name)))
  ) {
    return 'BestEffort';
  }
  const guaranteed = resources.every((one) =>
    names.every((name) => {
      const limit = set(one, 'limits', name);
      return limit !== undefined && (set(one, 'requests', name) ?? limit) === limit;
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function rollingUpdate(strategy: JsonObject): JsonObject {
  if (textAt(strategy, 'type') !== 'RollingUpdate') return strategy;
  const update = { maxUnavailable: '25%', maxSurge: '25%', ...objectAt(strategy, 'rollingUpdate') };
  return { ...strategy, rollingUpdate: update };
}

function definitionNames(definition: JsonObject): JsonObject {
  const spec = objectAt(definition, 'spec');
  const names = objectAt(spec, 'names');
  const kind = textAt(names, 'kind');
  return {
    ...definition,
    spec: {
      conversion: { strategy: 'None' },
      ...spec,
      names: { singular: kind.toLowerCase(), listKind: `${kind}List`, ...names },
    },
  };
}
