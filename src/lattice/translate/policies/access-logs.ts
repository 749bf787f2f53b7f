import type { AccessLogPolicy } from '../../../kinds/access-log-policy.gen.ts';
import type { ObjectRef } from '../../../kinds/object.ts';
import { refKey } from '../../../kinds/object.ts';
import type { OurPolicy } from '../../../routing/routing.ts';
import { collectionOf, keyOf } from '../../model/keys.ts';
import { destinationTypeOf } from '../../model/log-destination.ts';
import type { DestinationType, Ref, ResourceKey } from '../../model/resource.ts';
import type { WholeDraft } from '../draft.ts';
import { account, leaveAllAlone, leaveAlone, want } from '../draft.ts';
import { awaitsFinalizer } from '../kept.ts';
import { tagsFor } from '../tags.ts';
import { awaitsNote, searchNoted } from './noted-places.ts';
import type { Place, Places } from './place.ts';
import { identityAt, placeOf, resourceAt } from './place.ts';
import { searchesFor } from './searches.ts';

type LogPolicy = OurPolicy<AccessLogPolicy>;

/** One subscription per policy. Of several policies for one place and one kind of destination the oldest has it. */
export function expressAccessLogPolicies(
  draft: WholeDraft,
  policies: readonly LogPolicy[],
  places: Places,
): void {
  const holders = new Map<string, ObjectRef>();
  const present = new Set(policies.map(({ ref }) => refKey(ref)));
  for (const policy of policies) {
    const { ref, object, deleting, doubt } = policy;
    if (doubt !== undefined) {
      leave(draft, policy, doubt);
      continue;
    }
    const placed = placeOf(draft, policy, places);
    if (deleting) {
      letGo(draft, policy, placed.standing === 'at' ? resourceAt(draft, placed.place) : undefined);
      continue;
    }
    if (placed.standing !== 'at') {
      leave(draft, policy, placed.standing === 'open' ? placed.because : notAccepted);
      continue;
    }
    const { place } = placed;
    const destinationType = destinationTypeOf(object.spec.destinationArn);
    const at = { object: ref };
    if (destinationType === undefined) {
      draft.findings.push({ code: 'logDestinationNotSupported', at, arn: object.spec.destinationArn });
      leave(draft, policy, notAccepted);
      continue;
    }
    const slot = `${place.word} to ${destinationType}`;
    const holder = holders.get(slot);
    if (holder !== undefined && policy.target.standing === 'attached') {
      draft.findings.push({ code: 'policyConflicted', at, target: policy.target.ref, by: holder });
      // Whatever it has here is in the other's way.
      account(draft, object);
      continue;
    }
    holders.set(slot, ref);
    subscribe(draft, policy, { place, destinationType, present });
  }
}

const notAccepted = 'the policy is not accepted as it is written';

interface Subscribing {
  readonly place: Place;
  readonly destinationType: DestinationType;
  /** The policies there are, by `refKey`. */
  readonly present: ReadonlySet<string>;
}

function subscribe(
  draft: WholeDraft,
  policy: LogPolicy,
  { place, destinationType, present }: Subscribing,
): void {
  const { ref, object } = policy;
  const resource = resourceAt(draft, place);
  if ('because' in resource) {
    leave(draft, policy, resource.because);
    return;
  }
  const lacksNote = awaitsNote(draft, policy, resource);
  if (awaitsFinalizer(draft, policy, 'AccessLogPolicy')) {
    leave(draft, policy, 'its finalizer has to be written first');
    return;
  }
  if (lacksNote) {
    leave(draft, policy, 'what its access log subscription is to be of has to be noted first');
    return;
  }
  const inTheWay = otherAt(draft, policy, { resource, destinationType, present });
  if (inTheWay !== undefined) {
    leave(draft, policy, `the access log subscription of ${inTheWay} has to go first`);
    return;
  }
  want(draft, {
    type: 'accessLogSubscription',
    key: keyOf.accessLogSubscription(ref),
    spec: { resource, destinationType, destinationArn: object.spec.destinationArn },
    tags: tagsFor(draft.settings, object, { AccessLogPolicy: `${ref.namespace}/${ref.name}` }),
    for: [ref],
  });
  account(draft, object);
  // Where it was before, while nobody looked: what is there is found, and goes when the new one exists.
  if (isListed(draft, resource.ref)) searchesFor(draft, policy);
}

/** The subscription of another policy, which is in the cluster and has lost this place: Lattice has room for one. */
function otherAt(
  { known }: WholeDraft,
  { ref }: LogPolicy,
  {
    resource,
    destinationType,
    present,
  }: Pick<Subscribing, 'destinationType' | 'present'> & { resource: Ref },
): string | undefined {
  const id = identityAt(known, resource.ref)?.id;
  for (const { type, state, fact, for: objects } of known.entries.values()) {
    if (type !== 'accessLogSubscription' || state === 'gone') continue;
    if (fact?.type !== 'accessLogSubscription' || fact.spec.resource !== id) continue;
    if (fact.spec.destinationType !== destinationType) continue;
    const [owner] = objects;
    if (owner !== undefined && refKey(owner) !== refKey(ref) && present.has(refKey(owner))) {
      return `AccessLogPolicy ${owner.namespace}/${owner.name}`;
    }
  }
  return undefined;
}

/** Nothing is wanted any more, once it is known all that there may be. */
function letGo(
  draft: WholeDraft,
  policy: LogPolicy,
  resource: ReturnType<typeof resourceAt> | undefined,
): void {
  const because =
    searchesFor(draft, policy) ??
    searchNoted(draft, policy) ??
    (resource === undefined ? undefined : searchIn(draft, policy, resource));
  if (because === undefined) account(draft, policy.object);
  else leave(draft, policy, because);
}

/** The same where the policy is: one that crashed had no time to note what it had made. */
function searchIn(
  draft: WholeDraft,
  { ref }: LogPolicy,
  resource: ReturnType<typeof resourceAt>,
): string | undefined {
  if ('because' in resource) return resource.isOpen === true ? resource.because : undefined;
  if (isListed(draft, resource.ref)) return undefined;
  draft.searches.push({ type: 'accessLogSubscription', in: resource.ref, for: [ref] });
  return 'where its access log subscription is, is being looked up';
}

function isListed({ known }: WholeDraft, resource: ResourceKey): boolean {
  return known.collections.get(collectionOf.accessLogSubscriptions(resource))?.state === 'known';
}

function leave(draft: WholeDraft, { ref }: LogPolicy, because: string): void {
  const key = keyOf.accessLogSubscription(ref);
  leaveAlone(draft, { type: 'accessLogSubscription', key, because, askers: [ref] });
  leaveAllAlone(draft, ref, because);
}
