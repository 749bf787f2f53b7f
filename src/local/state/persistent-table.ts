import { findIn, listOf, slotIn, slotsOf, withSlot } from './slots.ts';
import type { Slots } from './slots.ts';

type Entry<T> = readonly [key: string, value: T];

/** A way to find values by something else than their key. Made once, as the table remembers what it found by it. */
export interface Lookup<T> {
  /** What a value is found by; nothing when it is not. */
  readonly of: (value: T) => string | undefined;
}

/** What all versions of a table share. It only ever grows: a slot is never given to another key. */
interface Shared<T> {
  /** The slot of each key that any version had. */
  readonly slots: Map<string, number>;
  /** For each lookup the slots of what any version found by a text, and of some that it does not find any more. */
  readonly lookups: Map<Lookup<T>, Map<string, number[]>>;
  /** Of the youngest version. */
  age: number;
}

interface Parts<T> {
  readonly slots: Slots<Entry<T>>;
  /** Slots of this version; those behind belong to younger ones. */
  readonly end: number;
  readonly size: number;
}

/** Slots of what is gone are kept until there are that many more than those in use. */
const slack = 32;

/**
 * A table of which every version stays as it is, and whose next version costs little, for it shares nearly all with the
 * last. In order of insertion; an entry that is set again keeps its place. A version that is not the youngest can have
 * another next one: then everything is copied once.
 */
export class PersistentTable<T> implements ReadonlyMap<string, T> {
  readonly #shared: Shared<T>;
  readonly #parts: Parts<T>;
  readonly #age: number;

  private constructor(shared: Shared<T>, parts: Parts<T>) {
    this.#shared = shared;
    this.#parts = parts;
    shared.age += 1;
    this.#age = shared.age;
  }

  static of<T>(entries: Iterable<Entry<T>>): PersistentTable<T> {
    const unique = [...new Map(entries)];
    const slots = new Map(unique.map(([key], slot) => [key, slot]));
    const shared = { slots, lookups: new Map<Lookup<T>, Map<string, number[]>>(), age: 0 };
    return new PersistentTable(shared, { slots: slotsOf(unique), end: slots.size, size: slots.size });
  }

  get size(): number {
    return this.#parts.size;
  }

  get(key: string): T | undefined {
    return this.#entry(key)?.[1];
  }

  has(key: string): boolean {
    return this.#entry(key) !== undefined;
  }

  /** The next version, with an entry set. */
  with(key: string, value: T): PersistentTable<T> {
    const { slots, end, size } = this.#parts;
    const entry = [key, value] as const;
    const slot = this.#slotOf(key);
    const isThere = slot !== undefined && slotIn(slots, slot) !== undefined;
    // A key that comes back goes to the end, where it has no slot.
    const isNew = !isThere && !this.#shared.slots.has(key);
    if (this.#age !== this.#shared.age || !(isThere || isNew)) {
      const entries = listOf(slots);
      return PersistentTable.of([...entries, entry]);
    }
    this.#remember(value, slot ?? end);
    if (isThere) return this.#next({ slots: withSlot(slots, slot, entry), end, size });
    this.#shared.slots.set(key, end);
    return this.#next({ slots: withSlot(slots, end, entry), end: end + 1, size: size + 1 });
  }

  /** The next version, without an entry; this one when it has none. */
  without(key: string): PersistentTable<T> {
    const { slots, end, size } = this.#parts;
    const slot = this.#slotOf(key);
    if (slot === undefined || slotIn(slots, slot) === undefined) return this;
    const rest = withSlot(slots, slot, undefined);
    return this.#age !== this.#shared.age || end > 2 * size + slack
      ? PersistentTable.of(listOf(rest))
      : this.#next({ slots: rest, end, size: size - 1 });
  }

  /** The first value that satisfies a condition. Faster than going through `values()`. */
  find(condition: (value: T) => boolean): T | undefined {
    return findIn(this.#parts.slots, (entry) => condition(entry[1]))?.[1];
  }

  /** The values that a lookup finds by a text; in order of insertion unless what they are found by has changed. */
  lookUp(lookup: Lookup<T>, text: string): readonly T[] {
    if (this.#age !== this.#shared.age) {
      return [...this.values()].filter((value) => lookup.of(value) === text);
    }
    const known = this.#shared.lookups.get(lookup) ?? this.#learn(lookup);
    return (known.get(text) ?? []).flatMap((slot) => {
      const value = slotIn(this.#parts.slots, slot)?.[1];
      return value !== undefined && lookup.of(value) === text ? [value] : [];
    });
  }

  forEach(visit: (value: T, key: string, table: ReadonlyMap<string, T>) => void): void {
    for (const [key, value] of listOf(this.#parts.slots)) visit(value, key, this);
  }

  // Lists first: their iterators are those of the language, and many times as fast as ones of ours.
  entries(): MapIterator<[string, T]> {
    return listOf(this.#parts.slots)
      .map((entry): [string, T] => [entry[0], entry[1]])
      .values();
  }

  keys(): MapIterator<string> {
    return listOf(this.#parts.slots)
      .map((entry) => entry[0])
      .values();
  }

  values(): MapIterator<T> {
    return listOf(this.#parts.slots)
      .map((entry) => entry[1])
      .values();
  }

  [Symbol.iterator](): MapIterator<[string, T]> {
    return this.entries();
  }

  #next(parts: Parts<T>): PersistentTable<T> {
    return new PersistentTable(this.#shared, parts);
  }

  #learn(lookup: Lookup<T>): ReadonlyMap<string, readonly number[]> {
    const known = new Map<string, number[]>();
    for (const [key, value] of this.entries()) {
      const slot = this.#slotOf(key);
      if (slot !== undefined) note(known, lookup.of(value), slot);
    }
    this.#shared.lookups.set(lookup, known);
    return known;
  }

  #remember(value: T, slot: number): void {
    for (const [lookup, known] of this.#shared.lookups) note(known, lookup.of(value), slot);
  }

  #entry(key: string): Entry<T> | undefined {
    const slot = this.#slotOf(key);
    return slot === undefined ? undefined : slotIn(this.#parts.slots, slot);
  }

  #slotOf(key: string): number | undefined {
    const slot = this.#shared.slots.get(key);
    return slot === undefined || slot >= this.#parts.end ? undefined : slot;
  }
}

function note(known: Map<string, number[]>, text: string | undefined, slot: number): void {
  if (text === undefined) return;
  const slots = known.get(text);
  if (slots === undefined) known.set(text, [slot]);
  else if (!slots.includes(slot)) slots.push(slot);
}
