import { facts } from '../model/facts.ts';
import { isIndexed } from '../model/indexes.ts';
import type { KnownEntry } from '../model/known.ts';
import type { Resource, ResourceKey } from '../model/resource.ts';
import { collectionFor, named, parentOf, standingOf } from './planning.ts';
import type { Planning } from './planning.ts';
import type { Reason } from './reads.ts';

/** Why nothing is made, or taken for left over, while not all has been listed that could be ours. */
export const unindexed = 'what is ours must be known first';

export interface Presence {
  readonly is: 'absent' | 'open' | 'denied';
  readonly because: string;
  /** When it may be known. */
  readonly until?: number;
}

/** Whether something that is not known can be taken for absent; asks for the read that would tell. */
export function presenceOf(planning: Planning, resource: Resource, memory: KnownEntry | undefined): Presence {
  const { now, settings, reads } = planning;
  const parent = parentOf(resource);
  const whenSettled = (key: ResourceKey): number => {
    const step = planning.steps.get(key);
    return step?.op === 'wait' ? step.until : now + settings.callDeadline;
  };
  if (parent !== undefined) {
    switch (standingOf(planning, parent)) {
      case 'there':
        break;
      case 'coming':
        return { is: 'absent', because: 'new' };
      case 'open':
        return {
          is: 'open',
          because: `what there is of ${parent} is not known yet`,
          until: whenSettled(parent),
        };
      case 'going':
        return { is: 'open', because: `${parent} is being deleted`, until: whenSettled(parent) };
      case 'denied':
        return { is: 'denied', because: `${parent} cannot be had` };
    }
  }
  if (facts[resource.type].singleton !== undefined) {
    const found = parent === undefined ? undefined : planning.matching.found.get(parent);
    const until = reads.resource(
      {
        key: resource.key,
        type: resource.type,
        ...(parent === undefined ? {} : { parent: found?.key ?? parent }),
      },
      wanting(resource),
    );
    return { is: 'open', because: 'not read yet', until };
  }
  return presenceByListing(planning, resource, memory);
}

/** The same by the listing in which it would be found. */
export function presenceByListing(
  planning: Planning,
  resource: Resource,
  memory: KnownEntry | undefined,
): Presence {
  const { known, now, settings, reads } = planning;
  const reason = wanting(resource);
  const where = collectionFor(planning, resource);
  if (where === undefined) return { is: 'absent', because: 'new' };
  const listing = known.collections.get(where.key);
  const enough = memory?.state === 'unknown' ? memory.at : Number.NEGATIVE_INFINITY;
  if (listing?.state === 'known' && facts[resource.type].index && !isIndexed(known)) {
    return { is: 'open', because: unindexed, until: now + settings.callDeadline };
  }
  if (listing?.state === 'known' && listing.at > enough) {
    if (now - listing.at > settings.auditAge) {
      reads.collection(where, { ...reason, because: 'last listed long ago', lane: 'audit' });
    }
    return { is: 'absent', because: memory?.state === 'gone' ? 'it is gone' : 'new' };
  }
  const until = reads.collection(where, reason);
  return { is: 'open', because: `${where.key}: not listed yet`, until };
}

function wanting(resource: Resource): Reason {
  const lane = facts[resource.type].urgent ? 'targets' : 'demand';
  return { for: resource.for, because: `${named(resource)} is wanted`, lane };
}
