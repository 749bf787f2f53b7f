import { resourceKinds } from '../resources/snapshot.ts';
import type { ResourceKind, ResourceRef, Snapshot, Unfit } from '../resources/snapshot.ts';
import { typeNames } from './encoding.ts';
import type { Encoded, EncodedResource, EncodedSnapshot, Encoder } from './encoding.ts';

/** What may be published of a snapshot: consistent, and each resource valid. What of it is neither is as in the last one, or gone. */
export function fitted(encoder: Encoder, snapshot: Snapshot, last: EncodedSnapshot = nothing): Encoded {
  const { snapshot: encoded, unfit } = encoder.encode(snapshot, last);
  return { snapshot: encoded, unfit: [...unfit, ...madeConsistent(encoded, last)] };
}

const nothing: EncodedSnapshot = {
  clusters: new Map(),
  endpoints: new Map(),
  listeners: new Map(),
  scopes: new Map(),
  routes: new Map(),
};

/**
 * Makes each name in a snapshot lead somewhere. A resource that names what is not there becomes what it was in the last
 * snapshot, with what it named then, or goes. Gives those; all others stay as they are.
 */
function madeConsistent(snapshot: Encoded['snapshot'], last: EncodedSnapshot): readonly Unfit[] {
  const unfit = new Map<string, Unfit>();
  const broughtBack = new Set<EncodedResource>();
  // What is brought back from the last snapshot is consistent in itself, so this ends.
  for (let found = danglingIn(snapshot); found.length > 0; found = danglingIn(snapshot)) {
    for (const { kind, resource, to } of found) {
      const { name, version } = resource;
      const message = `it names the ${typeNames[to.kind]} ${to.name}, which does not exist`;
      const key = `${kind}/${name}`;
      if (!broughtBack.has(resource) && !unfit.has(key)) unfit.set(key, { kind, name, message });
      const before = last[kind].get(name);
      const named = last[to.kind].get(to.name);
      if (before !== undefined && before.version !== version) snapshot[kind].set(name, before);
      else if (before !== undefined && named !== undefined) {
        snapshot[to.kind].set(to.name, named);
        broughtBack.add(named);
      } else snapshot[kind].delete(name);
    }
  }
  return [...unfit.values()];
}

interface Dangling {
  readonly kind: ResourceKind;
  readonly resource: EncodedResource;
  readonly to: ResourceRef;
}

function danglingIn(snapshot: EncodedSnapshot): readonly Dangling[] {
  const found: Dangling[] = [];
  for (const kind of resourceKinds) {
    for (const resource of snapshot[kind].values()) {
      for (const to of resource.references) {
        if (!snapshot[to.kind].has(to.name)) found.push({ kind, resource, to });
      }
    }
  }
  return found;
}
