import { defaultPort, endpointPorts } from './endpoint-ports.ts';
import type { EndpointPort } from './endpoint-ports.ts';
import { canonical, listIn, objectIn, objectsIn, textIn, textsIn } from './json.ts';
import type { JsonObject } from './json.ts';
import { endpointSliceKind } from './kinds.ts';
import { generatedName } from './names.ts';
import type { Chance } from './names.ts';
import { addressesOf, isTerminal, nodeOf, readySince } from './pod.ts';
import { hasLabels } from './selector.ts';
import { controlledBy, defined } from './write.ts';
import type { ApiObject, Write } from './write.ts';

export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslice-controller.k8s.io';
const headlessLabel = 'service.kubernetes.io/headless';
/** As many endpoints as Kubernetes puts into one slice unless told otherwise. */
const sliceSize = 100;

/** Services whose endpoints are somebody else's business: without a selector, or an alias of a DNS name. */
export function selectsPods(service: ApiObject): boolean {
  const { selector, type } = objectIn(service['spec']);
  return Object.keys(textsIn(selector)).length > 0 && type !== 'ExternalName';
}

/** Slices that this controller keeps; those of others (a mesh, a person) are not touched. */
export function isManaged(slice: ApiObject): boolean {
  return slice.metadata.labels?.[managedByLabel] === manager;
}

/**
 * The writes that make the slices of a Service list its pods: endpoints stay in the slice they are in, new ones fill
 * what has room, and a Service without pods keeps one empty slice for each of its families, as Kubernetes does.
 */
export function reconcileEndpointSlices(
  service: ApiObject,
  { pods, slices }: { readonly pods: Iterable<ApiObject>; readonly slices: readonly ApiObject[] },
  chance: Chance,
): readonly Write[] {
  if (service.metadata.deletionTimestamp !== undefined || !selectsPods(service)) return [];
  const selector = textsIn(objectIn(service['spec'])['selector']);
  const selected = Array.from(pods).filter(
    (pod) => hasLabels(selector, pod.metadata.labels) && !isTerminal(pod),
  );
  const groups = familiesOf(service).flatMap((family) => groupByPorts(service, selected, family));
  const kept = new Set<ApiObject>();
  const writes = groups.flatMap((group) => {
    const mine = slices.filter((slice) => groupKey(slice) === group.key && !kept.has(slice));
    const packed = pack(group, mine);
    for (const { slice } of packed) if (slice !== undefined) kept.add(slice);
    return packed.flatMap(({ slice, endpoints }) =>
      slice === undefined
        ? [createSlice(service, group, endpoints, chance)]
        : updateSlice(service, slice, endpoints),
    );
  });
  const surplus = slices.filter(
    (slice) => !kept.has(slice) && slice.metadata.deletionTimestamp === undefined,
  );
  return [
    ...writes,
    ...surplus.map((object): Write => ({
      op: 'delete',
      kind: endpointSliceKind,
      object,
      propagation: 'Background',
    })),
  ];
}

/** Pods whose named ports resolve to the same numbers share slices of a family; others cannot. */
interface Group {
  readonly key: string;
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: ReadonlyMap<string, JsonObject>;
}

type AddressType = 'IPv4' | 'IPv6';

/** The families of a Service; one that says none has that of IPv4. */
function familiesOf(service: ApiObject): readonly AddressType[] {
  const said = listIn(objectIn(service['spec'])['ipFamilies']);
  const families = (['IPv4', 'IPv6'] as const).filter((family) => said.includes(family));
  return families.length === 0 ? ['IPv4'] : families;
}

function groupByPorts(
  service: ApiObject,
  pods: readonly ApiObject[],
  addressType: AddressType,
): readonly Group[] {
  const groups = new Map<string, Group & { readonly endpoints: Map<string, JsonObject> }>();
  for (const pod of pods) {
    const address = addressesOf(pod).find((each) => each.includes(':') === (addressType === 'IPv6'));
    if (address === undefined) continue;
    const ports = endpointPorts(service, pod);
    const key = canonical([addressType, ports]);
    const group = groups.get(key) ?? { key, addressType, ports, endpoints: new Map<string, JsonObject>() };
    group.endpoints.set(pod.metadata.uid ?? pod.metadata.name, endpointOf(service, pod, address));
    groups.set(key, group);
  }
  if (groups.size > 0) return Array.from(groups.values());
  return [{ key: canonical([addressType, []]), addressType, ports: [], endpoints: new Map() }];
}

function groupKey(slice: ApiObject): string {
  const ports = objectsIn(slice['ports']).map((port) => ({ ...defaultPort, ...port }));
  return canonical([slice['addressType'], ports]);
}

function endpointOf(service: ApiObject, pod: ApiObject, address: string): JsonObject {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = readySince(pod) !== undefined;
  const always = objectIn(service['spec'])['publishNotReadyAddresses'] === true;
  const { hostname, subdomain } = objectIn(pod['spec']);
  return defined({
    addresses: [address],
    conditions: { ready: always || (serving && !terminating), serving, terminating },
    hostname: subdomain === service.metadata.name ? hostname : undefined,
    nodeName: nodeOf(pod),
    targetRef: defined({
      kind: 'Pod',
      namespace: pod.metadata.namespace,
      name: pod.metadata.name,
      uid: pod.metadata.uid,
    }),
  });
}

interface Packed {
  /** The slice that exists, or nothing where a new one is needed. */
  readonly slice: ApiObject | undefined;
  readonly endpoints: readonly JsonObject[];
}

function pack(group: Group, slices: readonly ApiObject[]): readonly Packed[] {
  const waiting = new Map(group.endpoints);
  const packed = slices
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((slice) => ({ slice, endpoints: staying(slice, waiting) }));
  const rest = Array.from(waiting.values());
  const byRoom = packed.toSorted((a, b) => b.endpoints.length - a.endpoints.length);
  for (const { endpoints } of byRoom)
    endpoints.push(...rest.splice(0, Math.max(0, sliceSize - endpoints.length)));
  const fresh: Packed[] = [];
  while (rest.length > 0) fresh.push({ slice: undefined, endpoints: rest.splice(0, sliceSize) });
  const filled: readonly Packed[] = [...packed.filter(({ endpoints }) => endpoints.length > 0), ...fresh];
  if (filled.length > 0) return filled;
  return [packed[0] ?? { slice: undefined, endpoints: [] }];
}

/** The endpoints of a slice that are still wanted, as they are now; what is taken here waits no more. */
function staying(slice: ApiObject, waiting: Map<string, JsonObject>): JsonObject[] {
  const endpoints: JsonObject[] = [];
  for (const endpoint of objectsIn(slice['endpoints'])) {
    const uid = textIn(objectIn(endpoint['targetRef'])['uid']) ?? '';
    const wanted = waiting.get(uid);
    if (wanted === undefined) continue;
    endpoints.push(wanted);
    waiting.delete(uid);
  }
  return endpoints;
}

function createSlice(
  service: ApiObject,
  group: Group,
  endpoints: readonly JsonObject[],
  chance: Chance,
): Write {
  const generateName = `${service.metadata.name}-`;
  const object: ApiObject = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: generatedName(generateName, chance),
      ...defined({ generateName }),
      namespace: service.metadata.namespace ?? '',
      labels: labelsOf(service),
      ownerReferences: [controlledBy(service)],
    },
    addressType: group.addressType,
    ports: group.ports,
    endpoints,
  };
  return { op: 'create', kind: endpointSliceKind, object };
}

function updateSlice(
  service: ApiObject,
  slice: ApiObject,
  endpoints: readonly JsonObject[],
): readonly Write[] {
  const labels = labelsOf(service);
  const stale = Object.keys(slice.metadata.labels ?? {}).filter((key) => labels[key] === undefined);
  const sameLabels =
    stale.length === 0 &&
    Object.entries(labels).every(([key, value]) => slice.metadata.labels?.[key] === value);
  const sameEndpoints = canonical(listIn(slice['endpoints'])) === canonical(endpoints);
  if (sameLabels && sameEndpoints) return [];
  const patch = {
    ...(sameLabels
      ? {}
      : { metadata: { labels: { ...labels, ...Object.fromEntries(stale.map((key) => [key, null])) } } }),
    ...(sameEndpoints ? {} : { endpoints }),
  };
  return [{ op: 'patch', kind: endpointSliceKind, object: slice, patch }];
}

function labelsOf(service: ApiObject): Readonly<Record<string, string>> {
  const headless = objectIn(service['spec'])['clusterIP'] === 'None';
  return {
    ...service.metadata.labels,
    ...(headless ? { [headlessLabel]: '' } : {}),
    [serviceNameLabel]: service.metadata.name,
    [managedByLabel]: manager,
  };
}
