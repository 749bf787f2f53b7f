import { keyOf } from '../model/keys.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { Draft } from './draft.ts';
import type { ServiceUnit } from './mapping.ts';
import { routeWord } from './target-groups.ts';

export type KeyInUse = { readonly key: ResourceKey } | { readonly because: string };

/**
 * Under which key a shared service is known. It is named after the oldest of its routes and outlives it: whoever comes to
 * be the oldest, the service that has the hostname already stays, with its name and its DNS name. Undetermined while
 * nobody knows whose a service with the hostname is.
 */
export function keyInUse(draft: Draft, unit: ServiceUnit): KeyInUse {
  const { form, key, hostname, members } = unit;
  if (form !== 'perRoute' || hostname === undefined) return { key };
  const own = members.map(({ route }) => keyOf.service(routeWord(route)));
  const candidates = draft.servicesAt.get(hostname.toLowerCase()) ?? [];
  const known = new Map(candidates.map((entry) => [entry.key, entry]));
  for (const one of own) if (known.get(one)?.owner === 'ours') return { key: one };
  // Those of other live routes are in other networks, or theirs to lose.
  const abandoned = candidates.filter((entry) => !draft.claimedServices.has(entry.key));
  const ours = abandoned.find(({ owner }) => owner === 'ours');
  if (ours !== undefined) return { key: ours.key };
  return abandoned.some(({ owner }) => owner === 'unread')
    ? { because: `whose the service with hostname ${hostname} is, is being looked up` }
    : { key };
}
