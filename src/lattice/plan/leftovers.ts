import { facts, typesInOrder } from '../model/facts.ts';
import { singletonKey } from '../model/keys.ts';
import type { KnownEntry } from '../model/known.ts';
import { tagOf } from '../model/ownership.ts';
import type { ResourceKey } from '../model/resource.ts';
import { canonical } from '../model/values.ts';
import { brakes, claimOn, isExpected } from './accountability.ts';
import { isEmpty } from './behind.ts';
import { about, lastingId, named } from './planning.ts';
import type { Planning } from './planning.ts';
import { audit } from './wanted.ts';

/**
 * What becomes of a known thing that nothing wants. `cascade`: it goes with its parent and needs no call; `go`: its own
 * step deletes it, or waits until it can; `stay`: anything else.
 */
type Fate = 'stay' | 'go' | 'cascade';

/** Decides about everything known that the model does not want: parents first, so that children can go with them. */
export function decideLeftovers(planning: Planning): void {
  const { known, matching, reused } = planning;
  const leftovers = typesInOrder.flatMap((type) =>
    [...known.entries.values()].filter(
      (entry) =>
        entry.type === type &&
        entry.state !== 'gone' &&
        !matching.wantedAs.has(entry.key) &&
        !reused.has(entry.key) &&
        !planning.steps.has(entry.key),
    ),
  );
  const fates = new Map<ResourceKey, Fate>();
  const braking = brakes(planning, leftovers);
  for (const entry of leftovers) fates.set(entry.key, decide(planning, entry, fates, braking));
  // What it waits for is settled only now that every fate is known.
  for (const entry of leftovers) if (fates.get(entry.key) === 'go') sequence(planning, entry, fates);
}

function decide(
  planning: Planning,
  entry: KnownEntry,
  fates: ReadonlyMap<ResourceKey, Fate>,
  braking: boolean,
): Fate {
  const { known, now, settings, steps, reads } = planning;
  const { deletable, singleton, goneFirst } = facts[entry.type];
  const because = 'no longer wanted';
  const wait = (reason: string, until: number): void =>
    void steps.set(entry.key, { op: 'wait', ...about(entry, reason, 'waiting'), until });

  const parent = entry.parent === undefined ? undefined : known.entries.get(entry.parent);
  const parentFate =
    parent === undefined ? undefined : (fates.get(parent.key) ?? replacedFate(planning, parent));
  const withParent = parentFate === 'go' || parentFate === 'cascade';
  // What keeps its parent keeps it too, and is said once.
  if (parent !== undefined && fates.get(parent.key) === 'stay') return 'stay';
  if (parent !== undefined && withParent && !facts[parent.type].goneFirst.includes(entry.type))
    return 'cascade';
  if (singleton !== undefined && !withParent) return 'stay';
  if (!deletable) return 'stay';

  if (!withParent) {
    const claim = claimOn(planning, entry);
    switch (claim.may) {
      case 'foreign':
        return 'stay';
      case 'stay':
        steps.set(entry.key, { op: 'hold', ...about(entry, claim.because) });
        audit(planning, entry);
        return 'stay';
      case 'unread':
        reads.resource(entry, {
          for: entry.for,
          because: 'whose it is decides whether it may go',
          lane: 'demand',
        });
        return 'stay';
      case 'orphan':
        steps.set(entry.key, { op: 'orphan', ...about(entry, claim.because) });
        audit(planning, entry);
        return 'stay';
      case 'go':
        break;
    }
    if (braking && !isExpected(planning, entry)) {
      steps.set(entry.key, {
        op: 'hold',
        ...about(entry, 'it would be one of many services deleted at once; confirm that this is meant'),
      });
      return 'stay';
    }
  }
  if (entry.owner === 'foreign') return 'stay';
  if (entry.state === 'pending') {
    wait('a call is in flight', now + settings.callDeadline);
    return 'go';
  }
  if (entry.id === undefined) {
    lostCreation(planning, entry);
    return 'go';
  }
  if (entry.state !== 'known' || entry.fact === undefined) {
    const reason = {
      for: entry.for,
      because: 'no longer wanted, and not known well enough',
      lane: 'demand',
    } as const;
    wait('not read yet', reads.resource(entry, reason));
    return 'go';
  }
  const { lifecycle } = entry.fact;
  if (lifecycle.phase === 'inProgress') {
    const reason = lifecycle.of === 'delete' ? 'being deleted' : 'still changing, then to be deleted';
    wait(reason, reads.poll(entry, { for: entry.for, because: reason, lane: 'waiting' }));
    return 'go';
  }
  if (isEmpty(entry.fact)) return 'cascade';
  const user = foreignUser(planning, entry);
  if ((isShared(entry) || user !== undefined) && now - entry.at > settings.freshFor) {
    const reason = { for: entry.for, because: 'others may use it', lane: 'demand' } as const;
    wait('whether others use it is not known', reads.resource(entry, reason));
    return 'go';
  }
  if (user !== undefined) {
    steps.set(entry.key, {
      op: 'hold',
      ...about(entry, `still used by ${user}, which is not ours`),
    });
    return 'stay';
  }
  if (withParent && entry.owner === 'unread') {
    const reason = {
      for: entry.for,
      because: 'whose it is decides whether it may go',
      lane: 'demand',
    } as const;
    wait('whose it is is not known', reads.resource(entry, reason));
    return 'go';
  }
  const guest = planning.index
    .childrenOf(entry.key)
    .find(({ type, owner }) => goneFirst.includes(type) && owner === 'foreign');
  if (guest !== undefined) {
    steps.set(entry.key, {
      op: 'hold',
      ...about(entry, `${named(guest)} is not ours and must be gone first`),
    });
    audit(planning, entry);
    return 'stay';
  }
  const open = goneFirst.flatMap((type) => whenListed(planning, entry, type) ?? []);
  if (open.length > 0) {
    wait('what hangs off it is not known yet', Math.max(...open));
    return 'go';
  }
  steps.set(entry.key, { op: 'delete', ...about(entry, because), id: entry.id, after: [] });
  return 'go';
}

/** A wanted thing that is replaced in its place takes its children along. */
function replacedFate({ matching, steps }: Planning, parent: KnownEntry): Fate {
  const step = steps.get(matching.wantedAs.get(parent.key) ?? parent.key);
  return step?.op === 'replace' && step.how.kind === 'instead' ? 'go' : 'stay';
}

/** A creation whose answer was lost, and nobody wants it any more: listed once after a while, it is there or never was. */
function lostCreation({ known, now, settings, reads, steps }: Planning, entry: KnownEntry): void {
  const { listedIn } = facts[entry.type];
  const scope = listedIn?.by === undefined ? '' : (entry.parent ?? '');
  const key = listedIn?.collection(scope);
  const due = entry.at + settings.settleTime;
  const listing = key === undefined ? undefined : known.collections.get(key);
  if (listing?.state === 'known' && listing.at >= due) return;
  const because = 'the answer to its creation was lost, and it is no longer wanted';
  if (now >= due && key !== undefined) {
    const parent = entry.parent === undefined ? {} : { parent: entry.parent };
    reads.collection({ key, type: entry.type, ...parent }, { for: entry.for, because, lane: 'waiting' });
  }
  steps.set(entry.key, { op: 'wait', ...about(entry, because, 'waiting'), until: Math.max(due, now) });
}

/** Nothing when all children of a type are known; else it asks, and says when they may be. */
function whenListed(
  { known, reads }: Planning,
  entry: KnownEntry,
  type: KnownEntry['type'],
): number | undefined {
  const reason = {
    for: entry.for,
    because: `${named(entry)} cannot go before them`,
    lane: 'demand',
  } as const;
  const { singleton, listedIn } = facts[type];
  if (singleton !== undefined) {
    const key = singletonKey(type, entry.key);
    const child = known.entries.get(key);
    return child?.id === undefined ? reads.resource({ key, type, parent: entry.key }, reason) : undefined;
  }
  const key = listedIn?.collection(entry.key);
  if (key === undefined || known.collections.get(key)?.state === 'known') return undefined;
  return reads.collection({ key, type, parent: entry.key }, reason);
}

function isShared({ tags }: KnownEntry): boolean {
  return tagOf(tags, 'SourceTypeKey') === 'ServiceExport';
}

function foreignUser({ index }: Planning, { fact }: KnownEntry): string | undefined {
  return fact?.usedBy?.find((arn) => index.byArn(arn)?.owner !== 'ours');
}

/** Gives a deletion what must happen first, or holds it where something that stays still refers to it. */
function sequence(planning: Planning, entry: KnownEntry, fates: ReadonlyMap<ResourceKey, Fate>): void {
  const { known, index, steps } = planning;
  const step = steps.get(entry.key);
  if (step?.op !== 'delete') return;
  const { goneFirst } = facts[entry.type];
  const after: ResourceKey[] = index
    .childrenOf(entry.key)
    .filter(
      ({ key, type, state }) => goneFirst.includes(type) && state !== 'gone' && fates.get(key) !== 'cascade',
    )
    .map(({ key }) => key);
  for (const user of index.usersOf(step.id)) {
    const isContents = facts[user.type].singleton !== undefined;
    if (user.parent === entry.key || isContents || isRelated(known.entries, user, entry)) continue;
    const release = releaseOf(planning, user, step.id, fates);
    if (release === undefined) {
      steps.set(entry.key, { op: 'hold', ...about(entry, `still used by ${named(user)}`) });
      return;
    }
    after.push(release);
  }
  // The rules of what is going are not read any more; as long as it is there, they count.
  for (const arn of entry.fact?.usedBy ?? []) {
    const user = index.byArn(arn);
    if (user !== undefined && fates.get(user.key) === 'go') after.push(user.key);
  }
  steps.set(entry.key, { ...step, after: [...new Set(after)] });
}

/** Whether one lives in the other: that a child names its parents is no use of them. */
function isRelated(
  entries: ReadonlyMap<ResourceKey, KnownEntry>,
  one: KnownEntry,
  other: KnownEntry,
): boolean {
  return isBelow(entries, one, other.key) || isBelow(entries, other, one.key);
}

function isBelow(
  entries: ReadonlyMap<ResourceKey, KnownEntry>,
  entry: KnownEntry,
  above: ResourceKey,
): boolean {
  for (let at = entry.parent; at !== undefined; at = entries.get(at)?.parent) if (at === above) return true;
  return false;
}

/** The key whose step ends the use: a deletion, of it or of what it lives in, or an update to something else. */
function releaseOf(
  planning: Planning,
  user: KnownEntry,
  id: string,
  fates: ReadonlyMap<ResourceKey, Fate>,
): ResourceKey | undefined {
  const { known, steps, matching, reused } = planning;
  for (let at: KnownEntry | undefined = user; at !== undefined;) {
    const fate = fates.get(at.key) ?? replacedFate(planning, at);
    if (fate === 'go') return matching.wantedAs.get(at.key) ?? at.key;
    if (fate !== 'cascade') break;
    at = at.parent === undefined ? undefined : known.entries.get(at.parent);
  }
  const wanted = matching.wantedAs.get(user.key) ?? reused.get(user.key);
  const step = wanted === undefined ? undefined : steps.get(wanted);
  if (step?.op === 'replace' || step?.op === 'wait') return step.key;
  if (step?.op !== 'update') return undefined;
  return canonical(step.resource.spec, lastingId(planning)).includes(JSON.stringify(id))
    ? undefined
    : step.key;
}
