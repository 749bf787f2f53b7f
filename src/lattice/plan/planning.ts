import type { ObjectRef } from '../../kinds/object.ts';
import { facts } from '../model/facts.ts';
import type { Known, KnownEntry } from '../model/known.ts';
import type { Model } from '../model/model.ts';
import type { Resource, ResourceKey, ResourceType } from '../model/resource.ts';
import { isRef, memberOf } from '../model/values.ts';
import type { IdOf } from '../model/values.ts';
import type { KnownIndex } from './known-index.ts';
import type { Matching } from './matching.ts';
import type { CollectionOf, Reads } from './reads.ts';
import type { PlanSettings } from './settings.ts';
import type { Keep, Lane, Step } from './step.ts';

/** What one run of `plan` works on. Made by it, filled by its parts in turn, and gone with it. */
export interface Planning {
  readonly model: Model;
  readonly known: Known;
  readonly now: number;
  readonly settings: PlanSettings;
  readonly matching: Matching;
  readonly index: KnownIndex;
  readonly reads: Reads;
  /** By an earlier plan. */
  readonly kept: ReadonlyMap<ResourceKey, Keep>;
  /** One per entry of the model, and one per known thing that is to go or to be spoken of. */
  readonly steps: Map<ResourceKey, Exclude<Step, { op: 'read' }>>;
  /** Known rules that become other wanted ones: from the key they are known by to the key they get. */
  readonly reused: Map<ResourceKey, ResourceKey>;
  /** Of each entry of the model. */
  readonly standing: Map<ResourceKey, Standing>;
}

/**
 * Where a wanted thing stands, for those that hang off it. `there`: it has an id; `coming`: it does not exist, and will
 * as far as the plan can tell; `open`: not known yet; `going`: being deleted; `denied`: it cannot be had.
 */
export type Standing = 'there' | 'coming' | 'open' | 'going' | 'denied';

/** Its id will be another one. */
export function isMadeAnew(step: Step | undefined): boolean {
  return step?.op === 'replace' || step?.op === 'create';
}

/** Where something that is referred to stands: wanted, or answered. */
export function standingOf({ standing, matching }: Planning, key: ResourceKey): Standing {
  const isAnswered = matching.idOf({ ref: key, output: 'id' }) !== undefined;
  return standing.get(key) ?? (isAnswered ? 'there' : 'open');
}

/** The id a reference will still stand for after this plan; nothing while what it names is to be made. */
export function lastingId({ matching, steps }: Planning): IdOf {
  return (ref) => (isMadeAnew(steps.get(ref.ref)) ? undefined : matching.idOf(ref));
}

/** The key of the parent that a wanted resource names. */
export function parentOf(resource: Resource): ResourceKey | undefined {
  const { parent } = facts[resource.type];
  const ref = parent === undefined ? undefined : memberOf(resource.spec, parent.member);
  return isRef(ref) ? ref.ref : undefined;
}

/** The listing in which a wanted resource would be found. */
export function collectionFor({ matching }: Planning, resource: Resource): CollectionOf | undefined {
  const { listedIn } = facts[resource.type];
  if (listedIn === undefined) return undefined;
  const by = listedIn.by === undefined ? '' : memberOf(resource.spec, listedIn.by);
  if (isRef(by)) {
    const parent = matching.found.get(by.ref)?.key ?? by.ref;
    return { key: listedIn.collection(parent), type: resource.type, parent };
  }
  return typeof by === 'string'
    ? { key: listedIn.collection(by), type: resource.type, ...(by === '' ? {} : { scope: by }) }
    : undefined;
}

/** What every step says besides its operation. */
export function about(
  { key, type, for: objects }: { key: ResourceKey; type: ResourceType; for: readonly ObjectRef[] },
  because: string,
  lane: Lane = facts[type].urgent ? 'targets' : 'demand',
) {
  return { key, type, for: objects, because, lane } as const;
}

/** A thing as people call it: its type in words and the rest of its key. */
export function named({ type, key }: { readonly type: ResourceType; readonly key: ResourceKey }): string {
  return `${words[type]} ${key.slice(key.indexOf('/') + 1)}`;
}

const words: Readonly<Record<ResourceType, string>> = {
  serviceNetwork: 'service network',
  vpcAssociation: 'VPC association',
  service: 'service',
  authPolicy: 'auth policy of',
  accessLogSubscription: 'access log subscription',
  serviceAssociation: 'service association',
  listener: 'listener',
  rule: 'rule',
  targetGroup: 'target group',
  targets: 'targets of',
};

/** `known` under another key than wanted: what steps carry so that the ledger can rename it. */
export function knownAs(key: ResourceKey, entry: KnownEntry): { readonly known?: ResourceKey } {
  return entry.key === key ? {} : { known: entry.key };
}
