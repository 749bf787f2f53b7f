import { isObject, objectAt, without } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Schema } from '../schema.ts';
import { difference, intersection, isEmpty, noFields, sameFields, sayPaths, union } from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import { isSameWriter, manageable, readManagers } from './managers.ts';
import type { Manager, StatusDoor, Writer } from './managers.ts';
import { changedFields, fieldsOf, mergeApplied, removeFields } from './ownership.ts';

export interface Application extends StatusDoor {
  readonly schema: Schema;
  readonly writer: Writer;
  readonly time: string;
  /** Absent when the object is to be created. */
  readonly live?: JsonObject;
  /** What the writer wants, as it was read: without presets. */
  readonly applied: JsonObject;
  /** Take fields away from whoever owns them. */
  readonly force: boolean;
}

export interface Conflict {
  readonly manager: Manager;
  /** `.spec.replicas`. */
  readonly field: string;
}

export type Applied =
  | { readonly code: 'applied'; readonly object: JsonObject; readonly managers: readonly Manager[] }
  | { readonly code: 'conflict'; readonly conflicts: readonly Conflict[] };

/**
 * Server-side apply: the live object with what is applied, without what the same writer applied before and no longer
 * does, unless somebody else owns it too.
 */
export function applyObject(application: Application): Applied {
  const { schema, writer, live, applied } = application;
  const base = live === undefined ? {} : withoutManagers(live);
  const wanted = manageable(fieldsOf(schema, applied), writer, application);
  const merged = mergeApplied(schema, base, applied);
  const object = isObject(merged) ? merged : applied;
  const changed = intersection(manageable(changedFields(schema, base, object), writer, application), wanted);
  const managers = knownManagers(application);
  const others = managers.filter((manager) => !isSameWriter(manager, writer));
  const conflicts = others.flatMap((manager) =>
    sayPaths(intersection(manager.fields, changed)).map((field) => ({ manager, field })),
  );
  if (conflicts.length > 0 && !application.force) return { code: 'conflict', conflicts };
  const mine = managers.find((manager) => isSameWriter(manager, writer));
  const elsewhere = others.reduce<FieldSet>((all, { fields }) => union(all, fields), noFields);
  const removal = { gone: difference(mine?.fields ?? noFields, wanted), kept: union(elsewhere, wanted) };
  const kept = others.map((manager) => ({ ...manager, fields: difference(manager.fields, changed) }));
  const since =
    mine !== undefined && sameFields(mine.fields, wanted) && isEmpty(changed) ? mine.time : application.time;
  return {
    code: 'applied',
    object: removeFields(schema, object, removal),
    managers: [...kept, { ...writer, time: since, fields: wanted }],
  };
}

function withoutManagers(object: JsonObject): JsonObject {
  return { ...object, metadata: without(objectAt(object, 'metadata'), 'managedFields') };
}

/** An object that nobody manages yet is somebody's all the same. */
function knownManagers(application: Application): readonly Manager[] {
  const { schema, live, writer, time } = application;
  const managers = readManagers(live);
  if (live === undefined || managers.length > 0) return managers;
  const former = { ...writer, manager: 'before-first-apply', operation: 'Update' } as const;
  return [
    { ...former, time, fields: manageable(fieldsOf(schema, withoutManagers(live)), former, application) },
  ];
}
