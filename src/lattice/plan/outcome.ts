import type { Lifecycle, RemoteError } from '../model/known.ts';
import type { Step } from './step.ts';

/** What became of a step. Every step has one, `keep` included. */
export interface Outcome {
  readonly step: Step;
  readonly result: Result;
  /** What the resource gives now, as far as it is known. */
  readonly gives?: Gives;
}

export type Result =
  | { readonly kind: 'done' }
  /** Called, and still in flight when the pass ended; its settling starts the next pass. */
  | { readonly kind: 'pending' }
  /** Lattice is at it; nothing to do before `until`. */
  | { readonly kind: 'waiting'; readonly until: number }
  /** Not tried, because of another key. */
  | { readonly kind: 'skipped'; readonly because: string; readonly cause: string }
  | { readonly kind: 'failed'; readonly error: RemoteError; readonly retryAt: number };

export interface Gives {
  readonly id?: string;
  readonly arn?: string;
  readonly dnsName?: string;
  readonly lifecycle?: Lifecycle;
}
