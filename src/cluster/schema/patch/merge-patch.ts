import { isObject, own } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** JSON merge patch (RFC 7396): objects merge, null removes, everything else replaces. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const base: JsonObject = isObject(target) ? target : {};
  const kept = Object.entries(base).filter(([key]) => !Object.hasOwn(patch, key));
  const merged = Object.entries(patch)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [key, mergePatch(own(base, key), value)] as const);
  return Object.fromEntries([...kept, ...merged]);
}
