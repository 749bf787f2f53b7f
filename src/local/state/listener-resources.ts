/** How a service's listeners choose where a request goes; `state.ts` holds the tables. */
import type { Resource, Table } from './state.ts';

export type ListenerProtocol = 'HTTP' | 'HTTPS' | 'TLS_PASSTHROUGH';

export interface Listener extends Resource {
  readonly name: string;
  readonly protocol: ListenerProtocol;
  readonly port: number;
  /** Its action is the listener's default action. */
  readonly defaultRule: DefaultRule;
  /** Without the default rule. Not in order of priority. */
  readonly rules: Table<Rule>;
}

export interface DefaultRule extends Resource {
  readonly isDefault: true;
  readonly name: string;
  readonly action: Action;
}

export interface Rule extends Resource {
  readonly isDefault: false;
  readonly name: string;
  /** 1 to 2000, unique in the listener; the smallest that matches wins. */
  readonly priority: number;
  readonly match: Match;
  readonly action: Action;
}

/** All that is said must hold. */
export interface Match {
  readonly method?: string;
  readonly path?: PathMatch;
  readonly headers: readonly HeaderMatch[];
}

export interface PathMatch {
  readonly kind: 'exact' | 'prefix';
  readonly value: string;
  readonly caseSensitive: boolean;
}

export interface HeaderMatch {
  readonly name: string;
  readonly kind: 'exact' | 'prefix' | 'contains';
  readonly value: string;
  readonly caseSensitive: boolean;
}

export type Action =
  | { readonly kind: 'forward'; readonly targetGroups: readonly WeightedTargetGroup[] }
  | { readonly kind: 'fixedResponse'; readonly statusCode: number };

export interface WeightedTargetGroup {
  readonly targetGroupId: string;
  readonly weight: number;
}
