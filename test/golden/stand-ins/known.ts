import { facts, typesInOrder } from '../../../src/lattice/model/facts.ts';
import type { ActualSpec, Fact, Known, KnownEntry, Lifecycle } from '../../../src/lattice/model/known.ts';
import type { Model } from '../../../src/lattice/model/model.ts';
import type {
  Action,
  Ref,
  Resource,
  ResourceKey,
  ResourceType,
} from '../../../src/lattice/model/resource.ts';
import { canonical, isRef, memberOf } from '../../../src/lattice/model/values.ts';
import type { Patch, PlanCase } from './plan-case.ts';

/** The ledger of a controller that has made all of a model, but for some differences. */
export function knownOf(
  model: Model,
  now: number,
  { but, listed, unlisted }: Pick<PlanCase, 'but' | 'listed' | 'unlisted'>,
): Known {
  const resources = [...model.entries.values()].flatMap((entry) =>
    entry.state === 'wanted' ? [entry.resource] : [],
  );
  const ids = idsOf(resources);
  const entries = new Map<ResourceKey, KnownEntry>();
  for (const resource of resources) {
    const patch = but[resource.key];
    if (patch === null) continue;
    const entry = patched(entryOf(resource, now, ids), resource, { patch: patch ?? {}, now });
    entries.set(entry.key, entry);
  }
  const collections = new Set(listed);
  for (const { key, type: above } of entries.values()) {
    for (const type of typesInOrder) {
      const { listedIn, parent } = facts[type];
      if (parent?.types.includes(above) === true && listedIn !== undefined)
        collections.add(listedIn.collection(key));
    }
  }
  if (resources.length > 0) {
    for (const name of ['services', 'groups', 'networks', `vpcassociations of vpc-0123456789abcdef0`])
      collections.add(name);
  }
  for (const name of unlisted) collections.delete(name);
  return {
    entries,
    answers: new Map(),
    collections: new Map([...collections].map((key) => [key, { key, state: 'known', at: now - 1_000 }])),
  };
}

const prefixes: Readonly<Record<ResourceType, string>> = {
  serviceNetwork: 'sn',
  vpcAssociation: 'snva',
  service: 'svc',
  authPolicy: 'svc',
  accessLogSubscription: 'als',
  serviceAssociation: 'snsa',
  listener: 'listener',
  rule: 'rule',
  targetGroup: 'tg',
  targets: 'tg',
};

function idsOf(resources: readonly Resource[]): (key: ResourceKey) => string {
  const ids = new Map<ResourceKey, string>();
  const counts = new Map<ResourceType, number>();
  for (const { type, key } of resources) {
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    ids.set(key, `${prefixes[type]}-${count}`);
  }
  return (key) => ids.get(key) ?? `nothing-${key}`;
}

function entryOf(resource: Resource, now: number, ids: (key: ResourceKey) => string): KnownEntry {
  const { type, key, tags, for: objects } = resource;
  const { parent } = facts[type];
  const above = parent === undefined ? undefined : memberOf(resource.spec, parent.member);
  const parentKey = isRef(above) ? above.ref : undefined;
  const isOnlyChild = facts[type].singleton !== undefined;
  const id = isOnlyChild && parentKey !== undefined ? ids(parentKey) : ids(key);
  return {
    key,
    type,
    state: 'known',
    id,
    arn: `arn:${id}`,
    fact: factOf(resource, ({ ref }) => ids(ref)),
    tags,
    owner: 'ours',
    for: objects,
    ...(parentKey === undefined ? {} : { parent: parentKey }),
    at: now - 1_000,
  };
}

function factOf(resource: Resource, id: (ref: Ref) => string): Fact {
  const lifecycle = { phase: 'active' } as const;
  switch (resource.type) {
    case 'serviceNetwork':
      return { type: resource.type, spec: resource.spec, lifecycle };
    case 'vpcAssociation':
      return {
        type: resource.type,
        spec: { ...resource.spec, network: id(resource.spec.network) },
        lifecycle,
      };
    case 'service':
      return { type: resource.type, spec: resource.spec, lifecycle, dnsName: `${resource.spec.name}.on.aws` };
    case 'authPolicy':
      return {
        type: resource.type,
        spec: { ...resource.spec, resource: id(resource.spec.resource) },
        lifecycle,
      };
    case 'accessLogSubscription':
      return {
        type: resource.type,
        spec: { ...resource.spec, resource: id(resource.spec.resource) },
        lifecycle,
      };
    case 'serviceAssociation':
      return {
        type: resource.type,
        spec: { service: id(resource.spec.service), network: id(resource.spec.network) },
        lifecycle,
      };
    case 'listener':
      return {
        type: resource.type,
        spec: {
          ...resource.spec,
          service: id(resource.spec.service),
          defaultAction: actionOf(resource.spec.defaultAction, id),
        },
        lifecycle,
      };
    case 'rule':
      return {
        type: resource.type,
        spec: {
          ...resource.spec,
          priority: resource.spec.priority * 100,
          service: id(resource.spec.service),
          listener: id(resource.spec.listener),
          action: actionOf(resource.spec.action, id),
        },
        lifecycle,
      };
    case 'targetGroup':
      return { type: resource.type, spec: resource.spec, lifecycle, usedBy: [] };
    case 'targets':
      return {
        type: resource.type,
        spec: { ...resource.spec, group: id(resource.spec.group) },
        lifecycle,
        targetStates: {},
      };
  }
}

function actionOf(action: Action, id: (ref: Ref) => string): ActualSpec<Action> {
  return action.kind === 'fixedResponse'
    ? action
    : { kind: 'forward', groups: action.groups.map(({ group, weight }) => ({ group: id(group), weight })) };
}

const lifecycles: Readonly<Record<NonNullable<Patch['lifecycle']>, Lifecycle>> = {
  creating: { phase: 'inProgress', of: 'create' },
  updating: { phase: 'inProgress', of: 'update' },
  deleting: { phase: 'inProgress', of: 'delete' },
  creationFailed: { phase: 'failed', of: 'create', code: 'INTERNAL', message: 'something went wrong' },
};

function patched(
  entry: KnownEntry,
  resource: Resource,
  { patch, now }: { readonly patch: Patch; readonly now: number },
): KnownEntry {
  const { id: _id, arn: _arn, fact: _fact, ...rest } = entry;
  const { withoutTag } = patch;
  const changed: KnownEntry = {
    ...(patch.creating === true ? { ...rest, creating: resource } : entry),
    ...(patch.key === undefined ? {} : { key: patch.key }),
    ...(patch.state === undefined ? {} : { state: patch.state }),
    ...(patch.owner === undefined ? {} : { owner: patch.owner }),
    ...(patch.age === undefined ? {} : { at: now - patch.age * 1_000 }),
    ...(patch.pollIn === undefined ? {} : { pollAt: now + patch.pollIn }),
    ...(patch.tried === undefined ? {} : { tried: patch.tried }),
    ...(patch.lost === undefined ? {} : { lost: patch.lost }),
    ...(patch.reading === undefined ? {} : { reading: patch.reading }),
    ...(patch.retryIn === undefined ? {} : { retryAt: now + patch.retryIn }),
    ...(patch.refused === undefined
      ? {}
      : {
          attempted: patch.state === 'gone' ? canonical(resource.spec) : 'delete',
          lastError: {
            cause: patch.refused === 'ThrottlingException' ? 'throttled' : 'denied',
            code: patch.refused,
            message: 'no',
            operation: `Create ${resource.type}`,
          },
        }),
    ...(withoutTag === undefined
      ? {}
      : {
          tags: Object.fromEntries(
            Object.entries(entry.tags).filter(([name]) => !name.endsWith(`/${withoutTag}`)),
          ),
        }),
    ...(patch.owner === 'foreign' ? { tags: {} } : {}),
  };
  return changed.fact === undefined ? changed : { ...changed, fact: changedFact(changed.fact, patch) };
}

function changedFact(fact: Fact, { lifecycle, usedBy, draining, spec }: Patch): Fact {
  const changed: Fact = {
    ...fact,
    ...(lifecycle === undefined ? {} : { lifecycle: lifecycles[lifecycle] }),
    ...(usedBy === undefined ? {} : { usedBy }),
  };
  if (draining === true && changed.type === 'targets') {
    return {
      ...changed,
      spec: { ...changed.spec, targets: [] },
      lifecycle: { phase: 'inProgress', of: 'delete' },
      targetStates: { '10.0.0.1:8080': 'DRAINING' },
    };
  }
  return spec === undefined ? changed : withMembers(changed, spec);
}

/** The members that a case changes in what is there. */
function withMembers(fact: Fact, members: Readonly<Record<string, unknown>>): Fact {
  const { port, priority, weight, customDomainName, policy } = members;
  switch (fact.type) {
    case 'targetGroup':
      return typeof port === 'number' ? { ...fact, spec: { ...fact.spec, port } } : fact;
    case 'rule': {
      const { action } = fact.spec;
      const changed: ActualSpec<Action> =
        typeof weight === 'number' && action.kind === 'forward'
          ? { kind: 'forward', groups: action.groups.map((group) => ({ ...group, weight })) }
          : action;
      return {
        ...fact,
        spec: { ...fact.spec, action: changed, ...(typeof priority === 'number' ? { priority } : {}) },
      };
    }
    case 'listener':
      return { ...fact, spec: { ...fact.spec, defaultAction: { kind: 'fixedResponse', statusCode: 500 } } };
    case 'service':
      return typeof customDomainName === 'string'
        ? { ...fact, spec: { ...fact.spec, customDomainName } }
        : fact;
    case 'serviceNetwork':
    case 'vpcAssociation':
    case 'serviceAssociation':
    case 'accessLogSubscription':
    case 'targets':
      return fact;
    case 'authPolicy':
      return typeof policy === 'string' ? { ...fact, spec: { ...fact.spec, policy } } : fact;
  }
}
