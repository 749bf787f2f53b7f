import { isObject, listAt, objectAt, own, textAt, without } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Schema } from '../schema.ts';
import {
  below,
  difference,
  fieldSet,
  intersection,
  isEmpty,
  outside,
  parseFields,
  printFields,
  sameFields,
  under,
  union,
} from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import { changedFields, pathsOf } from './ownership.ts';

/** Who writes, and through which door. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

export interface Manager extends Writer {
  readonly time: string;
  readonly fields: FieldSet;
}

export function readManagers(object: JsonObject | undefined): readonly Manager[] {
  return listAt(object, 'metadata', 'managedFields')
    .filter(isObject)
    .filter((entry) => textAt(entry, 'manager') !== '' || textAt(entry, 'operation') !== '')
    .map((entry) => ({
      manager: textAt(entry, 'manager'),
      operation: textAt(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
      apiVersion: textAt(entry, 'apiVersion'),
      subresource: textAt(entry, 'subresource'),
      time: textAt(entry, 'time'),
      fields: parseFields(own(entry, 'fieldsV1')),
    }));
}

/** The object with these managers, those with nothing left out. */
export function writeManagers(object: JsonObject, managers: readonly Manager[]): JsonObject {
  const entries = managers
    .filter(({ fields }) => !isEmpty(fields))
    .toSorted(byAge)
    .map(({ fields, subresource, ...entry }): Json => ({
      ...entry,
      fieldsType: 'FieldsV1',
      fieldsV1: printFields(fields),
      ...(subresource === '' ? {} : { subresource }),
    }));
  const metadata = without(objectAt(object, 'metadata'), 'managedFields');
  return { ...object, metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries } };
}

function byAge(a: Manager, b: Manager): number {
  if (a.operation !== b.operation) return a.operation === 'Apply' ? -1 : 1;
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return a.manager < b.manager ? -1 : a.manager > b.manager ? 1 : 0;
}

export function isSameWriter(a: Writer, b: Writer): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource
  );
}

/** What nobody manages: identity, and what the server writes. */
const unmanaged = ['f:apiVersion', 'f:kind'];
const unmanagedMetadata = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
].map((key) => `f:${key}`);

/** The fields of a set that a writer can own through its door. */
export function manageable(
  set: FieldSet,
  { subresource }: Pick<Writer, 'subresource'>,
  { hasStatus, statusTakes }: StatusDoor,
): FieldSet {
  const metadata = outside(below(set, 'f:metadata'), unmanagedMetadata);
  const rest = outside(set, [...unmanaged, 'f:metadata']);
  const all = union(rest, fieldSet(false, [['f:metadata', { ...metadata, member: false }]]));
  if (subresource === 'status') {
    const taken = under(
      below(all, 'f:metadata'),
      statusTakes.map((key) => `f:${key}`),
    );
    return union(under(all, ['f:status']), fieldSet(false, [['f:metadata', taken]]));
  }
  return hasStatus ? outside(all, ['f:status']) : all;
}

/** What of an object the status subresource is for. */
export interface StatusDoor {
  /** There is such a door, and the object's own path does not write the status. */
  readonly hasStatus: boolean;
  /** What of the metadata it writes too. */
  readonly statusTakes: readonly string[];
}

export interface Tracked extends StatusDoor {
  readonly schema: Schema;
  readonly writer: Writer;
  readonly time: string;
  /** Absent when the object is new. */
  readonly before?: JsonObject;
  readonly after: JsonObject;
}

/** The object after an update, with its managers: the writer owns what it changed, others lose that and what is gone. */
export function trackUpdate(update: Tracked): JsonObject {
  const { schema, writer, before, after, time } = update;
  const base = before === undefined ? emptyObject(schema) : bare(before);
  const changed = manageable(changedFields(schema, base, bare(after) ?? {}), writer, update);
  const present = pathsOf(schema, bare(after) ?? {});
  const claimed = givenManagers(before, after);
  const others = claimed
    .filter((manager) => !isSameWriter(manager, writer))
    .map((manager) => ({ ...manager, fields: intersection(difference(manager.fields, changed), present) }));
  const mine = claimed.find((manager) => isSameWriter(manager, writer));
  const fields = union(mine === undefined ? changed : intersection(mine.fields, present), changed);
  const since = mine !== undefined && sameFields(mine.fields, fields) && isEmpty(changed) ? mine.time : time;
  return writeManagers(after, [...others, { ...writer, time: since, fields }]);
}

/** What an object of the kind has before anybody wrote anything, as Go writes it. */
export function emptyObject(schema: Schema): JsonObject {
  return Object.fromEntries(
    [...(schema.properties ?? [])].flatMap(([key, member]): readonly (readonly [string, Json])[] => {
      if (member.inPlace === true) return [[key, emptyObject(member)]];
      // Go writes a list that nobody made as null, unless it leaves it out.
      if (member.type === 'array' && member.omitEmpty !== true) return [[key, null]];
      return member.default === '' || member.default === null ? [[key, member.default]] : [];
    }),
  );
}

function bare(object: JsonObject | undefined): JsonObject | undefined {
  return object === undefined
    ? undefined
    : { ...object, metadata: without(objectAt(object, 'metadata'), 'managedFields') };
}

/** Managers as the update gives them: clients may rewrite the list, and an update that leaves it out keeps it. */
function givenManagers(before: JsonObject | undefined, after: JsonObject): readonly Manager[] {
  return own(objectAt(after, 'metadata'), 'managedFields') === undefined
    ? readManagers(before)
    : readManagers(after);
}
