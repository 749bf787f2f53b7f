import type { ResourceKind, Resources, Snapshot } from '../../../envoy/resources/snapshot.ts';
import type { Table, TargetGroup } from '../../state/state.ts';

/** What the last translation made. With it or without it the next one gives equal resources, only sooner. */
export type Memory = ReadonlyMap<string, Unit>;

export const nothingRemembered: Memory = new Map();

/** All that was made of one thing, and what it was made of, compared by identity. */
interface Unit {
  readonly inputs: readonly unknown[];
  /** Target groups that were looked up on the way, by id. */
  readonly groups: ReadonlyMap<string, TargetGroup | undefined>;
  readonly parts: readonly Part[];
}

interface Part {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly inputs: readonly unknown[];
  /** The first of a name stays: units that make the same make it alike. */
  putInto(snapshot: Growing): void;
}

type Growing = { readonly [K in ResourceKind]: Map<string, Resources[K]> };

/** Makes the resources of one unit. One whose inputs are those of the last time is the very object of the last time. */
export interface Maker {
  make<K extends ResourceKind>(
    kind: K,
    name: string,
    inputs: readonly unknown[],
    resource: () => Resources[K],
  ): void;
  group(id: string): TargetGroup | undefined;
}

/** A snapshot in the making. */
export class Collector {
  readonly #before: Memory;
  readonly #groups: Table<TargetGroup>;
  readonly #units = new Map<string, Unit>();
  readonly #resources: Growing = {
    clusters: new Map(),
    endpoints: new Map(),
    listeners: new Map(),
    scopes: new Map(),
    routes: new Map(),
  };

  constructor(before: Memory, groups: Table<TargetGroup>) {
    this.#before = before;
    this.#groups = groups;
  }

  /** Adds what `fill` makes. It is not called when neither the inputs nor any group that it looked up has changed. */
  unit(key: string, inputs: readonly unknown[], fill: (maker: Maker) => void): void {
    const before = this.#before.get(key);
    const unit =
      before !== undefined && this.#isCurrent(before, inputs) ? before : this.#made(inputs, before, fill);
    this.#units.set(key, unit);
    for (const part of unit.parts) part.putInto(this.#resources);
  }

  memory(): Memory {
    return this.#units;
  }

  snapshot(): Snapshot {
    return this.#resources;
  }

  #isCurrent(unit: Unit, inputs: readonly unknown[]): boolean {
    if (!areSame(unit.inputs, inputs)) return false;
    for (const [id, group] of unit.groups) if (this.#groups.get(id) !== group) return false;
    return true;
  }

  #made(inputs: readonly unknown[], before: Unit | undefined, fill: (maker: Maker) => void): Unit {
    const groups = new Map<string, TargetGroup | undefined>();
    const parts: Part[] = [];
    fill({
      make: (kind, name, inputs, resource) => {
        const known = before?.parts.find((part) => part.kind === kind && part.name === name);
        if (known !== undefined && areSame(known.inputs, inputs)) parts.push(known);
        else parts.push(partOf(kind, name, inputs, resource()));
      },
      group: (id) => {
        const group = this.#groups.get(id);
        groups.set(id, group);
        return group;
      },
    });
    return { inputs, groups, parts };
  }
}

function partOf<K extends ResourceKind>(
  kind: K,
  name: string,
  inputs: readonly unknown[],
  resource: Resources[K],
): Part {
  return {
    kind,
    name,
    inputs,
    putInto: (snapshot) => {
      const resources: Map<string, Resources[K]> = snapshot[kind];
      if (!resources.has(name)) resources.set(name, resource);
    },
  };
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}
