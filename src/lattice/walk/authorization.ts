import type { NetworkFact, ServiceFact, VpcFact } from './facts.ts';
import type { Question } from './question.ts';

/** A request at a service that may have policies. */
export interface Arrival {
  readonly question: Question;
  readonly service: ServiceFact;
  readonly network: NetworkFact;
  readonly vpc?: VpcFact;
  /** Lattice passes the connection through, and sees no request. */
  readonly isPassedThrough: boolean;
}

/** Decides on one caller. A network and a service with auth type NONE are open without it. */
export type Decide = (arrival: Arrival) => Authorization;

export interface Authorization {
  readonly kind: 'allowed' | 'denied' | 'undecided';
  /** ARN, or `anonymous`. */
  readonly caller: string;
  readonly layers: readonly LayerLook[];
  /** Of a denial: the body of the 403. */
  readonly text?: string;
}

/** What the network or the service says to a caller. */
export interface LayerLook {
  readonly layer: 'network' | 'service';
  readonly finding:
    | { readonly kind: 'open' }
    | { readonly kind: 'Allow' | 'Deny'; readonly statement: string }
    | { readonly kind: 'silent' | 'noPolicy' }
    | { readonly kind: 'unread'; readonly needs: string };
  /** Condition keys of the policy about which nothing is known here, such as `aws:PrincipalTag/team`. */
  readonly unknownKeys: readonly string[];
}
