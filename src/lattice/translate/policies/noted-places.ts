import type { AccessLogPolicy } from '../../../kinds/access-log-policy.gen.ts';
import { annotations } from '../../../kinds/names.ts';
import { refKey } from '../../../kinds/object.ts';
import type { KnownEntry } from '../../model/known.ts';
import type { OurPolicy } from '../../../routing/routing.ts';
import { collectionOf, keyOf } from '../../model/keys.ts';
import type { Ref, ResourceKey } from '../../model/resource.ts';
import type { WholeDraft } from '../draft.ts';
import { ask } from '../draft.ts';
import { identityAt } from './place.ts';

type LogPolicy = OurPolicy<AccessLogPolicy>;

const annotation = annotations.accessLogSubscriptionResourceName;

/**
 * Says on the policy what its subscription is going to be of, before there is any: Lattice lists subscriptions only by
 * that, and one whose creation got no answer would not be found by a controller that starts after the policy has changed.
 * Names of others stay until nothing is there. Gives whether all else waits for that.
 */
export function awaitsNote(draft: WholeDraft, policy: LogPolicy, resource: Ref): boolean {
  const name = nameAt(draft, resource.ref);
  const noted = namesNoted(policy);
  const others = noted.filter((other) => other !== name);
  const isNoted = noted.length > others.length;
  const isLeft = searchNoted(draft, policy, name) !== undefined || hasOthers(draft, policy, resource);
  if (isNoted && (others.length === 0 || isLeft)) return false;
  const value = [...(isLeft ? others : []), name].join(' ');
  draft.findings.push({ code: 'awaitingAnnotation', at: { object: policy.ref }, annotation, value });
  return !isNoted && !isThere(draft, policy, resource) && draft.settings.onlyToRead !== true;
}

/** Looks through what a policy says its subscription may be of. Gives the reason why it cannot be told yet. */
export function searchNoted(draft: WholeDraft, policy: LogPolicy, except?: string): string | undefined {
  let open: string | undefined;
  for (const name of namesNoted(policy)) {
    const place = name === except ? nowhere : placeNamed(draft, policy, name);
    if (place === nowhere) continue;
    if (place !== undefined) {
      const listing = draft.known.collections.get(collectionOf.accessLogSubscriptions(place));
      if (listing?.state === 'known') continue;
      draft.searches.push({ type: 'accessLogSubscription', in: place, for: [policy.ref] });
    }
    open = `the access log subscriptions of ${name} are being looked up`;
  }
  return open;
}

const nowhere = Symbol('nothing is called that');

/** Undefined where that is only being found out. */
function placeNamed(
  draft: WholeDraft,
  { ref }: LogPolicy,
  name: string,
): ResourceKey | typeof nowhere | undefined {
  const { known } = draft;
  if (known.collections.get(collectionOf.services())?.state !== 'known') return undefined;
  for (const { type, key, name: called, state } of known.entries.values()) {
    if ((type === 'service' || type === 'serviceNetwork') && called === name && state !== 'gone') return key;
  }
  const key = keyOf.networkNamed(name);
  ask(draft, { type: 'networkNamed', key, name, for: [ref] });
  const answer = known.answers.get(key)?.answer;
  if (answer === undefined) return undefined;
  return answer.found === 'one' ? key : nowhere;
}

function namesNoted({ object }: LogPolicy): readonly string[] {
  return (object.metadata.annotations?.[annotation] ?? '').split(' ').filter((name) => name !== '');
}

/** What a service or network is called; of a network that is only referred to, what gateways call it. */
function nameAt({ known, entries, questions }: WholeDraft, key: ResourceKey): string {
  const question = questions.get(key);
  if (question?.type === 'networkNamed') return question.name;
  const entry = entries.get(key);
  const wanted = entry?.state === 'wanted' && 'name' in entry.resource.spec ? entry.resource.spec.name : '';
  return known.entries.get(key)?.name ?? wanted;
}

function isThere(draft: WholeDraft, policy: LogPolicy, resource: Ref): boolean {
  const id = identityAt(draft.known, resource.ref)?.id;
  return ownOf(draft, policy).some(({ fact }) => isOf(fact, id));
}

/** Of something else, or of what is not known. */
function hasOthers(draft: WholeDraft, policy: LogPolicy, resource: Ref): boolean {
  const id = identityAt(draft.known, resource.ref)?.id;
  return ownOf(draft, policy).some(({ fact }) => !isOf(fact, id));
}

function isOf(fact: KnownEntry['fact'], id: string | undefined): boolean {
  return fact?.type === 'accessLogSubscription' && fact.spec.resource === id;
}

function ownOf({ knownOf }: WholeDraft, { ref }: LogPolicy): readonly KnownEntry[] {
  return (knownOf.get(refKey(ref)) ?? []).filter(
    ({ type, state }) => type === 'accessLogSubscription' && state !== 'gone',
  );
}
