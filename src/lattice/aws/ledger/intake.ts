import type { Clock } from '../../../ports/clock.ts';
import { facts } from '../../model/facts.ts';
import type { Fact, KnownEntry, Lifecycle, RemoteError } from '../../model/known.ts';
import { objectsNamedBy, tagOf } from '../../model/ownership.ts';
import type { ResourceKey, ResourceType, Tags } from '../../model/resource.ts';
import type { Patience } from '../patience.ts';
import type { Found } from '../resources/driver.ts';
import { drivers } from '../resources/drivers.ts';
import type { Transitions } from '../transitions.ts';
import type { ClientTokens } from './client-tokens.ts';
import type { Memory } from './memory.ts';

/** What a fact comes with besides itself. */
export interface Origin extends Partial<Pick<KnownEntry, 'tags' | 'for' | 'isWrittenFor' | 'owner'>> {
  readonly parent: ResourceKey | undefined;
  /** When the read that shows it began; our own answers are as of their arrival. */
  readonly askedAt?: number;
}

export interface IntakeOptions {
  readonly memory: Memory;
  readonly patience: Patience;
  readonly tokens: ClientTokens;
  readonly transitions: Transitions;
  readonly clock: Clock;
  readonly managedBy: string;
}

/** Makes an entry of what a call showed: whose it is, for whom, under which key, and when to look again. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  place(key: ResourceKey, type: ResourceType, found: Found, from: Origin): void {
    const { memory, transitions, clock } = this.#options;
    const before = memory.entry(key);
    const { parent } = from;
    const tags = found.tags ?? from.tags ?? {};
    const fact = found.fact ?? refreshed(before?.fact, found);
    const now = clock.now();
    const { askedAt = now } = from;
    const pollAt = transitions.next(key, type, fact?.lifecycle ?? found.lifecycle, { now, askedAt });
    const name = found.name ?? before?.name;
    const refusal = fact === undefined ? {} : this.#refusalAfter(key, before, fact.lifecycle);
    const wasSeen = before?.fact !== undefined && before.state === 'known';
    const isUnseen = found.isPartial === true || (found.fact === undefined && !wasSeen);
    this.put({
      key,
      type,
      state: isUnseen ? 'unseen' : 'known',
      id: found.id,
      arn: found.arn,
      ...(name === undefined ? {} : { name }),
      ...(fact === undefined ? {} : { fact }),
      tags,
      owner: this.#ownerOf(type, tags, { given: found.tags !== undefined, parent, before: from.owner }),
      for: this.#objectsOf(tags, parent, from.for),
      ...((from.isWrittenFor ?? before?.isWrittenFor) === true ? { isWrittenFor: true } : {}),
      ...(found.tags === undefined && before?.tagsUnsure === true ? { tagsUnsure: true } : {}),
      ...(before?.formerCluster === undefined ? {} : { formerCluster: before.formerCluster }),
      ...(parent === undefined ? {} : { parent }),
      at: found.fact === undefined ? (before?.at ?? now) : now,
      ...(before?.reading === true ? { reading: true } : {}),
      ...(pollAt === undefined ? {} : { pollAt }),
      ...(pollAt !== undefined && before?.tried === true ? { tried: true } : {}),
      ...refusal,
    });
  }

  /** What lives in a thing, and has no owner of its own, gets the thing's. */
  put(entry: KnownEntry): void {
    const { memory } = this.#options;
    const before = memory.entry(entry.key);
    memory.set(entry);
    if (before === undefined || before.owner === entry.owner) return;
    for (const child of memory.entries()) {
      const isOfParent = child.parent === entry.key && facts[child.type].ownership === 'parent';
      if (isOfParent && child.owner !== entry.owner) this.put({ ...child, owner: entry.owner });
    }
  }

  /** For something that is not known yet. A lost creation that shows itself gets its own key; a twin gets one with its id. */
  keyFor(type: ResourceType, found: Found, parent: ResourceKey | undefined): ResourceKey {
    const ours = facts[type].ownership !== 'own' || this.#isOurs(found.tags ?? {});
    const wish = ours ? drivers[type].keyFor(found, parent) : undefined;
    if (wish === undefined) return `${type}/${found.id}`;
    const there = this.#options.memory.entry(wish);
    // What is being made elsewhere is not this one.
    const isElsewhere = there?.parent !== undefined && parent !== undefined && there.parent !== parent;
    return there?.id === undefined && !isElsewhere ? wish : `${wish}@${found.id}`;
  }

  /** A change whose answer was lost, or that somebody else made, may have turned it into what another key says. */
  callByWhatItIs(key: ResourceKey, type: ResourceType, found: Found): void {
    const { memory } = this.#options;
    if (facts[type].keyed.length === 0) return;
    const wish = drivers[type].keyFor(found, memory.entry(key)?.parent);
    if (wish === undefined || wish === key) return;
    const other = memory.entry(wish);
    const isFree = other?.id === undefined && other?.state !== 'pending';
    memory.rename(key, isFree ? wish : `${wish}@${found.id}`);
  }

  /** A refusal is remembered over reads. A creation that failed for good counts as one, so that the next is not at once. */
  #refusalAfter(
    key: ResourceKey,
    before: KnownEntry | undefined,
    lifecycle: Lifecycle,
  ): Pick<KnownEntry, 'lastError' | 'retryAt' | 'attempted'> {
    const { patience, tokens } = this.#options;
    const hasFailed = lifecycle.phase === 'failed' && lifecycle.of === 'create';
    if (lifecycle.phase === 'active') patience.succeeded(`creation of ${key}`);
    if (hasFailed && before?.fact?.lifecycle.phase !== 'failed') {
      const { code, message } = lifecycle;
      const lastError: RemoteError = { cause: 'serverFault', code, message, operation: 'creation' };
      const retryAt = patience.failed(`creation of ${key}`, lastError);
      return { lastError, retryAt, attempted: tokens.attemptFor(key) ?? '' };
    }
    const { lastError, retryAt, attempted } = before ?? {};
    if (attempted === undefined || attempted === 'read' || before?.state === 'pending') return {};
    return {
      attempted,
      ...(lastError === undefined ? {} : { lastError }),
      ...(retryAt === undefined ? {} : { retryAt }),
    };
  }

  #ownerOf(
    type: ResourceType,
    tags: Tags,
    {
      given,
      parent,
      before,
    }: { given: boolean; parent: ResourceKey | undefined; before: KnownEntry['owner'] | undefined },
  ): KnownEntry['owner'] {
    const tagged = this.#isOurs(tags) ? 'ours' : 'foreign';
    switch (facts[type].ownership) {
      case 'own':
        return given ? tagged : (before ?? tagged);
      case 'ownLate':
        return given ? tagged : (before ?? 'unread');
      case 'asker':
        return 'ours';
      case 'parent':
        return this.#parent(parent)?.owner ?? before ?? 'foreign';
    }
  }

  #isOurs(tags: Tags): boolean {
    return tagOf(tags, 'ManagedBy') === this.#options.managedBy;
  }

  #objectsOf(
    tags: Tags,
    parent: ResourceKey | undefined,
    remembered: KnownEntry['for'] = [],
  ): KnownEntry['for'] {
    if (remembered.length > 0) return remembered;
    const named = objectsNamedBy(tags);
    return named.length > 0 ? named : (this.#parent(parent)?.for ?? []);
  }

  #parent(key: ResourceKey | undefined): KnownEntry | undefined {
    return key === undefined ? undefined : this.#options.memory.entry(key);
  }
}

function refreshed(fact: Fact | undefined, { lifecycle, usedBy }: Found): Fact | undefined {
  if (fact === undefined) return undefined;
  return {
    ...fact,
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(usedBy === undefined ? {} : { usedBy }),
  };
}
