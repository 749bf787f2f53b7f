import type { ObjectRef } from '../../../kinds/object.ts';
import { refKey } from '../../../kinds/object.ts';
import { collectionOf, keyOf } from '../../model/keys.ts';
import type { Protection } from '../../model/model.ts';
import type { Ref } from '../../model/resource.ts';
import type { WholeDraft } from '../draft.ts';
import { ask, leaveAlone, want } from '../draft.ts';
import type { Networks } from '../networks.ts';
import { identityOf } from './place.ts';

/** What a policy lets go, and how that was before: by its reference, or by the id that was noted of it. */
export type Release = { readonly was: Protection } & (
  | { readonly resource: Ref }
  | { readonly id: string; readonly networks: Networks }
);

/** Wants it as it was, unless another policy governs it now. What is gone needs nothing. */
export function release(draft: WholeDraft, policy: ObjectRef, released: Release): void {
  const resource = 'resource' in released ? released.resource : resourceWith(draft, policy, released);
  if (resource === 'gone') return;
  if ('because' in resource) {
    const id = 'id' in released ? released.id : '';
    const key = `authPolicy/?of=${refKey(policy)}/${id}`;
    leaveAlone(draft, { type: 'authPolicy', key, because: resource.because, askers: [policy] });
    return;
  }
  const key = keyOf.authPolicy(resource.ref);
  const there = draft.entries.get(key);
  if (there?.state === 'undetermined') {
    // Who takes over is not ready: until then it stays protected as it is.
    const { type, because } = there;
    leaveAlone(draft, { type, key: `${key}?of=${refKey(policy)}`, because, askers: [policy] });
    return;
  }
  if (there?.resource.type === 'authPolicy') want(draft, { ...there.resource, for: [policy] });
  else {
    want(draft, { type: 'authPolicy', key, spec: { resource, ...released.was }, tags: {}, for: [policy] });
  }
}

function resourceWith(
  draft: WholeDraft,
  policy: ObjectRef,
  { id, networks }: { readonly id: string; readonly networks: Networks },
): Ref | 'gone' | { readonly because: string } {
  return id.startsWith('sn-') ? networkWith(draft, policy, { id, networks }) : serviceWith(draft, id);
}

function networkWith(
  draft: WholeDraft,
  policy: ObjectRef,
  { id, networks }: { readonly id: string; readonly networks: Networks },
): Ref | 'gone' | { readonly because: string } {
  for (const network of networks.values()) {
    if (network.ref !== undefined && identityOf(draft.known, network)?.id === id) return network.ref;
  }
  const key = keyOf.networkNamed(id);
  ask(draft, { type: 'networkNamed', key, name: id, for: [policy] });
  const answer = draft.known.answers.get(key)?.answer;
  if (answer === undefined) return { because: `the service network ${id} is being looked up` };
  return answer.found === 'one' ? { ref: key, output: 'id' } : 'gone';
}

/** A service that nobody wants goes, and its policy with it; until then it stays protected. */
function serviceWith(
  { known, entries, lingersAt }: WholeDraft,
  id: string,
): Ref | 'gone' | { readonly because: string } {
  for (const { key, type, id: other, state } of known.entries.values()) {
    if (type === 'service' && other === id && state !== 'gone') {
      if (lingersAt.get(key) === 'amongOthers') return { because: 'it still serves a route that leaves it' };
      return entries.has(key) && !lingersAt.has(key) ? { ref: key, output: 'id' } : 'gone';
    }
  }
  return known.collections.get(collectionOf.services())?.state === 'known'
    ? 'gone'
    : { because: `the service ${id} is being looked for` };
}
