import type { ObjectRef } from '../kinds/object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Whether a reference may cross namespaces: a ReferenceGrant beside the target must name both sides. */
export function granted(snapshot: Snapshot, from: ObjectRef, to: ObjectRef): boolean {
  if (from.namespace === to.namespace) return true;
  return (snapshot.grantsIn.get(to.namespace) ?? []).some(
    ({ spec }) =>
      spec.from.some(
        ({ group, kind, namespace }) =>
          group === from.group && kind === from.kind && namespace === from.namespace,
      ) &&
      spec.to.some(
        ({ group, kind, name }) =>
          group === to.group && kind === to.kind && (name === undefined || name === '' || name === to.name),
      ),
  );
}
