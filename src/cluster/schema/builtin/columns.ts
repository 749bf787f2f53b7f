import { age, humanDuration } from '../age.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { isObject, listAt, numberAt, objectAt, spell, textAt } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Column } from '../kind.ts';
import { printSelector, selectorRequirements } from '../selectors.ts';
import { podColumns } from './pod-columns.ts';

const wide = { priority: 1 };
const whole = { type: 'integer' };

function webhookColumns(): readonly Column[] {
  return [nameColumn, column('Webhooks', (hooks) => listAt(hooks, 'webhooks').length, whole), ageColumn];
}

/** What tables show of the built-in kinds, by type; the others show name and age. */
export const builtinColumns: Readonly<Record<string, readonly Column[]>> = {
  'core.v1.Pod': podColumns,
  'core.v1.Namespace': [nameColumn, text('Status', 'status', 'phase'), ageColumn],
  'core.v1.Service': [
    nameColumn,
    text('Type', 'spec', 'type'),
    column('Cluster-IP', (service) => spell(listAt(service, 'spec', 'clusterIPs')[0] ?? '<none>')),
    column('External-IP', externalAddress),
    column('Port(s)', (service) => listAt(service, 'spec', 'ports').map(servicePort).join(',') || '<none>'),
    ageColumn,
    column('Selector', (service) => formatLabels(objectAt(service, 'spec', 'selector')), wide),
  ],
  'core.v1.Endpoints': [nameColumn, column('Endpoints', endpointsCell), ageColumn],
  'core.v1.ConfigMap': [
    nameColumn,
    column('Data', (map) => size(map, 'data') + size(map, 'binaryData')),
    ageColumn,
  ],
  'core.v1.Secret': [
    nameColumn,
    text('Type', 'type'),
    column('Data', (secret) => size(secret, 'data')),
    ageColumn,
  ],
  'core.v1.ServiceAccount': [nameColumn, ageColumn],
  'admissionregistration.v1.MutatingWebhookConfiguration': webhookColumns(),
  'admissionregistration.v1.ValidatingWebhookConfiguration': webhookColumns(),
  'core.v1.Event': [
    column('Last Seen', (event, now) => lastSeen(event, now)),
    text('Type', 'type'),
    text('Reason', 'reason'),
    column('Object', involved),
    column('Subobject', (event) => textAt(event, 'involvedObject', 'fieldPath'), wide),
    column('Source', eventSource, wide),
    column('Message', (event) => textAt(event, 'message').trim()),
    column('First Seen', (event, now) => firstSeen(event, now), wide),
    column('Count', (event) => numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1, wide),
    column('Name', (event) => textAt(event, 'metadata', 'name'), { ...wide, format: 'name' }),
  ],
  'core.v1.Node': [
    nameColumn,
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    ageColumn,
    text('Version', 'status', 'nodeInfo', 'kubeletVersion'),
    column('Internal-IP', (node) => nodeAddress(node, 'InternalIP'), wide),
    column('External-IP', (node) => nodeAddress(node, 'ExternalIP'), wide),
    column('OS-Image', (node) => textAt(node, 'status', 'nodeInfo', 'osImage') || '<unknown>', wide),
    column('Kernel-Version', kernel, wide),
    column(
      'Container-Runtime',
      (node) => textAt(node, 'status', 'nodeInfo', 'containerRuntimeVersion') || '<unknown>',
      wide,
    ),
  ],
  'apps.v1.Deployment': [
    nameColumn,
    column(
      'Ready',
      (it) => `${numberAt(it, 'status', 'readyReplicas') ?? 0}/${numberAt(it, 'spec', 'replicas') ?? 0}`,
    ),
    column('Up-to-date', (deployment) => numberAt(deployment, 'status', 'updatedReplicas') ?? 0),
    column('Available', (deployment) => numberAt(deployment, 'status', 'availableReplicas') ?? 0),
    ageColumn,
    ...templateColumns(),
  ],
  'apps.v1.ReplicaSet': [
    nameColumn,
    column('Desired', (set) => numberAt(set, 'spec', 'replicas') ?? 0, whole),
    column('Current', (set) => numberAt(set, 'status', 'replicas') ?? 0, whole),
    column('Ready', (set) => numberAt(set, 'status', 'readyReplicas') ?? 0, whole),
    ageColumn,
    ...templateColumns(),
  ],
  'batch.v1.Job': [
    nameColumn,
    column('Status', jobStatus),
    column(
      'Completions',
      (job) => `${numberAt(job, 'status', 'succeeded') ?? 0}/${numberAt(job, 'spec', 'completions') ?? 1}`,
    ),
    column('Duration', jobDuration),
    ageColumn,
    ...templateColumns(),
  ],
  'discovery.v1.EndpointSlice': [
    nameColumn,
    text('AddressType', 'addressType'),
    column('Ports', (slice) => atMostThree(listAt(slice, 'ports').map(slicePort))),
    column('Endpoints', (slice) =>
      atMostThree(listAt(slice, 'endpoints').flatMap((end) => listAt(end, 'addresses').map(String))),
    ),
    ageColumn,
  ],
  'coordination.v1.Lease': [nameColumn, text('Holder', 'spec', 'holderIdentity'), ageColumn],
  'rbac.v1.Role': [nameColumn, createdAt()],
  'rbac.v1.ClusterRole': [nameColumn, createdAt()],
  'rbac.v1.RoleBinding': bindingColumns(),
  'rbac.v1.ClusterRoleBinding': bindingColumns(),
  'apiextensions.v1.CustomResourceDefinition': [nameColumn, createdAt()],
};

function text(name: string, ...path: readonly string[]): Column {
  return column(name, (object) => textAt(object, ...path));
}

function createdAt(): Column {
  return column('Created At', (object) => textAt(object, 'metadata', 'creationTimestamp'), { type: 'date' });
}

function containers(object: JsonObject): readonly Json[] {
  return listAt(object, 'spec', 'template', 'spec', 'containers');
}

function templateColumns(): readonly Column[] {
  return [
    column(
      'Containers',
      (object) =>
        containers(object)
          .map((one) => textAt(one, 'name'))
          .join(','),
      wide,
    ),
    column(
      'Images',
      (object) =>
        containers(object)
          .map((one) => textAt(one, 'image'))
          .join(','),
      wide,
    ),
    column(
      'Selector',
      (object) => printSelector(selectorRequirements(objectAt(object, 'spec', 'selector'))) || '<none>',
      wide,
    ),
  ];
}

function subjects(binding: JsonObject, kind: string): string {
  return listAt(binding, 'subjects')
    .filter((subject) => textAt(subject, 'kind') === kind)
    .map((subject) =>
      [textAt(subject, 'namespace'), textAt(subject, 'name')].filter((part) => part !== '').join('/'),
    )
    .join(', ');
}

function bindingColumns(): readonly Column[] {
  return [
    nameColumn,
    column(
      'Role',
      (binding) => `${textAt(binding, 'roleRef', 'kind')}/${textAt(binding, 'roleRef', 'name')}`,
    ),
    ageColumn,
    column('Users', (binding) => subjects(binding, 'User'), wide),
    column('Groups', (binding) => subjects(binding, 'Group'), wide),
    column('ServiceAccounts', (binding) => subjects(binding, 'ServiceAccount'), wide),
  ];
}

function size(object: JsonObject, key: string): number {
  return Object.keys(objectAt(object, key)).length;
}

function formatLabels(labels: JsonObject): string {
  return (
    Object.keys(labels)
      .toSorted()
      .map((key) => `${key}=${textAt(labels, key)}`)
      .join(',') || '<none>'
  );
}

function servicePort(port: Json): string {
  const node = numberAt(port, 'nodePort');
  return `${numberAt(port, 'port')}${node === undefined ? '' : `:${node}`}/${textAt(port, 'protocol')}`;
}

function externalAddress(service: JsonObject): string {
  const external = listAt(service, 'spec', 'externalIPs').map(String);
  const type = textAt(service, 'spec', 'type');
  if (type === 'ExternalName') return textAt(service, 'spec', 'externalName');
  if (type !== 'LoadBalancer') return external.join(',') || '<none>';
  const balancer = listAt(service, 'status', 'loadBalancer', 'ingress').map(
    (it) => textAt(it, 'ip') || textAt(it, 'hostname'),
  );
  return [...balancer, ...external].join(',') || '<pending>';
}

function endpointsCell(endpoints: JsonObject): string {
  const all = listAt(endpoints, 'subsets').flatMap((subset) => {
    const addresses = listAt(subset, 'addresses').map((address) => textAt(address, 'ip'));
    const ports = listAt(subset, 'ports');
    return ports.length === 0
      ? addresses
      : ports.flatMap((port) => addresses.map((address) => `${address}:${numberAt(port, 'port')}`));
  });
  if (all.length === 0) return '<none>';
  return all.slice(0, 3).join(',') + (all.length > 3 ? ` + ${all.length - 3} more...` : '');
}

function jobStatus(job: JsonObject): string {
  const conditions = listAt(job, 'status', 'conditions').filter((one) => textAt(one, 'status') === 'True');
  const said = (type: string): boolean => conditions.some((one) => textAt(one, 'type') === type);
  const known = ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(said);
  return known ?? (textAt(job, 'metadata', 'deletionTimestamp') === '' ? 'Running' : 'Terminating');
}

function jobDuration(job: JsonObject, now: number): string {
  const began = Date.parse(textAt(job, 'status', 'startTime'));
  const ended = Date.parse(textAt(job, 'status', 'completionTime'));
  return Number.isNaN(began) ? '' : humanDuration((Number.isNaN(ended) ? now : ended) - began);
}

function slicePort(port: Json): string {
  return String(numberAt(port, 'port') ?? (textAt(port, 'name') || '*'));
}

function atMostThree(list: readonly string[]): string {
  if (list.length === 0) return '<unset>';
  return list.slice(0, 3).join(',') + (list.length > 3 ? ` + ${list.length - 3} more...` : '');
}

function involved(event: JsonObject): string {
  const kind = textAt(event, 'involvedObject', 'kind').toLowerCase();
  const name = textAt(event, 'involvedObject', 'name');
  return name === '' ? kind : `${kind}/${name}`;
}

function eventSource(event: JsonObject): string {
  const component = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent');
  const instance = textAt(event, 'source', 'host') || textAt(event, 'reportingInstance');
  return instance === '' ? component : `${component}, ${instance}`;
}

function firstSeen(event: JsonObject, now: number): string {
  return age(textAt(event, 'firstTimestamp') || textAt(event, 'eventTime'), now);
}

function lastSeen(event: JsonObject, now: number): string {
  const last = textAt(event, 'series', 'lastObservedTime') || textAt(event, 'lastTimestamp');
  return last === '' ? firstSeen(event, now) : age(last, now);
}

function nodeStatus(node: JsonObject): string {
  const ready = listAt(node, 'status', 'conditions').find(
    (condition) => textAt(condition, 'type') === 'Ready',
  );
  const status = ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return objectAt(node, 'spec')['unschedulable'] === true ? `${status},SchedulingDisabled` : status;
}

function nodeRoles(node: JsonObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(objectAt(node, 'metadata', 'labels'))
    .filter((label) => label.startsWith(prefix) && label.length > prefix.length)
    .map((label) => label.slice(prefix.length));
  return roles.toSorted().join(',') || '<none>';
}

function nodeAddress(node: JsonObject, type: string): string {
  const found = listAt(node, 'status', 'addresses')
    .filter(isObject)
    .find((address) => textAt(address, 'type') === type);
  return found === undefined ? '<none>' : textAt(found, 'address');
}

function kernel(node: JsonObject): string {
  const version = textAt(node, 'status', 'nodeInfo', 'kernelVersion') || '<unknown>';
  const architecture = textAt(node, 'status', 'nodeInfo', 'architecture');
  return architecture === '' ? version : `${version} (${architecture})`;
}
