import { invalid, notFound } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { notYours, parseIdentifier } from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import { placeFor, places } from './place.ts';
import type { Listener } from './listener-resources.ts';
import type { RegionState, Resource, Tags } from './state.ts';
import { changed } from './table.ts';

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

/** Everything of an account that has tags of its own, in order of creation. */
export function taggableResources(state: RegionState, account: string): readonly Resource[] {
  const found: Resource[] = [];
  for (const place of Object.values(places)) {
    for (const resource of place.all(state)) if (resource.account === account) found.push(resource);
  }
  for (const service of state.services.values()) {
    if (service.account !== account) continue;
    for (const listener of service.listeners.values()) found.push(listener, ...listener.rules.values());
  }
  return found.toSorted((a, b) => a.sequence - b.sequence);
}

function lookUp(state: RegionState, arn: string): Resource | undefined {
  const { word, ids } = parsePath(arn);
  const [first = '', second, third] = ids;
  if (second === undefined) return placeFor(word)?.find(state, first);
  const listener = word === 'service' ? state.services.get(first)?.listeners.get(second) : undefined;
  if (third === undefined) return listener;
  return listener?.defaultRule.id === third ? listener.defaultRule : listener?.rules.get(third);
}

function retag(state: RegionState, arn: string, tags: Tags): RegionState {
  const { word, ids } = parsePath(arn);
  const [first = '', second, third] = ids;
  if (second === undefined) return placeFor(word)?.retagged(state, first, tags) ?? state;
  const services = changed(state.services, first, (service) => ({
    ...service,
    listeners: changed(service.listeners, second, (listener) =>
      third === undefined ? { ...listener, tags } : retagRule(listener, third, tags),
    ),
  }));
  return { ...state, services };
}

function retagRule(listener: Listener, id: string, tags: Tags): Listener {
  return listener.defaultRule.id === id
    ? { ...listener, defaultRule: { ...listener.defaultRule, tags } }
    : { ...listener, rules: changed(listener.rules, id, (rule) => ({ ...rule, tags })) };
}

/** `service/svc-1/listener/listener-2/rule/rule-3` begins with the word `service` and has three ids. */
function parsePath(arn: string): { readonly word: string; readonly ids: readonly string[] } {
  const parts = arn.split(':').slice(5).join(':').split('/');
  return { word: parts[0] ?? '', ids: parts.filter((_, index) => index % 2 === 1) };
}
