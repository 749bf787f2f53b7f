import type { JsonObject } from '../schema/json.ts';
import { apiVersionOf } from '../schema/kind.ts';
import type { ServedKind } from './registry.ts';

/** The object in the version that was asked for. Versions of a kind differ in name only, as without a conversion webhook. */
export function served({ kind, version }: ServedKind, object: JsonObject): JsonObject {
  const apiVersion = apiVersionOf(kind, version.name);
  return object['apiVersion'] === apiVersion ? object : { ...object, apiVersion };
}
