/** Values by number, of which every version stays as it is: a change copies the few parts on the way to its slot. */
export type Slots<E> = Leaf<E> | Branch<E>;

interface Leaf<E> {
  readonly level: 0;
  readonly items: readonly (E | undefined)[];
}

interface Branch<E> {
  /** Of its children, plus one. */
  readonly level: number;
  readonly children: readonly Slots<E>[];
}

const bits = 5;
const width = 1 << bits;

export function slotsOf<E>(items: readonly E[]): Slots<E> {
  let nodes: readonly Slots<E>[] = chunks(items).map((chunk) => ({ level: 0, items: chunk }));
  for (let level = 1; nodes.length > 1; level += 1) {
    nodes = chunks(nodes).map((children) => ({ level, children }));
  }
  return nodes[0] ?? { level: 0, items: [] };
}

/** What is in a slot; nothing in one that was never set. */
export function slotIn<E>(slots: Slots<E>, slot: number): E | undefined {
  let node = slots;
  if (slot >> bits >= width ** node.level) return undefined;
  while ('children' in node) {
    const child: Slots<E> | undefined = node.children[(slot >> (bits * node.level)) & (width - 1)];
    if (child === undefined) return undefined;
    node = child;
  }
  return node.items[slot & (width - 1)];
}

/** With a slot set: one there is, or the one after the last. */
export function withSlot<E>(slots: Slots<E>, slot: number, value: E | undefined): Slots<E> {
  if (slot >> bits < width ** slots.level) return replaced(slots, slot, value);
  return withSlot({ level: slots.level + 1, children: [slots] }, slot, value);
}

function replaced<E>(node: Slots<E> | undefined, slot: number, value: E | undefined, level = 0): Slots<E> {
  if (node === undefined) {
    return level === 0
      ? { level: 0, items: [value] }
      : { level, children: [replaced<E>(undefined, slot, value, level - 1)] };
  }
  if ('items' in node) {
    const items = node.items.slice();
    items[slot & (width - 1)] = value;
    return { level: 0, items };
  }
  const children = node.children.slice();
  const at = (slot >> (bits * node.level)) & (width - 1);
  children[at] = replaced(children[at], slot, value, node.level - 1);
  return { level: node.level, children };
}

/** The first value that satisfies a condition, by number. */
export function findIn<E>(slots: Slots<E>, condition: (value: E) => boolean): E | undefined {
  if ('items' in slots) {
    const { items } = slots;
    for (let at = 0; at < items.length; at += 1) {
      const item = items[at];
      if (item !== undefined && condition(item)) return item;
    }
    return undefined;
  }
  for (const child of slots.children) {
    const found = findIn(child, condition);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All values, by number. */
export function listOf<E>(slots: Slots<E>): readonly E[] {
  const found: E[] = [];
  collect(slots, found);
  return found;
}

function collect<E>(slots: Slots<E>, found: E[]): void {
  if ('items' in slots) {
    for (const item of slots.items) if (item !== undefined) found.push(item);
  } else for (const child of slots.children) collect(child, found);
}

function chunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / width) }, (_, index) =>
    items.slice(index * width, (index + 1) * width),
  );
}
