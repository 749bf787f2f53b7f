/**
 * An immutable map ordered by key (code points). A change copies one chunk and the list of chunks, so that old versions
 * stay whole and cheap: that is what makes every revision of the cluster a value.
 */
export interface OrderedMap<V> {
  readonly size: number;
  readonly chunks: readonly Chunk<V>[];
}

type Chunk<V> = readonly Entry<V>[];
export type Entry<V> = readonly [key: string, value: V];

const chunkLimit = 64;

export function emptyMap<V>(): OrderedMap<V> {
  return { size: 0, chunks: [] };
}

export function lookUp<V>(map: OrderedMap<V>, key: string): V | undefined {
  const chunk = map.chunks[chunkOf(map, key)];
  const entry = chunk?.[placeIn(chunk, key)];
  return entry?.[0] === key ? entry[1] : undefined;
}

/** With the value under the key, whether there was one or not. */
export function insert<V>(map: OrderedMap<V>, key: string, value: V): OrderedMap<V> {
  const index = chunkOf(map, key);
  const chunk = map.chunks[index] ?? [];
  const place = placeIn(chunk, key);
  const replaces = chunk[place]?.[0] === key;
  const grown = [
    ...chunk.slice(0, place),
    [key, value] as const,
    ...chunk.slice(replaces ? place + 1 : place),
  ];
  return { size: map.size + (replaces ? 0 : 1), chunks: splice(map.chunks, index, halved(grown)) };
}

export function erase<V>(map: OrderedMap<V>, key: string): OrderedMap<V> {
  const index = chunkOf(map, key);
  const chunk = map.chunks[index] ?? [];
  const place = placeIn(chunk, key);
  if (chunk[place]?.[0] !== key) return map;
  const left = [...chunk.slice(0, place), ...chunk.slice(place + 1)];
  return { size: map.size - 1, chunks: splice(map.chunks, index, left.length === 0 ? [] : [left]) };
}

/** Entries whose key begins with the prefix, in order, from the first key that is not below `from`. */
export function* scan<V>(map: OrderedMap<V>, prefix: string, from = prefix): Generator<Entry<V>> {
  const start = from < prefix ? prefix : from;
  for (let index = chunkOf(map, start); index < map.chunks.length; index += 1) {
    for (const entry of map.chunks[index] ?? []) {
      if (entry[0] < start) continue;
      if (!entry[0].startsWith(prefix)) return;
      yield entry;
    }
  }
}

function halved<V>(chunk: Chunk<V>): readonly Chunk<V>[] {
  if (chunk.length <= chunkLimit) return [chunk];
  const middle = chunk.length >> 1;
  return [chunk.slice(0, middle), chunk.slice(middle)];
}

function splice<V>(chunks: readonly Chunk<V>[], index: number, by: readonly Chunk<V>[]): readonly Chunk<V>[] {
  return [...chunks.slice(0, index), ...by, ...chunks.slice(index + 1)];
}

/** The chunk that has or would take the key: the last one that does not begin after it. */
function chunkOf<V>({ chunks }: OrderedMap<V>, key: string): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const first = chunks[middle]?.[0]?.[0];
    if (first !== undefined && first <= key) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first place in the chunk whose key is not below this one. */
function placeIn<V>(chunk: Chunk<V>, key: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const here = chunk[middle]?.[0];
    if (here !== undefined && here < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
