import type {
  ResourceKind,
  ResourceRef,
  Resources,
  Snapshot,
  Unfit,
} from '../../../envoy/resources/snapshot.ts';
import type { Table, TargetGroup } from '../../state/state.ts';
import type { Asked } from './asked.ts';

/** What the last translation made. With it or without it the next one gives equal resources, only sooner. */
export type Memory = ReadonlyMap<string, Unit>;

export const nothingRemembered: Memory = new Map();

/** All that was made of one thing, and what it was made of, compared by identity. */
interface Unit {
  readonly inputs: readonly unknown[];
  /** Target groups that were looked up on the way, by id. */
  readonly groups: ReadonlyMap<string, TargetGroup | undefined>;
  readonly parts: readonly Part[];
  /** Of the listener that it is behind, if it is behind one. */
  readonly asks: Asked | undefined;
}

/** What one thing is known by, and how all that is made of it comes about. */
export interface Making {
  readonly key: string;
  /** What is said to be unfit when it cannot be made. */
  readonly about: ResourceRef;
  /** What decides what is made, besides groups that are looked up on the way. */
  readonly inputs: () => readonly unknown[];
  /** Gives what is asked of the listener. */
  readonly fill: (maker: Maker) => Asked | undefined;
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
  readonly #unfit: Unfit[] = [];
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

  /**
   * Adds what `fill` makes. It is not called when neither the inputs nor any group that it looked up has changed. When one of
   * the two throws, which is a bug of ours, what was made last is added, or nothing, and all others go on. Gives what is asked
   * of the listener.
   */
  unit(making: Making): Asked | undefined {
    const unit = this.#current(making);
    if (unit === undefined) return undefined;
    this.#units.set(making.key, unit);
    for (const part of unit.parts) part.putInto(this.#resources);
    return unit.asks;
  }

  memory(): Memory {
    return this.#units;
  }

  snapshot(): Snapshot {
    return this.#resources;
  }

  /** What cannot be made at present, and why. */
  unfit(): readonly Unfit[] {
    return this.#unfit;
  }

  #current(making: Making): Unit | undefined {
    const before = this.#before.get(making.key);
    try {
      const inputs = making.inputs();
      return before !== undefined && this.#isCurrent(before, inputs)
        ? before
        : this.#made(making, inputs, before);
    } catch (error) {
      const message = `it cannot be made: ${error instanceof Error ? error.message : String(error)}`;
      this.#unfit.push({ ...making.about, message });
      return before;
    }
  }

  #isCurrent(unit: Unit, inputs: readonly unknown[]): boolean {
    if (!areSame(unit.inputs, inputs)) return false;
    for (const [id, group] of unit.groups) if (this.#groups.get(id) !== group) return false;
    return true;
  }

  #made({ fill }: Making, inputs: readonly unknown[], before: Unit | undefined): Unit {
    const groups = new Map<string, TargetGroup | undefined>();
    const parts: Part[] = [];
    const asks = fill({
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
    return { inputs, groups, parts, asks };
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
