import { limits } from '../model/limits.gen.ts';

/** One rule of a listener, in the order in which the rules are to win. */
export interface Ranked {
  readonly key: string;
  /** Its priority now; absent for a rule that is to be created. */
  readonly current?: number;
  /** The one that somebody chose for it. Chosen ones come in rising order. */
  readonly chosen?: number;
}

export interface Priorities {
  /** The priority of each rule, strictly rising in the order given. */
  readonly of: ReadonlyMap<string, number>;
  /** The existing rules whose priority changes. */
  readonly moved: readonly string[];
}

/**
 * Priorities for the rules of one listener, such that at every moment each is unique: nothing is given a number that
 * another rule has before or after, so creations, deletions and moves may happen in any sequence. As many existing rules
 * as possible keep theirs. `taken` are the numbers of rules that are not ours to move, or are about to go.
 *
 * What somebody chose is given, whoever has it now; then the others keep theirs where that is in order.
 *
 * Only when so many numbers are in use that this cannot be had, existing rules exchange theirs, which one
 * `BatchUpdateRule` does at once. More rules than numbers: the last ones get none.
 */
export function assignPriorities(ranked: readonly Ranked[], taken: ReadonlySet<number>): Priorities {
  const settled = ranked.map(({ key, current, chosen }) => {
    const number = chosen ?? current;
    return number === undefined ? { key } : { key, current: number };
  });
  const staying = withChosen(
    ranked,
    longestRising(settled.map((one, at) => (mayStay(ranked, at) ? one : { key: one.key }))),
  );
  const occupied = new Set([
    ...taken,
    ...ranked.flatMap(({ current, chosen }) => [current, chosen].filter((number) => number !== undefined)),
  ]);
  const of =
    between(settled, staying, occupied) ??
    afresh(ranked, occupied) ??
    afresh(ranked, taken) ??
    new Map<string, number>();
  return {
    of,
    moved: ranked
      .filter(({ key, current }) => current !== undefined && of.get(key) !== current)
      .map(({ key }) => key),
  };
}

/** It is not in the way of a chosen number: not its own, and on the right side of it. */
function mayStay(ranked: readonly Ranked[], at: number): boolean {
  const one = ranked[at];
  if (one?.chosen !== undefined) return true;
  const { current } = one ?? {};
  if (current === undefined) return false;
  return ranked.every(
    ({ chosen }, other) => chosen === undefined || (other < at ? chosen < current : chosen > current),
  );
}

function withChosen(ranked: readonly Ranked[], staying: ReadonlySet<number>): ReadonlySet<number> {
  const chosen = ranked.flatMap((one, at) => (one.chosen === undefined ? [] : [at]));
  return new Set([...staying, ...chosen]);
}

const { min: first, max: last } = limits.RulePriority;
const widestGap = 100;

/** Positions that can keep their number: the longest strictly rising run of current priorities. */
function longestRising(ranked: readonly Ranked[]): ReadonlySet<number> {
  const best: { readonly length: number; readonly previous: number }[] = [];
  let end = -1;
  ranked.forEach(({ current }, position) => {
    let length = current === undefined ? 0 : 1;
    let previous = -1;
    for (let before = 0; before < position; before += 1) {
      const other = ranked[before]?.current;
      const run = best[before]?.length ?? 0;
      if (current !== undefined && other !== undefined && other < current && run + 1 > length) {
        length = run + 1;
        previous = before;
      }
    }
    best.push({ length, previous });
    if (length > 0 && length > (best[end]?.length ?? 0)) end = position;
  });
  const staying = new Set<number>();
  for (let at = end; at >= 0; at = best[at]?.previous ?? -1) staying.add(at);
  return staying;
}

/** Fills each run of rules that need a number from the free ones between its neighbours; nothing when one does not fit. */
function between(
  ranked: readonly Ranked[],
  staying: ReadonlySet<number>,
  occupied: ReadonlySet<number>,
): Map<string, number> | undefined {
  const of = new Map<string, number>();
  let below = first - 1;
  for (let start = 0; start < ranked.length;) {
    const here = ranked[start];
    if (here?.current !== undefined && staying.has(start)) {
      of.set(here.key, here.current);
      below = here.current;
      start += 1;
      continue;
    }
    let end = start;
    while (end < ranked.length && !staying.has(end)) end += 1;
    const numbers = spread(end - start, below, ranked[end]?.current ?? last + 1, occupied);
    if (numbers === undefined) return undefined;
    for (const [index, number] of numbers.entries()) {
      const rule = ranked[start + index];
      if (rule !== undefined) of.set(rule.key, number);
    }
    start = end;
  }
  return of;
}

function afresh(ranked: readonly Ranked[], occupied: ReadonlySet<number>): Map<string, number> | undefined {
  const numbers = spread(ranked.length, first - 1, last + 1, occupied);
  if (numbers === undefined) return undefined;
  return new Map(ranked.map(({ key }, index) => [key, numbers[index] ?? 0]));
}

/** `count` free numbers between two bounds, with gaps for those that come later. */
function spread(
  count: number,
  below: number,
  above: number,
  occupied: ReadonlySet<number>,
): readonly number[] | undefined {
  const free: number[] = [];
  for (let number = below + 1; number < above; number += 1) if (!occupied.has(number)) free.push(number);
  if (free.length < count) return undefined;
  const open = above > last;
  const step = Math.max(1, Math.min(widestGap, Math.floor(free.length / (count + 1))));
  const chosen: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const even = Math.floor(((index + 1) * free.length) / (count + 1));
    const number = free[open ? (index + 1) * step - 1 : Math.min(even, free.length - count + index)];
    if (number === undefined) return undefined;
    chosen.push(number);
  }
  return chosen;
}
