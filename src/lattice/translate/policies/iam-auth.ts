import type { IAMAuthPolicy } from '../../../kinds/iam-auth-policy.gen.ts';
import { annotations } from '../../../kinds/names.ts';
import { refKey } from '../../../kinds/object.ts';
import type { OurPolicy } from '../../../routing/routing.ts';
import { keyOf } from '../../model/keys.ts';
import type { Protection } from '../../model/model.ts';
import { policyDocument } from '../../model/policy-document.ts';
import type { Ref } from '../../model/resource.ts';
import type { Draft, WholeDraft } from '../draft.ts';
import { account, ask, leaveAllAlone, leaveAlone, want } from '../draft.ts';
import { noteOf, notedBy } from '../../model/noted-protection.ts';
import { awaitsFinalizer } from '../kept.ts';
import type { Place, Placed, Places } from './place.ts';
import { identityAt, identityOf, placeOf, resourceAt } from './place.ts';
import { release } from './releases.ts';

type AuthPolicy = OurPolicy<IAMAuthPolicy>;

/** A policy, where it is, and what it says. */
interface Settled {
  readonly policy: AuthPolicy;
  readonly placed: Placed;
  /** None: its document is not one. */
  readonly document: string | undefined;
  /** Why it does not count yet, though it is to. */
  readonly waits?: string;
}

/** Which auth policies count. Of several at one place the oldest does. */
export interface AuthPolicies {
  readonly settled: readonly Settled[];
  /** Words of the places that are to be protected. */
  readonly protectedPlaces: ReadonlySet<string>;
  /**
   * Why nothing may enter networks yet, by their names, and services no networks, by the words of their places: before that
   * they are to be protected.
   */
  readonly unguarded: ReadonlyMap<string, string>;
}

/** Before services are expressed: one that is to be protected is so from its beginning, and enters no open network. */
export function settleAuthPolicies(
  draft: Draft,
  policies: readonly AuthPolicy[],
  places: Places,
): AuthPolicies {
  const holders = new Map<string, AuthPolicy>();
  const unguarded = new Map<string, string>();
  const settled = policies.map((policy): Settled => {
    const { ref, object, deleting, doubt } = policy;
    const document = policyDocument(object.spec.policy);
    const placed = placeOf(draft, policy, places);
    if (doubt !== undefined) {
      // What nobody takes back closes what is made meanwhile.
      if (placed.standing === 'at') holders.set(placed.place.word, policy);
      return { policy, document, placed: { standing: 'open', because: doubt } };
    }
    if (deleting || placed.standing !== 'at') return { policy, document, placed };
    const { place } = placed;
    const at = { object: ref };
    const holder = holders.get(place.word);
    if (holder !== undefined && policy.target.standing === 'attached') {
      draft.findings.push({ code: 'policyConflicted', at, target: policy.target.ref, by: holder.ref });
      return { policy, document, placed: { standing: 'refused' } };
    }
    holders.set(place.word, policy);
    if (document === undefined) {
      draft.findings.push({ code: 'policyDocumentInvalid', at, problem: 'it is not a JSON object' });
      return { policy, document, placed };
    }
    const waits = whyNotYet(draft, policy, place, policies);
    if (waits === undefined) return { policy, document, placed };
    const word = place.kind === 'network' ? place.network.name : place.word;
    unguarded.set(word, `of IAMAuthPolicy ${ref.name}: ${waits}`);
    return { policy, document, placed, waits };
  });
  // Who may go without a word is to leave nothing closed behind.
  const isNoted = (word: string): boolean => !unguarded.has(word);
  return { settled, protectedPlaces: new Set([...holders.keys()].filter(isNoted)), unguarded };
}

/** After services are expressed. */
export function expressAuthPolicies(draft: WholeDraft, { settled }: AuthPolicies, places: Places): void {
  const present = settled.map((one) => ({ one, ref: expressOne(draft, one) }));
  // Only now is it known who takes over what others leave.
  for (const { one, ref } of present) leaveOthers(draft, one, { ref, places });
}

/** What it protects, where it counts. */
function expressOne(draft: WholeDraft, { policy, placed, document, waits }: Settled): Ref | undefined {
  if (policy.deleting || placed.standing !== 'at') return undefined;
  const resource = resourceAt(draft, placed.place);
  if ('because' in resource) {
    leaveOpen(draft, policy, resource.because);
    return undefined;
  }
  const key = keyOf.authPolicy(resource.ref);
  if (document === undefined || waits !== undefined) {
    const because = waits ?? 'the policy is not accepted as it is written';
    leaveAlone(draft, { type: 'authPolicy', key, because, askers: [policy.ref] });
    return undefined;
  }
  want(draft, {
    type: 'authPolicy',
    key,
    spec: { resource, authType: 'AWS_IAM', policy: document },
    tags: {},
    for: [policy.ref],
  });
  account(draft, policy.object);
  return resource;
}

/** Lets go of what it does not govern any more. One that is not accepted, or not known, keeps what it has. */
function leaveOthers(
  draft: WholeDraft,
  { policy, placed, document }: Settled,
  { ref, places }: { readonly ref: Ref | undefined; readonly places: Places },
): void {
  const { object, deleting, doubt } = policy;
  if (doubt !== undefined || (!deleting && ref === undefined)) {
    leaveAllAlone(draft, policy.ref, doubt ?? 'the policy does not count as it is written');
    if (placed.standing === 'open') leaveOpen(draft, policy, placed.because);
    return;
  }
  const current = ref === undefined ? undefined : identityAt(draft.known, ref.ref)?.id;
  const others = Object.entries(notedBy(object)).filter(([id]) => id !== current);
  if (ref !== undefined && others.length > 0 && !isInEffect(draft, ref, document)) {
    leaveOpen(draft, policy, 'what it governed before is let go when what it governs now is protected');
    return;
  }
  for (const [id, was] of others) release(draft, policy.ref, { id, was, networks: places.networks });
  if (!deleting) return;
  account(draft, object);
  // Nothing is noted of a service before it is protected.
  const there = placed.standing === 'at' && placed.place.kind === 'service' ? placed.place : undefined;
  const resource = there === undefined ? undefined : resourceAt(draft, there);
  if (resource !== undefined && 'ref' in resource) {
    release(draft, policy.ref, { resource, was: { authType: 'NONE' } });
  }
}

function isInEffect({ known }: Draft, { ref }: Ref, document: string | undefined): boolean {
  const fact = known.entries.get(keyOf.authPolicy(ref))?.fact;
  return fact?.type === 'authPolicy' && fact.spec.authType === 'AWS_IAM' && fact.spec.policy === document;
}

/** The object carries what would otherwise be forgotten: that it has to be let go, and how a network was before. */
function whyNotYet(
  draft: Draft,
  { ref, object }: AuthPolicy,
  place: Place,
  all: readonly AuthPolicy[],
): string | undefined {
  const at = { object: ref };
  const isUnseen = awaitsFinalizer(draft, { ref, object }, 'IAMAuthPolicy');
  if (place.kind === 'network') {
    const network = identityOf(draft.known, place.network);
    if (network === undefined) return place.network.because;
    const noted = notedBy(object);
    if (noted[network.id] === undefined) {
      const found = foundAt(draft, network, all, ref);
      if (found === undefined)
        return `how the service network ${place.network.name} is protected is not known`;
      const annotation = annotations.iamAuthPolicyFound;
      const value = noteOf({ ...noted, [network.id]: found });
      draft.findings.push({ code: 'awaitingAnnotation', at, annotation, value });
      return 'how the service network was protected before has to be noted first';
    }
  }
  return isUnseen ? 'its finalizer has to be written first' : undefined;
}

/** As another policy found it, whose place this one takes; else as it is now. */
function foundAt(
  draft: Draft,
  { id, arn }: { readonly id: string; readonly arn: string },
  all: readonly AuthPolicy[],
  asker: AuthPolicy['ref'],
): Protection | undefined {
  for (const { ref, object } of all) {
    const noted = refKey(ref) === refKey(asker) ? undefined : notedBy(object)[id];
    if (noted !== undefined) return noted;
  }
  const key = keyOf.protectionOf(arn);
  ask(draft, { type: 'protectionOf', key, arn, for: [asker] });
  const answer = draft.known.answers.get(key)?.answer;
  return answer?.found === 'one' ? answer.protection : undefined;
}

function leaveOpen(draft: Draft, { ref }: AuthPolicy, because: string): void {
  leaveAlone(draft, { type: 'authPolicy', key: `authPolicy/?of=${refKey(ref)}`, because, askers: [ref] });
}
