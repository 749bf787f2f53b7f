import type { Change } from './entry.ts';

/** What the worker is started with. */
export interface Start {
  readonly socket: string;
  readonly region: string;
}

export interface Told {
  readonly op: 'tell';
  /** Grows with each message. */
  readonly number: number;
  readonly changes: readonly Change[];
}

export type ToWorker =
  | Told
  /** It closes what it has and ends by itself. */
  | { readonly op: 'end' };

export type FromWorker = { readonly op: 'serving' } | { readonly op: 'applied'; readonly number: number };

/** Both ends are ours, so the form of a message is enough to know its type. */
export function isStart(value: unknown): value is Start {
  return hasText(value, 'socket') && hasText(value, 'region');
}

export function isToWorker(value: unknown): value is ToWorker {
  return hasText(value, 'op') && (value.op === 'tell' || value.op === 'end');
}

export function isFromWorker(value: unknown): value is FromWorker {
  return hasText(value, 'op') && (value.op === 'serving' || value.op === 'applied');
}

function hasText<Name extends string>(value: unknown, name: Name): value is Readonly<Record<Name, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(([key, each]) => key === name && typeof each === 'string')
  );
}
