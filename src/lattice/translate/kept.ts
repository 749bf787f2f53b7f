import { finalizers } from '../../kinds/names.ts';
import type { KubeObject, ObjectRef } from '../../kinds/object.ts';
import type { Draft } from './draft.ts';
import type { Settings } from './settings.ts';

export type KeptKind = keyof typeof finalizers;

/**
 * Whether an object stays until all that it asks for has gone again, so that something may be made for it. Where nobody
 * carries out what comes of it, that its finalizer would be written is enough.
 */
export function isKept({ onlyToRead }: Settings, object: KubeObject, kind: KeptKind): boolean {
  return onlyToRead === true || (object.metadata.finalizers ?? []).includes(finalizers[kind]);
}

/** Tells that the finalizer of an object is to be written, where it is. Gives whether everything else waits for that. */
export function awaitsFinalizer(
  draft: Draft,
  { ref, object }: { readonly ref: ObjectRef; readonly object: KubeObject },
  kind: KeptKind,
): boolean {
  const finalizer = finalizers[kind];
  if ((object.metadata.finalizers ?? []).includes(finalizer)) return false;
  draft.findings.push({ code: 'awaitingFinalizer', at: { object: ref }, finalizer });
  return !isKept(draft.settings, object, kind);
}
