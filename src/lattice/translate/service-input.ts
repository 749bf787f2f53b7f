import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { Certificates, ChosenCertificate } from './certificates.ts';
import type { Claim } from './claims.ts';
import { homeAt } from './homes.ts';
import type { Home, Homes } from './homes.ts';
import type { ServiceUnit } from './mapping.ts';
import type { Network, Networks } from './networks.ts';
import type { AuthPolicies } from './policies/iam-auth.ts';

/** All that a service is made of, besides what is looked up: plain data, that tells whether it would come out the same. */
export interface ServiceInput {
  readonly unit: ServiceUnit;
  readonly home: Home | { readonly because: string };
  /** Whether a service of ours is known in which no unit lives, or which a route leaves: groups may be in use elsewhere. */
  readonly isMoving: boolean;
  readonly claim: Claim;
  readonly certificate: ChosenCertificate;
  readonly networks: readonly NetworkToEnter[];
  /** Whether an auth policy is for it. */
  readonly isProtected: boolean;
  /** Why routes of it are not to be touched in any service, by `refKey`. */
  readonly held: Readonly<Record<string, string>>;
}

/** A network that a service is to be in, on behalf of a gateway. */
export interface NetworkToEnter extends Network {
  readonly gateway: ObjectRef;
  /** Why nothing may enter it yet. */
  readonly unguarded?: string;
}

/** What is known of all services. */
interface Context {
  readonly networks: Networks;
  readonly homes: Homes;
  readonly isMoving: boolean;
  readonly claims: ReadonlyMap<ResourceKey, Claim>;
  readonly certificates: Certificates;
  readonly authPolicies: Pick<AuthPolicies, 'protectedPlaces' | 'unguarded'>;
  readonly held: ReadonlyMap<string, string>;
}

export function inputOf(unit: ServiceUnit, context: Context): ServiceInput {
  const { key, name, gateways, members } = unit;
  const { claims, certificates, networks, homes, isMoving, authPolicies } = context;
  const held: Record<string, string> = {};
  for (const { route } of members) {
    const because = context.held.get(refKey(route.ref));
    if (because !== undefined) held[refKey(route.ref)] = because;
  }
  return {
    unit,
    home: homeAt(homes, unit),
    isMoving,
    claim: claims.get(key) ?? { name },
    certificate: certificates.get(key) ?? { state: 'missing', search: 'no' },
    networks: gateways.flatMap((gateway) => {
      const network = networks.get(refKey(gateway));
      if (network === undefined) return [];
      const unguarded = authPolicies.unguarded.get(network.name) ?? authPolicies.unguarded.get(key);
      return [{ ...network, gateway, ...(unguarded === undefined ? {} : { unguarded }) }];
    }),
    isProtected: authPolicies.protectedPlaces.has(key),
    held,
  };
}

/** Which service gets a group that is imported depends on those that are expressed before it. */
export function importsGroups({ members }: ServiceUnit): boolean {
  return members.some(({ route }) =>
    route.rules.some(({ backends }) =>
      backends.some((backend) => backend.state === 'resolved' && backend.target.kind === 'import'),
    ),
  );
}
