import type { AccessLogPolicy } from '../../../kinds/access-log-policy.gen.ts';
import type { IAMAuthPolicy } from '../../../kinds/iam-auth-policy.gen.ts';
import { refKey } from '../../../kinds/object.ts';
import type { OurPolicy } from '../../../routing/routing.ts';
import type { Sight } from '../../model/known.ts';
import type { Ref, ResourceKey } from '../../model/resource.ts';
import type { Draft } from '../draft.ts';
import { homeAt } from '../homes.ts';
import type { Home, Homes } from '../homes.ts';
import type { ServiceUnit } from '../mapping.ts';
import { isServiceName } from '../names.ts';
import type { Network, Networks } from '../networks.ts';

export type Policy = OurPolicy<IAMAuthPolicy> | OurPolicy<AccessLogPolicy>;

/** What a policy governs: equal words are the same thing in Lattice. */
export type Place =
  | { readonly kind: 'network'; readonly word: string; readonly network: Network }
  | {
      readonly kind: 'service';
      readonly word: string;
      readonly unit: ServiceUnit;
      readonly home: Home | { readonly because: string };
    };

export type Placed =
  | { readonly standing: 'at'; readonly place: Place }
  /** A finding says why. */
  | { readonly standing: 'refused' }
  | { readonly standing: 'open'; readonly because: string };

export interface Places {
  readonly networks: Networks;
  readonly units: readonly ServiceUnit[];
  readonly homes: Homes;
}

/** The network of a gateway, or the service that belongs to a route: one that others share belongs to the oldest of them. */
export function placeOf(draft: Draft, { ref, target }: Policy, { networks, units, homes }: Places): Placed {
  if (target.standing === 'refused') return target;
  if (target.standing === 'unknown') return { standing: 'open', because: target.because };
  const at = { object: ref };
  if (target.ref.kind === 'Gateway') {
    const network = networks.get(refKey(target.ref));
    if (network === undefined) {
      return { standing: 'open', because: `Gateway ${target.ref.name} is being deleted` };
    }
    const word = `network ${identityOf(draft.known, network)?.id ?? network.name}`;
    return { standing: 'at', place: { kind: 'network', word, network } };
  }
  const own = units.find(({ owner }) => refKey(owner.ref) === refKey(target.ref));
  if (own !== undefined) {
    if (own.nameIsChosen && !isServiceName(own.name)) {
      draft.findings.push({ code: 'policyTargetNameInvalid', at, target: target.ref, name: own.name });
      return { standing: 'refused' };
    }
    return { standing: 'at', place: { kind: 'service', word: own.key, unit: own, home: homeAt(homes, own) } };
  }
  const shared = units.find(({ members }) =>
    members.some(
      ({ route, isLingering }) => isLingering !== true && refKey(route.ref) === refKey(target.ref),
    ),
  );
  if (shared === undefined) {
    return { standing: 'open', because: `${target.ref.kind} ${target.ref.name} has no VPC Lattice service` };
  }
  draft.findings.push({ code: 'policyTargetShared', at, target: target.ref, owner: shared.owner.ref });
  return { standing: 'refused' };
}

export interface Nothing {
  readonly because: string;
  /** There may be something: that is only being found out. */
  readonly isOpen?: true;
}

/** What to refer to, once it is there or to be made; else why there is nothing, or not known to be anything. */
export function resourceAt(draft: Draft, place: Place): Ref | Nothing {
  if (place.kind === 'network') return place.network.ref ?? place.network;
  const { home } = place;
  if ('because' in home) return { ...home, isOpen: true };
  return draft.entries.has(home.key)
    ? { ref: home.key, output: 'id' }
    : { because: 'the route has no VPC Lattice service yet' };
}

/** What Lattice calls a network, as far as that is known. */
export function identityOf(
  known: Sight,
  { ref }: Network,
): { readonly id: string; readonly arn: string } | undefined {
  return ref === undefined ? undefined : identityAt(known, ref.ref);
}

/** The same by the key of a resource, or of the question that finds it. */
export function identityAt(
  { answers, entries }: Sight,
  key: ResourceKey,
): { readonly id: string; readonly arn: string } | undefined {
  const answer = answers.get(key)?.answer;
  if (answer?.found === 'one') return answer;
  const { id, arn, state } = entries.get(key) ?? {};
  return id === undefined || arn === undefined || state === 'gone' ? undefined : { id, arn };
}
