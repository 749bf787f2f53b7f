import type { Kind } from '../kinds/object.ts';
import type { KubeClient } from './client.ts';
import { mergePatch } from './merge-patch.ts';
import { keyOf } from './object.ts';
import type { Unstructured } from './object.ts';

export interface StatusPatch {
  readonly kind: Kind;
  /** As it was read. */
  readonly object: Unstructured;
  /** All of the status that the object shall have. */
  readonly status: unknown;
}

/**
 * Writes the members of the status that differ, if any, and only if nobody changed the object since it was read (else
 * `StatusError` 409). Resolves with the object as it is then.
 */
export async function patchStatus(
  client: KubeClient,
  { kind, object, status }: StatusPatch,
  signal: AbortSignal,
): Promise<Unstructured> {
  const difference = mergePatch(object['status'] ?? {}, status);
  if (difference === undefined) return object;
  const { resourceVersion } = object.metadata;
  const body = { metadata: { resourceVersion }, status: difference };
  return client.patch(kind, keyOf(object), { type: 'merge', body, subresource: 'status' }, signal);
}
