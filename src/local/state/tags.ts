import { invalid, notFound } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { notYours, parseIdentifier } from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import type { Listener, RegionState, Resource, Table, Tags } from './state.ts';
import { withEntry } from './table.ts';

/** AWS-wide number of user tags on one resource; the service's own model would allow 200. */
const maxTags = 50;

/** Tags as a resource keeps them, or why they are refused. */
export function readTags(given: Tags | undefined, present: Tags = {}): { readonly tags: Tags } | Refused {
  const tags = { ...present, ...given };
  for (const key of Object.keys(given ?? {})) {
    if (/^aws:/i.test(key)) {
      return invalid(`Tag key ${key} is refused: keys that begin with aws: are reserved.`);
    }
  }
  for (const text of Object.entries(given ?? {}).flat()) {
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)) {
      return invalid(
        `Tag text "${text}" is refused: letters, digits, white space and _ . : / = + - @ are allowed.`,
      );
    }
  }
  const count = Object.keys(tags).length;
  return count > maxTags
    ? invalid(`A resource has at most ${maxTags} tags; this one would have ${count}.`)
    : { tags };
}

/** Adds and overwrites. */
export const tagResource: Transition<'TagResource'> = (state, { resourceArn, tags }, context) => {
  const found = findByArn(state, resourceArn, context);
  if ('refused' in found) return found;
  const next = readTags(tags, found.tags);
  if ('refused' in next) return next;
  const same = Object.entries(tags).every(([key, value]) => found.tags[key] === value);
  return { state: same ? state : retag(state, resourceArn, next.tags), result: found };
};

/** Keys that are not there are no mistake. */
export const untagResource: Transition<'UntagResource'> = (state, { resourceArn, tagKeys }, context) => {
  const found = findByArn(state, resourceArn, context);
  if ('refused' in found) return found;
  const left = Object.entries(found.tags).filter(([key]) => !tagKeys.includes(key));
  const same = left.length === Object.keys(found.tags).length;
  return { state: same ? state : retag(state, resourceArn, Object.fromEntries(left)), result: found };
};

/** Whatever has this ARN; only its owner may ask. */
export function findByArn(state: RegionState, arn: string, viewer: Viewer): Resource | Refused {
  const { id, account } = parseIdentifier(arn);
  if (account !== viewer.account) return notYours(arn, viewer);
  const found = lookUp(state, arn);
  return found === undefined || found.arn !== arn ? notFound('RESOURCE', id) : found;
}

function lookUp(state: RegionState, arn: string): Resource | undefined {
  const { kind, ids } = parsePath(arn);
  const [first = '', second, third] = ids;
  switch (kind) {
    case 'servicenetwork':
      return state.serviceNetworks.get(first);
    case 'targetgroup':
      return state.targetGroups.get(first);
    case 'servicenetworkserviceassociation':
      return state.serviceAssociations.get(first);
    case 'servicenetworkvpcassociation':
      return state.vpcAssociations.get(first);
    case 'service': {
      const service = state.services.get(first);
      if (second === undefined) return service;
      const listener = service?.listeners.get(second);
      if (third === undefined) return listener;
      return listener?.defaultRule.id === third ? listener.defaultRule : listener?.rules.get(third);
    }
    default:
      return undefined;
  }
}

function retag(state: RegionState, arn: string, tags: Tags): RegionState {
  const { kind, ids } = parsePath(arn);
  const [first = '', second, third] = ids;
  switch (kind) {
    case 'servicenetwork':
      return { ...state, serviceNetworks: tagged(state.serviceNetworks, first, tags) };
    case 'targetgroup':
      return { ...state, targetGroups: tagged(state.targetGroups, first, tags) };
    case 'servicenetworkserviceassociation':
      return { ...state, serviceAssociations: tagged(state.serviceAssociations, first, tags) };
    case 'servicenetworkvpcassociation':
      return { ...state, vpcAssociations: tagged(state.vpcAssociations, first, tags) };
    case 'service': {
      if (second === undefined) return { ...state, services: tagged(state.services, first, tags) };
      const services = changed(state.services, first, (service) => ({
        ...service,
        listeners:
          third === undefined
            ? tagged(service.listeners, second, tags)
            : changed(service.listeners, second, (listener) => retagRule(listener, third, tags)),
      }));
      return { ...state, services };
    }
    default:
      return state;
  }
}

function retagRule(listener: Listener, id: string, tags: Tags): Listener {
  return listener.defaultRule.id === id
    ? { ...listener, defaultRule: { ...listener.defaultRule, tags } }
    : { ...listener, rules: tagged(listener.rules, id, tags) };
}

function tagged<T extends Resource>(table: Table<T>, id: string, tags: Tags): Table<T> {
  return changed(table, id, (resource) => ({ ...resource, tags }));
}

function changed<T>(table: Table<T>, id: string, change: (value: T) => T): Table<T> {
  const value = table.get(id);
  return value === undefined ? table : withEntry(table, id, change(value));
}

/** `service/svc-1/listener/listener-2/rule/rule-3` is of kind `service` with three ids. */
function parsePath(arn: string): { readonly kind: string; readonly ids: readonly string[] } {
  const parts = arn.split(':').slice(5).join(':').split('/');
  return { kind: parts[0] ?? '', ids: parts.filter((_, index) => index % 2 === 1) };
}
