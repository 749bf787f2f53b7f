import { facts } from '../../../src/lattice/model/facts.ts';
import type { ResourceType, Target } from '../../../src/lattice/model/resource.ts';
import type { Step } from '../../../src/lattice/plan/step.ts';

/** The least that a plan can cost, whoever carries it out. */
export interface Floor {
  readonly mutations: number;
  /** Of what takes its time in Lattice, each is looked at once to know that it is there, or gone. */
  readonly reads: number;
  /** Milliseconds of what must follow one another until traffic can have changed, and until all is known to be done. */
  readonly untilEffect: number;
  readonly untilQuiet: number;
}

/** How fast Lattice is, in milliseconds. */
export interface Pace {
  readonly perCall: number;
  /** From the answer to a creation until it is active, or to a deletion until it is gone. */
  readonly settling: (type: ResourceType, how: 'made' | 'gone') => number;
  /** Changes that may begin in a second; the first second's at once. */
  readonly perSecond: number;
}

type Write = Extract<Step, { op: 'create' | 'update' | 'replace' | 'delete' | 'adopt' }>;

/** Computed from the steps alone: how many calls each is, and which must come before which. */
export function floorOf(steps: readonly Step[], { perCall, settling, perSecond }: Pace): Floor {
  const writes = steps.filter(isWrite);
  const byKey = new Map(writes.map((write) => [write.key, write]));
  const done = new Map<string, number>();
  /** Until a step's last mutation is answered. */
  const until = (write: Write): number => {
    const known = done.get(write.key);
    if (known !== undefined) return known;
    const before = (keys: readonly string[], more: (write: Write) => number): readonly number[] =>
      keys.flatMap((key) => {
        const other = byKey.get(key);
        return other === undefined ? [] : [until(other) + more(other)];
      });
    const after = 'after' in write ? write.after : [];
    const behind = 'behind' in write ? write.behind : [];
    const begin = Math.max(0, ...before(after, untilSeen), ...before(behind, () => 0));
    const end = begin + mutationsOf(write) * perCall;
    done.set(write.key, end);
    return end;
  };
  const settled = (write: Write): number =>
    looksOf(write) === 0 ? 0 : settling(write.type, write.op === 'delete' ? 'gone' : 'made');
  const untilSeen = (write: Write): number => settled(write) + looksOf(write) * perCall;
  const untilFelt = (write: Write): number => {
    // What goes is not reached any more as soon as that was said.
    if (write.op === 'delete') return until(write);
    // New targets are registered before old ones go.
    const later = write.op === 'update' ? Math.max(0, mutationsOf(write) - 1) : 0;
    return until(write) + settled(write) - later * perCall;
  };
  const mutations = sum(oneCallEach(writes).map(mutationsOf));
  const untilAllowed = mutations <= perSecond ? 0 : (1_000 * (mutations - perSecond)) / perSecond + perCall;
  const felt = writes.filter((write) => !isCleanUp(write, byKey));
  return {
    mutations,
    reads: sum(writes.map(looksOf)),
    untilEffect: Math.max(untilAllowed, ...felt.map(untilFelt)),
    untilQuiet: Math.max(untilAllowed, ...writes.map((write) => until(write) + untilSeen(write))),
  };
}

/** What can go only after something else has changed is out of traffic by then. */
function isCleanUp(write: Write, byKey: ReadonlyMap<string, Write>): boolean {
  return write.op === 'delete' && write.after.some((key) => byKey.has(key));
}

/** Updates that are one call count as their first. */
function oneCallEach(writes: readonly Write[]): readonly Write[] {
  const seen = new Set<string>();
  return writes.filter((write) => {
    if (write.op !== 'update' || write.together === undefined) return true;
    if (seen.has(write.together)) return false;
    seen.add(write.together);
    return true;
  });
}

/** Whether it is done by calls that change something. */
export function isWrite(step: Step): step is Write {
  return (
    step.op === 'create' ||
    step.op === 'update' ||
    step.op === 'replace' ||
    step.op === 'delete' ||
    step.op === 'adopt'
  );
}

function mutationsOf(write: Write): number {
  if (write.op === 'replace') return 2;
  if (write.op !== 'update' || write.from.type !== 'targets' || write.resource.type !== 'targets') return 1;
  const from = new Set(write.from.spec.targets.map(wordOf));
  const to = new Set(write.resource.spec.targets.map(wordOf));
  return (
    Number([...to].some((target) => !from.has(target))) + Number([...from].some((target) => !to.has(target)))
  );
}

/** What comes to be or goes in its own time, as the model's facts say, is looked at once more. */
function looksOf({ op, type }: Write): 0 | 1 {
  const isOneToWaitFor = op === 'create' || op === 'replace' || op === 'delete';
  return isOneToWaitFor && facts[type].pollIn !== undefined ? 1 : 0;
}

function wordOf({ id, port }: Target): string {
  return `${id}:${port}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
