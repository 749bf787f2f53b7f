import { facts, typesInOrder } from '../model/facts.ts';
import { singletonKey } from '../model/keys.ts';
import type { KnownEntry } from '../model/known.ts';
import { tagOf } from '../model/ownership.ts';
import type { ResourceKey } from '../model/resource.ts';
import { brakes, claimOn, isExpected } from './accountability.ts';
import { audit } from './audit.ts';
import { isEmpty } from './behind.ts';
import { isGoing, sequence } from './going.ts';
import type { Fate, Fates } from './going.ts';
import { about, named } from './planning.ts';
import type { Planning } from './planning.ts';
import { refusalBy } from './patience.ts';
import type { Reason } from './reads.ts';
import type { HeldBy } from './step.ts';

/** Decides about everything known that the model does not want: parents first, so that children can go with them. */
export function decideLeftovers(planning: Planning): void {
  const { known, matching, reused } = planning;
  const left = [...known.entries.values()].filter(
    ({ key, state }) =>
      state !== 'gone' && !matching.wantedAs.has(key) && !reused.has(key) && !planning.steps.has(key),
  );
  const leftovers = typesInOrder.flatMap((type) => left.filter((entry) => entry.type === type));
  const fates = new Map<ResourceKey, Fate>();
  const braking = brakes(planning, leftovers);
  for (const entry of leftovers) fates.set(entry.key, decide(planning, entry, { fates, braking }));
  // What it waits for is settled only now that every fate is known.
  for (const entry of leftovers) if (fates.get(entry.key) === 'go') sequence(planning, entry, fates);
}

interface Going {
  readonly fates: Fates;
  readonly braking: boolean;
}

function decide(planning: Planning, entry: KnownEntry, { fates, braking }: Going): Fate {
  const { deletable, singleton } = facts[entry.type];
  const parent = entry.parent === undefined ? undefined : planning.known.entries.get(entry.parent);
  // What keeps its parent keeps it too, and is said once.
  if (parent !== undefined && fates.get(parent.key) === 'stay') return 'stay';
  const withParent = parent !== undefined && isGoing(planning, parent, fates);
  if (withParent && !facts[parent.type].goneFirst.includes(entry.type)) return 'cascade';
  if (!deletable || (singleton !== undefined && !withParent)) return 'stay';
  const mayGo = withParent ? entry.owner !== 'foreign' : isReleased(planning, entry, braking);
  return mayGo ? remove(planning, entry, withParent) : 'stay';
}

/** Whether it may go by itself; says so where something holds it. */
function isReleased(planning: Planning, entry: KnownEntry, braking: boolean): boolean {
  const claim = claimOn(planning, entry);
  switch (claim.may) {
    case 'foreign':
      return false;
    case 'unread':
      planning.reads.resource(entry, whose(entry));
      return false;
    case 'stay':
      hold(planning, { ...entry, for: claim.for }, 'question', claim.because);
      return false;
    case 'orphan':
      planning.steps.set(entry.key, { op: 'orphan', ...about(entry, claim.because) });
      audit(planning, entry);
      return false;
    case 'go':
      break;
  }
  if (!braking || isExpected(planning, entry)) return true;
  hold(
    planning,
    entry,
    'brake',
    'it would be one of many services deleted at once; start the controller with --confirm-mass-deletion if that is meant',
  );
  return false;
}

function hold(planning: Planning, entry: KnownEntry, by: HeldBy, because: string): void {
  planning.steps.set(entry.key, { op: 'hold', by, ...about(entry, because) });
  audit(planning, entry);
}

/** The step that deletes it, once it is known well enough that this harms nobody. */
function remove(planning: Planning, entry: KnownEntry, withParent: boolean): Fate {
  const { now, settings, steps, reads } = planning;
  const wait = (reason: string, until: number): 'go' => {
    steps.set(entry.key, { op: 'wait', ...about(entry, reason, 'waiting'), until });
    return 'go';
  };
  const demand = (because: string): number =>
    reads.resource(entry, { for: entry.for, because, lane: 'demand' });

  if (entry.state === 'pending') return wait('a call is in flight', now + settings.callDeadline);
  if (entry.id === undefined) {
    lostCreation(planning, entry);
    return 'go';
  }
  if (entry.state !== 'known' || entry.fact === undefined) {
    const until = demand('no longer wanted, and not known well enough');
    // Looking at it again takes no refusal back.
    const because = entry.attempted === 'delete' ? refusalBy(entry.lastError) : undefined;
    if (because === undefined) return wait('not read yet', until);
    steps.set(entry.key, { op: 'refuse', ...about(entry, because) });
    return 'go';
  }
  const { lifecycle } = entry.fact;
  if (lifecycle.phase === 'inProgress') {
    const reason = lifecycle.of === 'delete' ? 'being deleted' : 'still changing, then to be deleted';
    return wait(reason, reads.poll(entry, { for: entry.for, because: reason, lane: 'waiting' }));
  }
  if (isEmpty(entry.fact)) return 'cascade';
  const user = foreignUser(planning, entry);
  if ((isShared(entry) || user !== undefined) && now - entry.at > settings.freshFor) {
    return wait('whether others use it is not known', demand('others may use it'));
  }
  if (user !== undefined) {
    steps.set(entry.key, {
      op: 'hold',
      by: 'use',
      ...about(entry, `still used by ${user}, which is not ours`),
    });
    return 'stay';
  }
  if (withParent && entry.owner === 'unread') {
    return wait('whose it is is not known', reads.resource(entry, whose(entry)));
  }
  const guest = foreignGuest(planning, entry);
  if (guest !== undefined) {
    hold(planning, entry, 'use', `${named(guest)} is not ours and must be gone first`);
    return 'stay';
  }
  const open = facts[entry.type].goneFirst.flatMap((type) => whenListed(planning, entry, type) ?? []);
  if (open.length > 0) return wait('what hangs off it is not known yet', Math.max(...open));
  steps.set(entry.key, { op: 'delete', ...about(entry, 'no longer wanted'), id: entry.id, after: [] });
  return 'go';
}

function whose(entry: KnownEntry): Reason {
  return { for: entry.for, because: 'whose it is decides whether it may go', lane: 'demand' };
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

/** Somebody else's, in something of ours that cannot go before it. */
function foreignGuest({ index }: Planning, { key, type }: KnownEntry): KnownEntry | undefined {
  const { goneFirst } = facts[type];
  return index.childrenOf(key).find((child) => goneFirst.includes(child.type) && child.owner === 'foreign');
}
