import { facts } from '../model/facts.ts';
import type { KnownEntry, Lifecycle } from '../model/known.ts';
import { formerCluster, nameAnother, tagOf } from '../model/ownership.ts';
import type { Resource, ResourceKey } from '../model/resource.ts';
import { refsIn } from '../model/values.ts';
import { audit } from './audit.ts';
import { differences } from './differences.ts';
import { create, makesBeside, notReady, replace } from './making.ts';
import { refusalBy } from './patience.ts';
import { about, knownAs, lastingId, parentOf, standingOf } from './planning.ts';
import type { Planning, Standing } from './planning.ts';
import { presenceByListing, presenceOf } from './presence.ts';
import type { Step } from './step.ts';

type Decision = readonly [Standing, Exclude<Step, { op: 'read' }>];

/** Decides what to do about one wanted resource. Its parent has been decided before. */
export function decideWanted(planning: Planning, resource: Resource): void {
  const entry = planning.matching.found.get(resource.key);
  const parent = parentOf(resource);
  const above = parent === undefined ? undefined : planning.steps.get(parent);
  const [standing, step] =
    entry === undefined
      ? decideMissing(planning, resource)
      : above !== undefined && planning.standing.get(above.key) === 'coming'
        ? decideUprooted(planning, resource, { entry, above })
        : (keptAgain(planning, resource, entry) ?? decideFound(planning, resource, entry));
  planning.standing.set(resource.key, standing);
  planning.steps.set(resource.key, step);
}

function decideMissing(planning: Planning, resource: Resource): Decision {
  const { known, now, settings } = planning;
  const memory = known.entries.get(resource.key);
  const wait = (because: string, until = now): Step & { op: 'wait' } => ({
    op: 'wait',
    ...about(resource, because),
    until,
  });
  if (memory?.state === 'pending') {
    return ['coming', wait('its creation is in flight', now + settings.callDeadline)];
  }
  const again = repeatable(planning, memory?.creating ?? resource);
  if (memory?.state === 'unknown' && (memory.lost ?? 0) < 2 && again !== undefined) {
    const because = 'the answer to its creation was lost; the same call once more';
    if ((memory.retryAt ?? now) <= now) return ['coming', create(planning, again, because)];
    const refusal = refusalBy(memory.lastError);
    return refusal === undefined
      ? ['coming', wait(because, memory.retryAt)]
      : ['coming', { op: 'refuse', ...about(resource, refusal) }];
  }
  const presence = presenceOf(planning, resource, memory);
  switch (presence.is) {
    case 'absent':
      return ['coming', create(planning, again ?? resource, presence.because)];
    case 'open':
      return ['open', wait(presence.because, presence.until)];
    case 'denied':
      return ['denied', { op: 'refuse', ...about(resource, presence.because) }];
  }
}

/** What was to be made, unless it names something that is going: that call can succeed no more. */
function repeatable({ model }: Planning, creating: Resource): Resource | undefined {
  const isNamed = (key: ResourceKey): boolean => model.entries.has(key) || model.questions.has(key);
  return refsIn(creating.spec).every(isNamed) ? creating : undefined;
}

/** What it lives in is made anew: it goes with the old one, or before that where it must, and is made again. */
function decideUprooted(
  planning: Planning,
  resource: Resource,
  { entry, above }: { readonly entry: KnownEntry; readonly above: Exclude<Step, { op: 'read' }> },
): Decision {
  const isFirst =
    above.op === 'replace' &&
    above.how.kind === 'instead' &&
    facts[above.type].goneFirst.includes(resource.type);
  if (!isFirst || entry.id === undefined) {
    return ['coming', create(planning, resource, `${above.key} is made anew`)];
  }
  planning.steps.set(above.key, { ...above, after: [...above.after, resource.key] });
  if (entry.state !== 'known' || entry.fact?.lifecycle.phase === 'inProgress') {
    return decideFound(planning, resource, entry);
  }
  const because = `${above.key} is replaced, and this must be gone first`;
  return [
    'going',
    { op: 'delete', ...about(resource, because), ...knownAs(resource.key, entry), id: entry.id, after: [] },
  ];
}

/** What was as it should be when it was looked at last, and nothing that decides that is another since. */
function keptAgain(planning: Planning, resource: Resource, entry: KnownEntry): Decision | undefined {
  const step = planning.kept.get(resource.key);
  if (step?.by?.resource !== resource || step.by.entry !== entry) return undefined;
  for (const [key, id] of step.by.ids) {
    if (standingOf(planning, key) !== 'there' || planning.matching.idOf({ ref: key, output: 'id' }) !== id) {
      return undefined;
    }
  }
  audit(planning, entry);
  return ['there', step];
}

const lost = 'the answer to the last call is not certain';
const unread = 'it exists and has not been read';
const unownedYet = 'whose it is decides whether it may be changed';

function decideFound(planning: Planning, resource: Resource, entry: KnownEntry): Decision {
  const { now, settings, reads } = planning;
  const { whenForeign, blocksInTransition } = facts[resource.type];
  const wait = (because: string, until = now): Step & { op: 'wait' } => ({
    op: 'wait',
    ...about(resource, because, 'waiting'),
    ...knownAs(resource.key, entry),
    until,
  });
  const taking = mayTake(entry, resource);
  if (entry.owner === 'foreign' && whenForeign === 'refuse' && !taking) {
    const because = `${entry.name ?? entry.id ?? entry.key} exists and is not ours (Found existing resource not owned by controller: ${entry.arn ?? 'no ARN'})`;
    const owner = tagOf(entry.tags, 'ManagedBy') ?? '';
    return ['denied', { op: 'refuse', ...about(resource, because), ...knownAs(resource.key, entry), owner }];
  }
  const parent = parentOf(resource);
  if (parent !== undefined && planning.standing.get(parent) === 'denied') {
    const because = `${parent} cannot be had`;
    return ['denied', { op: 'refuse', ...about(resource, because), ...knownAs(resource.key, entry) }];
  }
  switch (entry.state) {
    case 'pending':
      return ['there', wait('a call is in flight', now + settings.callDeadline)];
    case 'unknown':
      return ['there', wait(lost, reads.resource(entry, about(resource, lost)))];
    case 'unseen':
    case 'gone':
      return ['there', wait('not read yet', reads.resource(entry, about(resource, unread)))];
    case 'known':
      break;
  }
  const { fact } = entry;
  if (fact === undefined || entry.tagsUnsure === true) {
    return ['there', wait('not read yet', reads.resource(entry, about(resource, unread)))];
  }
  const open = refsIn(resource.spec).find((key) => planning.standing.get(key) === 'open');
  if (open !== undefined) {
    // It refers to an id, and nobody knows yet whether that is the one.
    return ['there', wait(`what there is of ${open} is not known yet`, now + settings.callDeadline)];
  }
  const { lifecycle } = fact;
  if (lifecycle.phase === 'inProgress' && (blocksInTransition || lifecycle.of === 'create')) {
    const reason = { for: resource.for, because: saying(lifecycle), lane: 'waiting' } as const;
    const until = reads.poll(entry, reason);
    return [lifecycle.of === 'delete' ? 'going' : 'there', wait(saying(lifecycle), until)];
  }
  const { inPlace, fixed } = differences(resource, fact, lastingId(planning));
  if (entry.owner === 'unread' && resource.takesFrom !== undefined) {
    return ['there', wait('whose it is is not known', reads.resource(entry, about(resource, unownedYet)))];
  }
  if (taking && fixed.length === 0 && entry.arn !== undefined) {
    const step = { ...about(resource, 'its owner lets it go'), ...knownAs(resource.key, entry) };
    return ['there', { op: 'adopt', ...step, resource, arn: entry.arn, untag: [] }];
  }
  const hasFailed = lifecycle.phase === 'failed' && lifecycle.of === 'create';
  const isRight = !hasFailed && inPlace.length === 0 && fixed.length === 0;
  if (!isRight && entry.owner === 'unread') {
    return ['there', wait('whose it is is not known', reads.resource(entry, about(resource, unownedYet)))];
  }
  if (!isRight && entry.owner === 'foreign') {
    const what = hasFailed ? saying(lifecycle) : `differs in ${[...fixed, ...inPlace].join(', ')}`;
    const because = `${entry.id ?? entry.key} is not ours and ${what}`;
    const owner = tagOf(entry.tags, 'ManagedBy') ?? '';
    return ['denied', { op: 'refuse', ...about(resource, because), ...knownAs(resource.key, entry), owner }];
  }
  return hasFailed
    ? ['coming', replace(planning, resource, entry, [], saying(lifecycle))]
    : settle(planning, resource, entry, { inPlace, fixed });
}

/** It is there, at rest, and ours where it is not as it should be: keep, change or replace it. */
function settle(
  planning: Planning,
  resource: Resource,
  entry: KnownEntry,
  { inPlace, fixed }: ReturnType<typeof differences>,
): Decision {
  const { fact } = entry;
  if (fixed.length > 0) {
    const listed = makesBeside(resource, fixed)
      ? presenceByListing(planning, resource, undefined)
      : undefined;
    if (listed?.is === 'open') {
      // Another one like it may be there already.
      return [
        'there',
        {
          op: 'wait',
          ...about(resource, listed.because),
          ...knownAs(resource.key, entry),
          until: listed.until ?? planning.now,
        },
      ];
    }
    return [
      'coming',
      replace(planning, resource, entry, fixed, `${fixed.join(', ')} cannot change in place`),
    ];
  }
  if (inPlace.length === 0 || fact === undefined) {
    audit(planning, entry);
    const outdated = outdatedTags(entry, resource);
    if (entry.arn !== undefined && outdated !== undefined) {
      const step = { ...about(resource, outdated), ...knownAs(resource.key, entry) };
      return ['there', { op: 'adopt', ...step, resource, arn: entry.arn, untag: [] }];
    }
    const ids = refsIn(resource.spec).map(
      (key) => [key, planning.matching.idOf({ ref: key, output: 'id' })] as const,
    );
    const by = { resource, entry, ids };
    return [
      'there',
      { op: 'keep', ...about(resource, 'as it should be'), ...knownAs(resource.key, entry), by },
    ];
  }
  return [
    'there',
    {
      op: 'update',
      ...about(resource, `${inPlace.join(', ')} ${inPlace.length === 1 ? 'differs' : 'differ'}`),
      resource,
      known: entry.key,
      from: fact,
      changes: inPlace,
      after: notReady(planning, resource),
      behind: [],
    },
  ];
}

function saying(lifecycle: Lifecycle): string {
  switch (lifecycle.phase) {
    case 'active':
      return 'active';
    case 'inProgress':
      return { create: 'being created', update: 'being updated', delete: 'being deleted' }[lifecycle.of];
    case 'failed':
      return `its ${{ create: 'creation', update: 'update', delete: 'deletion' }[lifecycle.of]} failed: ${lifecycle.code} ${lifecycle.message}`;
  }
}

/** Somebody else's, or nobody's, and the wish says that it may become ours. */
function mayTake({ owner, tags }: KnownEntry, { takesFrom = [] }: Resource): boolean {
  return owner === 'foreign' && takesFrom.includes(tagOf(tags, 'ManagedBy') ?? '');
}

/**
 * Why its tags are to say something else. It outlives the object by whose word it may go: unless they say whose it is now,
 * nobody's word would do. And it may be of a cluster of our name that was here before us.
 */
function outdatedTags({ type, tags, owner }: KnownEntry, resource: Resource): string | undefined {
  if (facts[type].ownership !== 'own' || owner !== 'ours') return undefined;
  if (nameAnother(resource.tags, tags)) return 'its tags name another object';
  const former = formerCluster(tags, resource.tags);
  return former === undefined ? undefined : `it was made for another cluster of this name, ${former}`;
}
