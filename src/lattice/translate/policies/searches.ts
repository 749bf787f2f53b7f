import type { AccessLogPolicy } from '../../../kinds/access-log-policy.gen.ts';
import { annotations } from '../../../kinds/names.ts';
import type { OurPolicy } from '../../../routing/routing.ts';
import { collectionOf, keyOf } from '../../model/keys.ts';
import type { Answer } from '../../model/model.ts';
import type { ResourceKey } from '../../model/resource.ts';
import type { WholeDraft } from '../draft.ts';
import { ask } from '../draft.ts';

/**
 * Looks for the subscription that a policy's annotation names, where it is not known: it may be of something that the
 * policy names no more. Gives the reason why it cannot be told yet.
 */
export function searchesFor(
  draft: WholeDraft,
  { ref, object }: OurPolicy<AccessLogPolicy>,
): string | undefined {
  const arn = object.metadata.annotations?.[annotations.accessLogSubscription];
  if (arn === undefined || isKnown(draft, arn)) return undefined;
  const key = keyOf.subscriptionAt(arn);
  ask(draft, { type: 'subscriptionAt', key, arn, for: [ref] });
  const answer = draft.known.answers.get(key)?.answer;
  if (answer === undefined) return `the access log subscription ${arn} is being looked up`;
  const place = answer.found === 'one' ? placeOf(draft, answer, key) : undefined;
  if (place === undefined) return undefined;
  const listing = draft.known.collections.get(collectionOf.accessLogSubscriptions(place));
  if (listing?.state === 'known') return undefined;
  draft.searches.push({ type: 'accessLogSubscription', in: place, for: [ref] });
  return `the access log subscriptions beside ${arn} are being looked up`;
}

function isKnown({ known }: WholeDraft, arn: string): boolean {
  for (const entry of known.entries.values()) if (entry.arn === arn && entry.state !== 'gone') return true;
  return false;
}

/** Of a service of ours its own key; of a network the question that led to it. Of others' services nothing is ours. */
function placeOf(
  { known }: WholeDraft,
  { id }: Extract<Answer, { found: 'one' }>,
  question: ResourceKey,
): ResourceKey | undefined {
  if (id.startsWith('sn-')) return question;
  for (const entry of known.entries.values()) {
    if (entry.type === 'service' && entry.id === id && entry.state !== 'gone') return entry.key;
  }
  return undefined;
}
