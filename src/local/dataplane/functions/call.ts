/** One invocation of a function. */
export interface FunctionCall {
  readonly arn: string;
  readonly requestId: string;
  readonly event: unknown;
}

/** How it ended: with what the function answered, or with why there is no answer, in a person's words. */
export type Outcome =
  | { readonly kind: 'answered'; readonly payload: unknown }
  | { readonly kind: 'failed'; readonly why: string };

/** Bytes of an event and of an answer, as Lambda counts them. */
export const longestPayload = 6_291_556;
