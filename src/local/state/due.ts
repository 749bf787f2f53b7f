import type { Failure } from './state.ts';
import type { SlowOperation } from './trouble.ts';

/** One change that comes with time alone. Keyed by the id of its subject, with the target's key behind a slash. */
export interface Due {
  readonly at: number;
  readonly subject: DueSubject;
  readonly becomes: 'active' | 'gone' | 'failed';
  /** Why it fails. */
  readonly failure?: Failure;
}

export type DueSubject =
  | { readonly kind: 'service'; readonly id: string }
  | { readonly kind: 'serviceAssociation'; readonly id: string }
  | { readonly kind: 'vpcAssociation'; readonly id: string }
  | { readonly kind: 'targetGroup'; readonly id: string }
  | { readonly kind: 'resourceGateway'; readonly id: string }
  | { readonly kind: 'resourceConfiguration'; readonly id: string }
  | { readonly kind: 'resourceAssociation'; readonly id: string }
  | { readonly kind: 'domainVerification'; readonly id: string }
  | { readonly kind: 'certificate'; readonly id: string }
  | { readonly kind: 'target'; readonly id: string; readonly target: string };

/** An operation that is accepted and then does not end well. */
export interface Trouble {
  readonly operation: SlowOperation;
  /** Id or name of the resource; any when absent. */
  readonly resource?: string;
  /** `stuck`: stays in progress for good. `failed`: fails when it would have succeeded. */
  readonly end: 'stuck' | 'failed';
  /** Told about what failed. */
  readonly failure: Failure;
  /** How many times yet; always when absent. */
  readonly times?: number;
}
