import type { HttpMatch, ResourceKey } from '../model/resource.ts';
import { isMatchedBy, sampleRequests } from './requests.ts';
import type { SampleRequest } from './requests.ts';

/** One rule of a listener, before and after a plan. The same in both for one that stays as it is. */
export interface Turn {
  readonly key: ResourceKey;
  /** `wait`: a call on it is in flight or lost; whatever becomes of it is not ours to time. */
  readonly change: 'none' | 'wait' | 'create' | 'update' | 'delete';
  readonly before?: Place;
  readonly after?: Place;
  /** Changes with the same word happen at once. */
  readonly together?: string;
}

export interface Place {
  readonly match: HttpMatch;
  readonly priority: number;
}

export interface Turnover {
  /** Of each change: those that must have happened before it. Never a circle. */
  readonly behind: ReadonlyMap<ResourceKey, ReadonlySet<ResourceKey>>;
  /** Updates that are right only if they happen at once. */
  readonly atOnce: readonly (readonly ResourceKey[])[];
  /** Updates that would have to happen at once with something that cannot: a creation or a deletion. */
  readonly stuck: readonly ResourceKey[];
}

/**
 * In which order the rules of a listener change, so that at every moment each request gets what it got before all of it
 * or what it gets after. Whoever takes over a request comes before whoever served it goes; what is new comes from the
 * first that wins to the last, and what goes goes from the last to the first. Changes that touch no request in common
 * are left to happen at any time.
 */
export function turnover(turns: readonly Turn[]): Turnover {
  const behind = new Map<ResourceKey, Set<ResourceKey>>();
  const changes = turns.filter(({ change }) => change !== 'none');
  if (changes.length < 2) return { behind, atOnce: [], stuck: [] };
  const places = turns.flatMap(({ before, after }) => [before ?? [], after ?? []].flat());
  const matches = new Map(places.map(({ match }) => [JSON.stringify(match), match]));
  for (const request of sampleRequests([...matches.values()])) {
    for (const [first, then] of constraints(turns, request)) {
      if (first.change === 'none' || then.change === 'none' || then.change === 'wait') continue;
      behind.set(then.key, (behind.get(then.key) ?? new Set()).add(first.key));
    }
  }
  return withoutCircles(changes, behind);
}

type Constraint = readonly [first: Turn, then: Turn];

/** What one request asks: until its new winner is there, its old one stays and nothing else wins. */
function* constraints(turns: readonly Turn[], request: SampleRequest): Generator<Constraint> {
  const old = winner(turns, 'before', request);
  const next = winner(turns, 'after', request);
  if (old !== undefined && next !== undefined && old !== next) yield [next, old];
  for (const other of turns) {
    if (other.change === 'none' || other === old || other === next) continue;
    if (meets(other.after, request) && !wins(old?.before, other.after) && next !== undefined)
      yield [next, other];
    if (meets(other.before, request) && !wins(next?.after, other.before) && old !== undefined)
      yield [other, old];
  }
}

function winner(turns: readonly Turn[], when: 'before' | 'after', request: SampleRequest): Turn | undefined {
  return turns
    .filter((turn) => meets(turn[when], request))
    .toSorted((a, b) => (a[when]?.priority ?? 0) - (b[when]?.priority ?? 0))[0];
}

function meets(place: Place | undefined, request: SampleRequest): boolean {
  return place !== undefined && isMatchedBy(place.match, request);
}

function wins(place: Place | undefined, over: Place | undefined): boolean {
  return place !== undefined && over !== undefined && place.priority < over.priority;
}

/** Updates in a circle become one; of what else is in it, creations come first and deletions last. */
function withoutCircles(
  changes: readonly Turn[],
  behind: ReadonlyMap<ResourceKey, ReadonlySet<ResourceKey>>,
): Turnover {
  const reach = reachable(changes, behind);
  const isCircle = (a: Turn, b: Turn): boolean =>
    reach.get(a.key)?.has(b.key) === true && reach.get(b.key)?.has(a.key) === true;
  const free = new Map<ResourceKey, Set<ResourceKey>>();
  for (const then of changes) {
    for (const first of changes) {
      if (behind.get(then.key)?.has(first.key) !== true) continue;
      if (isCircle(first, then) && !comesFirst(first, then)) continue;
      free.set(then.key, (free.get(then.key) ?? new Set()).add(first.key));
    }
  }
  const updates = changes.filter(({ change }) => change === 'update');
  const atOnce = updates.flatMap((update, i) => {
    const circle = updates.filter((other) => other === update || isCircle(update, other));
    return circle.length > 1 && updates.indexOf(circle[0] ?? update) === i
      ? [circle.map(({ key }) => key)]
      : [];
  });
  const stuck = updates.filter((update) =>
    changes.some((other) => other.change !== 'update' && isCircle(update, other)),
  );
  return { behind: free, atOnce, stuck: stuck.map(({ key }) => key) };
}

function comesFirst({ change: first }: Turn, { change: then }: Turn): boolean {
  return first === then ? first !== 'update' : rank[first] < rank[then];
}

const rank = { none: 0, wait: 0, create: 1, update: 2, delete: 3 } as const satisfies Record<
  Turn['change'],
  number
>;

/** All that each change leads to, where changes that happen together lead to one another. */
function reachable(
  changes: readonly Turn[],
  behind: ReadonlyMap<ResourceKey, ReadonlySet<ResourceKey>>,
): ReadonlyMap<ResourceKey, ReadonlySet<ResourceKey>> {
  const next = (turn: Turn): readonly Turn[] =>
    changes.filter(
      (other) =>
        behind.get(other.key)?.has(turn.key) === true ||
        (turn.together !== undefined && other !== turn && other.together === turn.together),
    );
  return new Map(
    changes.map((turn) => {
      const found = new Set<Turn>();
      const open = [...next(turn)];
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (found.has(at)) continue;
        found.add(at);
        open.push(...next(at));
      }
      return [turn.key, new Set([...found].map(({ key }) => key))];
    }),
  );
}
