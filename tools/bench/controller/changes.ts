import type { Change as Told } from '../../../src/kube/store.ts';
import type { KubeObject } from '../../../src/kinds/object.ts';
import type { Stores } from '../../../src/snapshot/stores.ts';
import { withDeleting, withManifests, withNewAddress } from './foreseen.ts';
import type { Manifest } from './manifests.ts';
import type { World } from './world.ts';

/** One change, made once. */
export interface Change {
  /** What is typed, and what is on its standard input. */
  readonly args: readonly string[];
  readonly manifests?: readonly Manifest[];
  /** The cluster has it. */
  readonly isWritten: (told: Told) => boolean;
  /** From when on the controller can do something, where that is later than when it was written. */
  readonly isReady?: (told: Told) => boolean;
  /** The cluster with the change, for the plan. */
  readonly foreseen: (stores: Stores) => Stores;
}

/** Objects are made or changed. Of several routes, the first one begins it. */
export function written(manifests: readonly Manifest[]): Change {
  const first = manifests.find(({ kind }) => kind === 'HTTPRoute')?.metadata.name ?? '';
  return {
    args: ['apply', '-f', '-'],
    manifests,
    isWritten: isAbout('HTTPRoute', first),
    foreseen: (stores) => withManifests(stores, manifests),
  };
}

/** A route goes. */
export function deleted(route: string): Change {
  return {
    args: ['delete', 'httproute', route, '--wait=false'],
    isWritten: isAbout('HTTPRoute', route),
    foreseen: (stores) => withDeleting(stores, route),
  };
}

/** A pod of a Deployment goes, and another comes in its place. */
export function podReplaced(deployment: string, { podNames }: Pick<World, 'podNames'>): Change {
  const there = podNames();
  const isOurs = (name: string): boolean => name.startsWith(`${deployment}-`);
  const [old = ''] = [...there].filter(isOurs);
  return {
    args: ['delete', 'pod', old, '--wait=false'],
    isWritten: isAbout('Pod', old),
    isReady: (told) =>
      told.op === 'modified' &&
      told.object.kind === 'Pod' &&
      isOurs(told.object.metadata.name) &&
      !there.has(told.object.metadata.name) &&
      hasBecomeReady(told.object),
    foreseen: (stores) => withNewAddress(stores, deployment),
  };
}

function isAbout(kind: string, name: string): (told: Told) => boolean {
  return (told) => told.op !== 'state' && told.object.kind === kind && told.object.metadata.name === name;
}

function hasBecomeReady(pod: KubeObject): boolean {
  const status: unknown = 'status' in pod ? pod.status : {};
  const conditions: unknown =
    typeof status === 'object' && status !== null && 'conditions' in status ? status.conditions : [];
  return Array.isArray(conditions) && conditions.some(isReady);
}

function isReady(condition: unknown): boolean {
  return (
    typeof condition === 'object' &&
    condition !== null &&
    'type' in condition &&
    condition.type === 'Ready' &&
    'status' in condition &&
    condition.status === 'True'
  );
}
