import type { Json } from './json.ts';
import type { Rules } from './rules.ts';

/**
 * A structural schema: the shape of a value, as a CustomResourceDefinition has it and as we write the built-in kinds.
 * Without `type` it says nothing of the shape (and then `preserveUnknown` or `intOrString` is set).
 */
export interface Schema {
  readonly type?: SchemaType;
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly nullable?: boolean;
  readonly properties?: ReadonlyMap<string, Schema>;
  /** Of map values. `true` allows any. */
  readonly additionalProperties?: Schema | true;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly intOrString?: boolean;
  /** An amount such as `100m` or `2Gi`. */
  readonly quantity?: boolean;
  readonly preserveUnknown?: boolean;
  /** A complete Kubernetes object: apiVersion, kind and metadata are known without being listed. */
  readonly embeddedResource?: boolean;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  /** Strategic merge patch: items of the list are merged by this key; `''` merges a list of scalars. */
  readonly mergeKey?: string;
  /** Strategic merge patch: a patch may say which keys remain. */
  readonly retainKeys?: boolean;
  /** An empty value is the same as none and is not kept (Go's `omitempty`). */
  readonly omitEmpty?: boolean;
  /** Part of its holder, not something beside it: there even when it is empty, and then nobody's (a Go struct). */
  readonly inPlace?: boolean;
  readonly limits?: Limits;
  /** `x-kubernetes-validations`. */
  readonly rules?: Rules;
  /** Name under which the type appears in OpenAPI documents; absent on anonymous ones. */
  readonly name?: string;
}

export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

/** Value validations, named as in JSON Schema. */
export interface Limits {
  readonly format?: string;
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
}

/** A value of any shape that is kept as it came. */
export const anything: Schema = { preserveUnknown: true };

/** The schema of one member of an object, whether listed or a map's. */
export function memberSchema(schema: Schema, key: string): Schema | undefined {
  const listed = schema.properties?.get(key);
  if (listed !== undefined) return listed;
  return schema.additionalProperties === true ? anything : schema.additionalProperties;
}
