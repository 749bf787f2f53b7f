import type { ResourceKind, Resources, Snapshot } from '../../../envoy/resources/snapshot.ts';

/** A resource and all that it was made of, compared by identity. */
interface Remembered<T> {
  readonly inputs: readonly unknown[];
  readonly resource: T;
}

/** What the last translation made. With it or without it the next one gives the same resources, only sooner. */
export type Memory = { readonly [K in ResourceKind]: ReadonlyMap<string, Remembered<Resources[K]>> };

/** A snapshot in the making. A resource whose inputs are those of the last time is the very object of the last time. */
export class Collector {
  readonly #before: Memory;
  readonly #now: { readonly [K in ResourceKind]: Map<string, Remembered<Resources[K]>> } = {
    clusters: new Map(),
    endpoints: new Map(),
    listeners: new Map(),
    scopes: new Map(),
    routes: new Map(),
  };

  constructor(before: Memory) {
    this.#before = before;
  }

  has(kind: ResourceKind, name: string): boolean {
    return this.#now[kind].has(name);
  }

  /** The first of a name stays. */
  add<K extends ResourceKind>(
    kind: K,
    name: string,
    inputs: readonly unknown[],
    make: () => Resources[K],
  ): void {
    const now: Map<string, Remembered<Resources[K]>> = this.#now[kind];
    if (now.has(name)) return;
    const before: Remembered<Resources[K]> | undefined = this.#before[kind].get(name);
    const same = before?.inputs.every((input, index) => input === inputs[index]) === true;
    now.set(name, same ? before : { inputs, resource: make() });
  }

  memory(): Memory {
    return this.#now;
  }

  snapshot(): Snapshot {
    return {
      clusters: resourcesOf(this.#now.clusters),
      endpoints: resourcesOf(this.#now.endpoints),
      listeners: resourcesOf(this.#now.listeners),
      scopes: resourcesOf(this.#now.scopes),
      routes: resourcesOf(this.#now.routes),
    };
  }
}

export const nothingRemembered: Memory = {
  clusters: new Map(),
  endpoints: new Map(),
  listeners: new Map(),
  scopes: new Map(),
  routes: new Map(),
};

function resourcesOf<T>(remembered: ReadonlyMap<string, Remembered<T>>): ReadonlyMap<string, T> {
  return new Map([...remembered].map(([name, { resource }]) => [name, resource]));
}
