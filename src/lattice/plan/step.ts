import type { ObjectRef } from '../../kinds/object.ts';
import type { CollectionKey, Fact, KnownEntry } from '../model/known.ts';
import type { Question } from '../model/model.ts';
import type { Resource, ResourceKey, ResourceType } from '../model/resource.ts';

/**
 * One thing to do about one key, or the reason to do nothing. A plan is a list of these and accounts for every entry
 * of the model and every known resource of ours. Reads are steps like writes.
 */
export type Step = Read | Keep | Create | Update | Replace | Delete | Adopt | Wait | Hold | Orphan | Refuse;

/**
 * Which share of the call budget pays: targets before what somebody waits for, before looks at what is under way, before
 * reading what was told to be as it should (after a start), before audit.
 */
export type Lane = (typeof lanes)[number];

/** The most urgent first. */
export const lanes = ['targets', 'demand', 'waiting', 'verification', 'audit'] as const;

interface StepOf<Op extends string> {
  readonly op: Op;
  readonly key: ResourceKey;
  readonly type: ResourceType;
  /** The key under which it is known, where that differs: the ledger knows it by `key` from then on. */
  readonly known?: ResourceKey;
  readonly for: readonly ObjectRef[];
  /** For people: one clause that says why. */
  readonly because: string;
  readonly lane: Lane;
}

/** Ask Lattice: for one resource, for a listing, or for the answer to a question. */
export interface Read {
  readonly op: 'read';
  readonly what:
    | {
        readonly kind: 'resource';
        readonly key: ResourceKey;
        readonly type: ResourceType;
        /** Of an only child that was never seen: the entry it lives in. */
        readonly parent?: ResourceKey;
      }
    | {
        readonly kind: 'collection';
        readonly key: CollectionKey;
        readonly type: ResourceType;
        /** The entry whose children are listed. */
        readonly parent?: ResourceKey;
        /** Where the listing is not of a parent's children: the id or VPC it is for. */
        readonly scope?: string;
      }
    | { readonly kind: 'question'; readonly key: ResourceKey; readonly question: Question };
  readonly for: readonly ObjectRef[];
  readonly because: string;
  readonly lane: Lane;
}

/** As it should be. Carries its object's good news. */
export interface Keep extends StepOf<'keep'> {
  /** Absent where no plan has decided it. */
  readonly by?: KeptBy;
}

/** All that it was decided by: while nothing of that is another, it is as it should be. */
export interface KeptBy {
  readonly resource: Resource;
  readonly entry: KnownEntry;
  /** What its references stood for. */
  readonly ids: readonly (readonly [ResourceKey, string | undefined])[];
}

export interface Create extends StepOf<'create'> {
  readonly resource: Resource;
  /** Keys that must be active, or gone, first. Empty means ready now. */
  readonly after: readonly ResourceKey[];
  /** Keys that are tried first, for the sake of traffic; their failure does not hold this up. */
  readonly behind: readonly ResourceKey[];
  /** What each of several objects has behind this. It is held up only when each of them lacks something. */
  readonly wholes?: readonly (readonly ResourceKey[])[];
  readonly tries?: Tries;
}

export interface Update extends StepOf<'update'> {
  readonly resource: Resource;
  /** The key under which it is known; differs from `key` when a leftover rule is reused for another match. */
  readonly known: ResourceKey;
  readonly from: Fact;
  /** Members that change, such as `action` or `priority`. */
  readonly changes: readonly string[];
  readonly after: readonly ResourceKey[];
  /** Keys that are tried first, for the sake of traffic; their failure does not hold this up. */
  readonly behind: readonly ResourceKey[];
  /** Updates with the same word here are one call, so that priorities can be exchanged. */
  readonly together?: string;
  readonly tries?: Tries;
}

/** A member that cannot change in place differs, or its creation failed for good. */
export interface Replace extends StepOf<'replace'> {
  readonly resource: Resource;
  /** `beside`: the new one is made first, and the old one is deleted under `aside` once nothing refers to it. */
  readonly how: { readonly kind: 'beside'; readonly aside: ResourceKey } | { readonly kind: 'instead' };
  readonly changes: readonly string[];
  readonly after: readonly ResourceKey[];
}

export interface Delete extends StepOf<'delete'> {
  readonly id: string;
  /** Keys of steps that must have made it unreferenced, or of what must be gone, first. */
  readonly after: readonly ResourceKey[];
  /** Keys that are tried first, for the sake of traffic; their failure does not hold this up. */
  readonly behind?: readonly ResourceKey[];
  readonly tries?: Tries;
}

/**
 * Keys of what may still be in transition: that the call works shows that it is not, and a refusal shows nothing else.
 * Such a call takes the place of a look.
 */
export type Tries = readonly ResourceKey[];

/** It is to carry other tags: ours, where nobody owns it or its owner lets it go; or those that people asked for. */
export interface Adopt extends StepOf<'adopt'> {
  readonly resource: Resource;
  readonly arn: string;
  /** Keys of tags of ours that it is not to carry any more. */
  readonly untag: readonly string[];
}

/** On its way by itself; look again at `until`. */
export interface Wait extends StepOf<'wait'> {
  readonly until: number;
}

/** What changes something in Lattice. */
export type Change = Create | Update | Replace | Delete | Adopt;

/** What would be done, where somebody has paused it; else the step itself. */
export function intentionOf<Any extends Step>(step: Any): Any | Change {
  return step.op === 'hold' && step.instead !== undefined ? step.instead : step;
}

export function isChange(step: Step): step is Change {
  return changes.has(step.op);
}

const changes: ReadonlySet<Step['op']> = new Set(['create', 'update', 'replace', 'delete', 'adopt']);

/** It asks nothing of Lattice, now or later, while what is known and wanted stays the same. */
export function isAtRest({ op }: Step): boolean {
  return op === 'keep' || op === 'hold' || op === 'orphan' || op === 'refuse';
}

/** Would be done, and is not until somebody confirms or an open question is answered. */
export interface Hold extends StepOf<'hold'> {
  readonly by: HeldBy;
  /** Of what somebody paused: what would be done. */
  readonly instead?: Change;
}

/**
 * `brake`: too many services at once; `pause`: somebody paused it, or only looks; `question`: what is wanted is not fully
 * known; `use`: somebody else uses it.
 */
export type HeldBy = 'brake' | 'pause' | 'question' | 'use';

/** Ours by its tags, and no object accounts for it: reported, left alone. */
export type Orphan = StepOf<'orphan'>;

/** Cannot be had: somebody else's, or AWS said no and nothing has changed since. */
export interface Refuse extends StepOf<'refuse'> {
  /** Where it is somebody else's: as their `ManagedBy` says it, or empty where nobody says so. */
  readonly owner?: string;
}
