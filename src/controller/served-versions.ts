import type { Kind } from '../kinds/object.ts';
import { reflect } from '../kube/reflector.ts';
import type { ReflectOptions } from '../kube/reflector.ts';
import type { Change, Store } from '../kube/store.ts';

/** Versions of kinds that clusters with an older Gateway API serve in the place of ours, the newest first. */
const olderVersions: Readonly<Record<string, readonly string[]>> = {
  'tlsroutes.gateway.networking.k8s.io': ['v1alpha3', 'v1alpha2'],
};

/**
 * Reflects a kind in the newest version that the server has: an older one is tried only where it never served a newer
 * one. What is read in an older version has the same form as far as we look, and says its version itself.
 */
export function reflectServed(
  options: ReflectOptions & { readonly onChange: (change: Change) => void },
): Store {
  const { kind, onChange } = options;
  const older = olderVersions[`${kind.plural}.${kind.group}`] ?? [];
  if (older.length === 0) return reflect(options);
  const listeners = new Set<(change: Change) => void>();
  const follow = (versions: readonly Kind[]): Store => {
    const [version = kind, ...others] = versions;
    const store: Store = reflect({
      ...options,
      kind: version,
      onChange: (change) => {
        if (store !== current) return;
        if (change.op === 'state' && change.state === 'absent' && others.length > 0) {
          current = follow(others);
          return;
        }
        onChange(change);
        for (const listener of listeners) listener(change);
      },
    });
    return store;
  };
  let current: Store = follow([kind, ...older.map((version) => ({ ...kind, version }))]);
  return {
    kind,
    get state() {
      return current.state;
    },
    get synced() {
      return current.synced;
    },
    get resourceVersion() {
      return current.resourceVersion;
    },
    get trouble() {
      return current.trouble;
    },
    get: (namespace, name) => current.get(namespace, name),
    list: () => current.list(),
    subscribe: (listener) => {
      const one = (change: Change): void => listener(change);
      listeners.add(one);
      return () => listeners.delete(one);
    },
  };
}
