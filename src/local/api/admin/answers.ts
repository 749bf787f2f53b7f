import type { Answer } from '../../contract/error.ts';

/** What was asked for. */
export function ok(body: unknown): Answer {
  return { status: 200, headers: {}, body };
}

/** It was done, and there is nothing to tell. */
export const done: Answer = { status: 204, headers: {}, body: undefined };

/** A request that makes no sense, and why. */
export function wrong(message: string): Answer {
  return { status: 400, headers: {}, body: { message } };
}
