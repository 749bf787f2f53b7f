import { controllerName } from '../../kinds/names.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { isRecord } from '../../kinds/record.ts';

/** Whether an object says of its present generation that it is programmed; a route of all its parents that are ours. */
export function isProgrammed(object: KubeObject): boolean {
  const { generation } = object.metadata;
  const status = 'status' in object && isRecord(object.status) ? object.status : {};
  const parents = listOf(status['parents']).filter((parent) => parent['controllerName'] === controllerName);
  const all = 'parents' in status ? parents : [status];
  return (
    all.length > 0 &&
    all.every((one) =>
      listOf(one['conditions']).some(
        ({ type, status: is, observedGeneration }) =>
          type === 'Programmed' && is === 'True' && observedGeneration === generation,
      ),
    )
  );
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
