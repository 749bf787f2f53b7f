import { duplicate, forbidden, invalid, join, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import {
  equal,
  isArray,
  isObject,
  listAt,
  numberAt,
  objectAt,
  own,
  spell,
  textAt,
  withoutAt,
} from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { isConfigKey, isLabel } from '../names.ts';
import type { NameRule } from '../names.ts';
import { memberSchema } from '../schema.ts';
import type { Schema } from '../schema.ts';
import { matchesLabels, selectorRequirements } from '../selectors.ts';
import { webhookErrors, webhookNameErrors, webhookRuleErrors } from './webhook-rules.ts';

type Rule = (value: JsonObject, path: string) => readonly FieldError[];

const protocols = ['SCTP', 'TCP', 'UDP'];

/** What the built-in types ask beyond their shape, by type, in Kubernetes' words. Not all of it: what people get wrong. */
const rules: Readonly<Record<string, Rule>> = {
  'core.v1.PodSpec': podSpec,
  'core.v1.Container': (container, path) => [
    ...named(textAt(container, 'name'), join(path, 'name'), isLabel),
    ...needed(container, path, 'image'),
    ...oneOf(container, path, 'imagePullPolicy', ['Always', 'IfNotPresent', 'Never']),
  ],
  'core.v1.ContainerPort': (port, path) => [
    ...((numberAt(port, 'containerPort') ?? 0) === 0
      ? [required(join(path, 'containerPort'))]
      : portRange(numberAt(port, 'containerPort'), join(path, 'containerPort'))),
    ...oneOf(port, path, 'protocol', protocols),
  ],
  'core.v1.EnvVar': (variable, path) => needed(variable, path, 'name'),
  'core.v1.ServiceSpec': serviceSpec,
  'core.v1.ConfigMap': (map) => [
    ...keys(map, 'data'),
    ...keys(map, 'binaryData'),
    ...Object.keys(objectAt(map, 'data'))
      .filter((key) => Object.hasOwn(objectAt(map, 'binaryData'), key))
      .map((key) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...weighs(sizeOf(map, 'data', utf8Length) + sizeOf(map, 'binaryData', base64Length), '[]'),
  ],
  'core.v1.Secret': (secret) => [
    ...keys(secret, 'data'),
    ...(secretKeys[textAt(secret, 'type')] ?? [])
      .filter((key) => own(objectAt(secret, 'data'), key) === undefined)
      .map((key) => required(`data[${key}]`)),
    ...weighs(sizeOf(secret, 'data', base64Length), 'data'),
  ],
  'core.v1.Event': (event) => {
    const involved = textAt(event, 'involvedObject', 'namespace');
    const namespace = textAt(event, 'metadata', 'namespace');
    const fits = involved === namespace || (involved === '' && namespace === 'default');
    return fits ? [] : [invalid('involvedObject.namespace', involved, 'does not match event.namespace')];
  },
  'admissionregistration.v1.MutatingWebhookConfiguration': webhookNameErrors,
  'admissionregistration.v1.ValidatingWebhookConfiguration': webhookNameErrors,
  'admissionregistration.v1.MutatingWebhook': webhookErrors,
  'admissionregistration.v1.ValidatingWebhook': webhookErrors,
  'admissionregistration.v1.RuleWithOperations': webhookRuleErrors,
  'apps.v1.DeploymentSpec': templated,
  'apps.v1.ReplicaSetSpec': templated,
  'apps.v1.DeploymentStrategy': deploymentStrategy,
  'batch.v1.JobSpec': (spec, path) => [
    ...['completions', 'parallelism', 'backoffLimit'].flatMap((key) => notNegative(spec, path, key)),
    ...neverAlways(spec, join(path, 'template.spec.restartPolicy')),
  ],
  'core.v1.Probe': (probe, path) =>
    ['exec', 'httpGet', 'tcpSocket', 'grpc']
      .filter((handler) => own(probe, handler) !== undefined)
      .slice(1)
      .map((handler) => forbidden(join(path, handler), 'may not specify more than 1 handler type')),
  'autoscaling.v1.ScaleSpec': (spec, path) => notNegative(spec, path, 'replicas'),
  'discovery.v1.EndpointSlice': (slice) => [
    ...(textAt(slice, 'addressType') === ''
      ? [required('addressType')]
      : oneOf(slice, '', 'addressType', ['FQDN', 'IPv4', 'IPv6'])),
  ],
  'discovery.v1.Endpoint': (endpoint, path) =>
    listAt(endpoint, 'addresses').length === 0
      ? [required(join(path, 'addresses'), 'must contain at least 1 address')]
      : [],
  'coordination.v1.LeaseSpec': (spec, path) => {
    const seconds = numberAt(spec, 'leaseDurationSeconds');
    return seconds === undefined || seconds > 0
      ? []
      : [invalid(join(path, 'leaseDurationSeconds'), seconds, 'must be greater than 0')];
  },
  'rbac.v1.RoleRef': (ref, path) => needed(ref, path, 'name'),
};

/** What secrets of a type must have. */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** What a ConfigMap or a Secret may hold, in bytes. */
const heaviest = 1024 * 1024;

function weighs(size: number, field: string): readonly FieldError[] {
  return size <= heaviest
    ? []
    : [{ code: 'tooLong', field, detail: `may not be more than ${heaviest} bytes` }];
}

function sizeOf(object: JsonObject, key: string, measure: (text: string) => number): number {
  return Object.values(objectAt(object, key)).reduce<number>((sum, value) => sum + measure(spell(value)), 0);
}

function base64Length(text: string): number {
  return Math.floor((text.replaceAll(/[=\s]/gu, '').length * 3) / 4);
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** Everything the rules of the built-in types say against a value of the right shape. */
export function checkRules(schema: Schema, value: Json, path = ''): readonly FieldError[] {
  if (isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? []
      : value.flatMap((item, index) => checkRules(items, item, `${path}[${index}]`));
  }
  if (!isObject(value)) return [];
  const below = Object.entries(value).flatMap(([key, member]) => {
    const known = key === 'status' && path === '' ? undefined : memberSchema(schema, key);
    return known === undefined ? [] : checkRules(known, member, join(path, key));
  });
  return [...below, ...(rules[schema.name ?? '']?.(value, path) ?? [])];
}

function podSpec(spec: JsonObject, path: string): readonly FieldError[] {
  const containers = listAt(spec, 'containers');
  const volumes = listAt(spec, 'volumes').map((volume) => textAt(volume, 'name'));
  const names = containers.map((container) => textAt(container, 'name'));
  return [
    ...(containers.length === 0 ? [required(join(path, 'containers'))] : []),
    ...names.flatMap((name, index) =>
      name !== '' && names.indexOf(name) < index
        ? [duplicate(`${path}.containers[${index}].name`, name)]
        : [],
    ),
    ...containers.flatMap((container, index) =>
      listAt(container, 'volumeMounts').flatMap((mount, at): readonly FieldError[] => {
        const name = textAt(mount, 'name');
        const field = `${path}.containers[${index}].volumeMounts[${at}].name`;
        return volumes.includes(name) ? [] : [{ code: 'notFound', field, value: name, detail: '' }];
      }),
    ),
    ...oneOf(spec, path, 'restartPolicy', ['Always', 'OnFailure', 'Never']),
  ];
}

function serviceSpec(spec: JsonObject, path: string): readonly FieldError[] {
  const ports = listAt(spec, 'ports').filter(isObject);
  const type = textAt(spec, 'type');
  const portless = type === 'ExternalName' || textAt(spec, 'clusterIP') === 'None';
  return [
    ...(ports.length === 0 && !portless ? [required(join(path, 'ports'))] : []),
    ...ports.flatMap((port, index) => servicePort(port, `${path}.ports[${index}]`, ports.length > 1)),
    ...oneOf(spec, path, 'type', ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...oneOf(spec, path, 'sessionAffinity', ['ClientIP', 'None']),
    ...(type === 'ExternalName' ? needed(spec, path, 'externalName') : []),
  ];
}

function servicePort(port: JsonObject, path: string, several: boolean): readonly FieldError[] {
  const target = own(port, 'targetPort');
  return [
    ...(several ? needed(port, path, 'name') : []),
    ...portRange(numberAt(port, 'port') ?? 0, join(path, 'port')),
    ...oneOf(port, path, 'protocol', protocols),
    ...(typeof target === 'number' ? portRange(target, join(path, 'targetPort')) : []),
  ];
}

function templated(spec: JsonObject, path: string): readonly FieldError[] {
  const selector = objectAt(spec, 'selector');
  const labels = objectAt(spec, 'template', 'metadata', 'labels');
  const requirements = selectorRequirements(selector);
  const empty = requirements.length === 0;
  const missing = own(spec, 'selector') === undefined;
  return [
    ...notNegative(spec, path, 'replicas'),
    ...(missing ? [required(join(path, 'selector'))] : []),
    ...(empty && !missing
      ? [
          invalid(
            join(path, 'selector'),
            selector,
            `empty selector is invalid for ${path === 'spec' ? 'deployment' : path}`,
          ),
        ]
      : []),
    ...(missing || !matchesLabels(requirements, labels)
      ? [
          invalid(
            `${path}.template.metadata.labels`,
            own(objectAt(spec, 'template', 'metadata'), 'labels') ?? null,
            '`selector` does not match template `labels`',
          ),
        ]
      : []),
  ];
}

/** The pods of a Job end. */
function neverAlways(spec: JsonObject, field: string): readonly FieldError[] {
  const policy = textAt(spec, 'template', 'spec', 'restartPolicy');
  const allowed = ['OnFailure', 'Never'];
  if (allowed.includes(policy)) return [];
  return policy === '' || policy === 'Always'
    ? [required(field, 'valid values: "OnFailure", "Never"')]
    : [notSupported(field, policy, allowed)];
}

function deploymentStrategy(strategy: JsonObject, path: string): readonly FieldError[] {
  const type = textAt(strategy, 'type');
  const update = own(strategy, 'rollingUpdate');
  const field = join(path, 'rollingUpdate');
  if (type === 'Recreate') {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    return update === undefined ? [] : [forbidden(field, why)];
  }
  if (type !== '' && type !== 'RollingUpdate') {
    const { maxUnavailable = null, maxSurge = null } = isObject(update) ? update : {};
    const said = {
      Type: type,
      RollingUpdate: isObject(update) ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } : null,
    };
    return [notSupported(path, said, ['Recreate', 'RollingUpdate'])];
  }
  const { maxUnavailable, maxSurge } = isObject(update) ? update : {};
  const isStuck = isNothing(maxUnavailable) && isNothing(maxSurge);
  return isStuck
    ? [invalid(join(field, 'maxUnavailable'), maxUnavailable ?? null, 'may not be 0 when `maxSurge` is 0')]
    : [];
}

function isNothing(amount: Json | undefined): boolean {
  return amount === 0 || amount === '0%' || amount === '0';
}

function named(name: string, field: string, rule: NameRule): readonly FieldError[] {
  return name === '' ? [required(field)] : rule(name).map((wrong) => invalid(field, name, wrong));
}

function needed(object: JsonObject, path: string, key: string): readonly FieldError[] {
  return textAt(object, key) === '' ? [required(join(path, key))] : [];
}

function oneOf(
  object: JsonObject,
  path: string,
  key: string,
  allowed: readonly string[],
): readonly FieldError[] {
  const value = textAt(object, key);
  return value === '' || allowed.includes(value) ? [] : [notSupported(join(path, key), value, allowed)];
}

function notNegative(object: JsonObject, path: string, key: string): readonly FieldError[] {
  const value = numberAt(object, key) ?? 0;
  return value < 0 ? [invalid(join(path, key), value, 'must be greater than or equal to 0')] : [];
}

function portRange(port: number | undefined, field: string): readonly FieldError[] {
  return port !== undefined && (port < 1 || port > 65535)
    ? [invalid(field, port, 'must be between 1 and 65535, inclusive')]
    : [];
}

function keys(object: JsonObject, map: string): readonly FieldError[] {
  return Object.keys(objectAt(object, map)).flatMap((key) =>
    isConfigKey(key).map((wrong) => invalid(`${map}[${key}]`, key, wrong)),
  );
}

/** Fields that stay as they were created, by type, as paths. */
const fixed: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'apps.v1.Deployment': [['spec', 'selector']],
  'apps.v1.ReplicaSet': [['spec', 'selector']],
  'batch.v1.Job': [
    ['spec', 'completions'],
    ['spec', 'selector'],
    ['spec', 'template'],
    ['spec', 'completionMode'],
  ],
  'core.v1.Secret': [['type']],
  'discovery.v1.EndpointSlice': [['addressType']],
};

/** What the built-in types do not let an update change. */
export function checkUpdateRules(
  schema: Schema,
  before: JsonObject,
  after: JsonObject,
): readonly FieldError[] {
  const name = schema.name ?? '';
  const changed = (fixed[name] ?? []).filter((path) => !equal(valueAt(before, path), valueAt(after, path)));
  return [
    ...changed.map((path) => invalid(path.join('.'), valueAt(after, path) ?? null, 'field is immutable')),
    ...(name === 'core.v1.Service' ? serviceUpdate(before, after) : []),
    ...(name === 'core.v1.Pod' ? podUpdate(before, after) : []),
    ...(own(before, 'immutable') === true ? frozen(before, after) : []),
    ...(/^rbac\.v1\..*Binding$/u.test(name) && !equal(own(before, 'roleRef'), own(after, 'roleRef'))
      ? [invalid('roleRef', own(after, 'roleRef') ?? null, 'cannot change roleRef')]
      : []),
  ];
}

/** A Service keeps its address, and tells of ingress only where there is one. */
function serviceUpdate(before: JsonObject, after: JsonObject): readonly FieldError[] {
  const address = textAt(before, 'spec', 'clusterIP');
  const given = own(objectAt(after, 'spec'), 'clusterIPs') ?? null;
  const isMoved = address !== '' && textAt(after, 'spec', 'clusterIP') !== address;
  const isExternal = textAt(after, 'spec', 'type') === 'ExternalName';
  const ingress = 'status.loadBalancer.ingress';
  const hasNone = listAt(after, 'status', 'loadBalancer', 'ingress').length === 0;
  return [
    ...(isMoved && !isExternal ? [invalid('spec.clusterIPs[0]', given, 'may not change once set')] : []),
    ...(hasNone || textAt(after, 'spec', 'type') === 'LoadBalancer'
      ? []
      : [forbidden(ingress, "may only be used when `spec.type` is 'LoadBalancer'")]),
  ];
}

function valueAt(object: JsonObject, path: readonly string[]): Json | undefined {
  const [key = '', ...rest] = path;
  return rest.length === 0 ? own(object, key) : valueAt(objectAt(object, key), rest);
}

function frozen(before: JsonObject, after: JsonObject): readonly FieldError[] {
  return ['immutable', 'data', 'binaryData']
    .filter((key) => !equal(own(before, key), own(after, key)))
    .map((key) => forbidden(key, 'field is immutable when `immutable` is set'));
}

const mutableInPods = [
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'schedulingGates',
];

/** What of a pod's spec stays as it was created. */
function comparable(pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec');
  const stripped = mutableInPods.reduce<JsonObject>((all, key) => withoutAt(all, [key]), spec);
  return {
    ...stripped,
    containers: withoutImages(listAt(spec, 'containers')),
    initContainers: withoutImages(listAt(spec, 'initContainers')),
  };
}

function withoutImages(containers: readonly Json[]): readonly Json[] {
  return containers.map((container) => (isObject(container) ? withoutAt(container, ['image']) : container));
}

/** A running pod takes a new image, a deadline and more tolerations. */
function podUpdate(before: JsonObject, after: JsonObject): readonly FieldError[] {
  if (listAt(before, 'spec', 'containers').length !== listAt(after, 'spec', 'containers').length)
    return [forbidden('spec.containers', 'pod updates may not add or remove containers')];
  if (equal(comparable(before), comparable(after))) return [];
  return [
    forbidden(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ];
}
