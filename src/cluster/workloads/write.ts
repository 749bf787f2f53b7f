import type { Kind, KubeObject, OwnerReference } from '../../kinds/object.ts';
import { canonical, objectIn } from './json.ts';
import type { JsonObject } from './json.ts';

/** An object as the API has it: what all have in common, and fields that the reader of its kind knows. */
export interface ApiObject extends KubeObject {
  readonly [field: string]: unknown;
}

/** What a controller wants done, as data. Patches are JSON merge patches. */
export type Write =
  | { readonly op: 'create'; readonly kind: Kind; readonly object: ApiObject }
  | { readonly op: 'patch'; readonly kind: Kind; readonly object: ApiObject; readonly patch: JsonObject }
  | {
      readonly op: 'patchStatus';
      readonly kind: Kind;
      readonly object: ApiObject;
      readonly status: JsonObject;
    }
  | {
      readonly op: 'delete';
      readonly kind: Kind;
      readonly object: ApiObject;
      readonly propagation: Propagation;
    }
  | { readonly op: 'event'; readonly object: ApiObject; readonly event: EventText };

/** What becomes of an object's dependents when it is deleted. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** What `kubectl describe` shows under Events. */
export interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** The writes of one look at the cluster, and when to look again although nothing changed (epoch milliseconds). */
export interface Verdict {
  readonly writes: readonly Write[];
  readonly again?: number;
}

/** The uid an API server gave; an object without one was never stored, and owns nothing. */
export function uidOf(object: KubeObject): string {
  return object.metadata.uid ?? '';
}

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** The reference that makes `owner` the controller of an object. */
export function controlledBy(owner: ApiObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Fields that are only there when they have a value: what the API omits when empty, we omit. */
export function defined(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * The write that makes the status of `object` say `wanted`: only what differs, nothing when all is said. A field that
 * is undefined in `wanted` is removed; a status field that `wanted` does not name stays.
 */
export function statusWrites(kind: Kind, object: ApiObject, wanted: JsonObject): readonly Write[] {
  const current = objectIn(object['status']);
  const status: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(wanted)) {
    if (canonical(current[field]) !== canonical(value)) status[field] = value ?? null;
  }
  return Object.keys(status).length === 0 ? [] : [{ op: 'patchStatus', kind, object, status }];
}

/** A count as the API shows it: nothing when zero. */
export function countOrNone(count: number): number | undefined {
  return count === 0 ? undefined : count;
}

/** The earlier of the times at which to look again. */
export function earliest(times: readonly (number | undefined)[]): { readonly again?: number } {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? {} : { again: Math.min(...known) };
}

/** Oldest first; the name decides between those of one second. */
export function compareAge(a: KubeObject, b: KubeObject): number {
  const [older, younger] = [a, b].map(
    ({ metadata }) => `${metadata.creationTimestamp ?? ''} ${metadata.name}`,
  );
  return older === younger ? 0 : (older ?? '') < (younger ?? '') ? -1 : 1;
}
