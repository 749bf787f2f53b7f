import { canonical, objectIn } from './json.ts';
import type { JsonObject } from './json.ts';
import { safeEncoded } from './names.ts';
import type { ApiObject } from './write.ts';

export const hashLabel = 'pod-template-hash';

export function templateOf(object: ApiObject): JsonObject {
  return objectIn(objectIn(object['spec'])['template']);
}

/** Whether two pod templates make the same pods: the hash label, which only one of them has, is not looked at. */
export function sameTemplate(a: JsonObject, b: JsonObject): boolean {
  return canonical(withoutHash(a)) === canonical(withoutHash(b));
}

/**
 * The value of `pod-template-hash`. Kubernetes hashes Go's memory layout, so ours differs for the same template; its
 * form (32 bits in the alphabet of generated names) is the same. `collisions` gives another hash for the same template.
 */
export function templateHash(template: JsonObject, collisions: number): string {
  let hash = 0x811c9dc5;
  for (const character of canonical(template) + (collisions === 0 ? '' : `#${collisions}`)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return safeEncoded(hash);
}

function withoutHash(template: JsonObject): JsonObject {
  const metadata = objectIn(template['metadata']);
  const { [hashLabel]: _, ...labels } = objectIn(metadata['labels']);
  return { ...template, metadata: { ...metadata, labels } };
}
