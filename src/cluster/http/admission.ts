import { establish } from '../schema/definition.ts';
import { invalid } from '../schema/field-error.ts';
import { isObject, listAt, objectAt, own, spell, textAt } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { qualifiedName } from '../schema/kind.ts';
import type { ResourceKind } from '../schema/kind.ts';
import { definitions, list } from '../storage/state.ts';
import type { State } from '../storage/state.ts';
import { refuseFamilies } from './service-families.ts';
import type { Families } from './service-families.ts';
import { invalidObject } from './status.ts';

interface Circumstances {
  readonly state: State;
  readonly timestamp: string;
  /** First two numbers of the network of Services. */
  readonly serviceNetwork: string;
  /** Of which pods have addresses. */
  readonly podFamilies: Families;
  /** The object as it was; absent when it is new. */
  readonly before?: JsonObject;
}

type Admit = (object: JsonObject, circumstances: Circumstances) => JsonObject;

/** What a few kinds are on closer reading, as the writer's own doing. */
const normalizations: Readonly<Record<string, (object: JsonObject) => JsonObject>> = {
  namespaces: labelNamespace,
  secrets: encodeText,
};

export function normalize(kind: ResourceKind, object: JsonObject): JsonObject {
  return normalizations[qualifiedName(kind)]?.(object) ?? object;
}

/** What the cluster itself adds to objects of a few kinds, before validation. Nobody manages these fields. */
const admissions: Readonly<Record<string, Admit>> = {
  namespaces: withFinalizer,
  pods: scheduling,
  services: assignAddress,
  'jobs.batch': selectOwnPods,
  [definitions]: (definition, { timestamp }) => establish(definition, timestamp),
};

export function admit(kind: ResourceKind, object: JsonObject, circumstances: Circumstances): JsonObject {
  return admissions[qualifiedName(kind)]?.(object, circumstances) ?? object;
}

function labelNamespace(namespace: JsonObject): JsonObject {
  const metadata = objectAt(namespace, 'metadata');
  const labels = { ...objectAt(metadata, 'labels'), 'kubernetes.io/metadata.name': textAt(metadata, 'name') };
  return { ...namespace, metadata: { ...metadata, labels } };
}

/** The pods of a Job are told from those of another by its uid, unless somebody selects them in another way. */
function selectOwnPods(job: JsonObject): JsonObject {
  const meta = objectAt(job, 'metadata');
  const { uid = '', name = '' } = meta;
  const spec = objectAt(job, 'spec');
  if (own(spec, 'manualSelector') === true || own(spec, 'selector') !== undefined) return job;
  const template = objectAt(spec, 'template');
  const metadata = objectAt(template, 'metadata');
  const labels = {
    ...objectAt(metadata, 'labels'),
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  };
  return {
    ...job,
    metadata: { ...meta, labels: own(meta, 'labels') ?? labels },
    spec: {
      ...spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { ...template, metadata: { ...metadata, labels } },
    },
  };
}

/** Text of a Secret becomes bytes, and wins over bytes of the same name. */
function encodeText(secret: JsonObject): JsonObject {
  const { stringData, ...rest } = secret;
  if (!isObject(stringData)) return secret;
  const encoded = Object.entries(stringData).map(
    ([key, text]) => [key, Buffer.from(spell(text)).toString('base64')] as const,
  );
  return { ...rest, data: { ...objectAt(secret, 'data'), ...Object.fromEntries(encoded) } };
}

function withFinalizer(namespace: JsonObject): JsonObject {
  return { ...namespace, spec: { finalizers: ['kubernetes'], ...objectAt(namespace, 'spec') } };
}

const tolerated = (key: string): JsonObject => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
});

/** What the scheduler's admission gives each pod, also when a client leaves it out again. */
function scheduling(pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec');
  const tolerations = listAt(spec, 'tolerations');
  const added = ['not-ready', 'unreachable']
    .map(tolerated)
    .filter(({ key }) => !tolerations.some((one) => textAt(one, 'key') === key));
  return {
    ...pod,
    spec: {
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      ...spec,
      tolerations: [...tolerations, ...added],
    },
  };
}

/** A Service keeps the address it has, gets the one it asks for, or the first free one. */
function assignAddress(
  service: JsonObject,
  { state, serviceNetwork, podFamilies, before }: Circumstances,
): JsonObject {
  const spec = objectAt(service, 'spec');
  if (textAt(spec, 'type') === 'ExternalName') {
    return { ...service, spec: withoutKeys(spec, ['internalTrafficPolicy', 'clusterIP', 'clusterIPs']) };
  }
  refuseFamilies(service, podFamilies);
  const kept = textAt(objectAt(before, 'spec'), 'clusterIP');
  const asked = textAt(spec, 'clusterIP');
  // Every Service is looked at for that, so only where an address is to be chosen or was asked for.
  const taken = (): ReadonlySet<Json> => takenAddresses(state, textAt(before, 'metadata', 'uid'));
  const address = asked === '' ? kept || firstFree(taken(), serviceNetwork) : asked;
  if (asked !== '' && asked !== 'None' && kept === '')
    refuseAddress(service, asked, { taken: taken(), serviceNetwork });
  return {
    ...service,
    spec: {
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ...spec,
      clusterIP: address,
      clusterIPs: [address],
    },
  };
}

function withoutKeys(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function takenAddresses(state: State, except: string): ReadonlySet<Json> {
  const services = [...list(state, { resource: 'services' })].map(([, service]) => service);
  return new Set(
    services
      .filter((service) => textAt(service, 'metadata', 'uid') !== except)
      .flatMap((service) => listAt(service, 'spec', 'clusterIPs')),
  );
}

/** In order, so that the same cluster gives the same addresses. */
function firstFree(taken: ReadonlySet<Json>, network: string): string {
  for (let host = 1; host < 65535; host += 1) {
    const address = `${network}.${host >> 8}.${host & 255}`;
    if (!taken.has(address)) return address;
  }
  throw new Error(`no address is free in ${network}.0.0/16`);
}

function refuseAddress(
  service: JsonObject,
  address: string,
  { taken, serviceNetwork }: { readonly taken: ReadonlySet<Json>; readonly serviceNetwork: string },
): void {
  const why = taken.has(address)
    ? 'failed to allocate IP: provided IP is already allocated'
    : new RegExp(
          `^${serviceNetwork.replaceAll('.', '\\.')}\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)$`,
          'u',
        ).test(address)
      ? undefined
      : `failed to allocate IP ${address}: the provided IP (${address}) is not in the valid range. The range of valid IPs is ${serviceNetwork}.0.0/16`;
  if (why === undefined) return;
  const name = textAt(service, 'metadata', 'name');
  const listed = own(objectAt(service, 'spec'), 'clusterIPs') ?? [address];
  throw invalidObject({ group: '', kind: 'Service', name }, [invalid('spec.clusterIPs', listed, why)]);
}
