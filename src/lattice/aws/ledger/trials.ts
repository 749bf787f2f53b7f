import type { Clock } from '../../../ports/clock.ts';
import { facts } from '../../model/facts.ts';
import type { Fact, KnownEntry } from '../../model/known.ts';
import type { ResourceKey } from '../../model/resource.ts';
import type { Transitions } from '../transitions.ts';
import type { Memory } from './memory.ts';

export interface TrialsOptions {
  readonly memory: Memory;
  readonly transitions: Transitions;
  readonly clock: Clock;
}

/** What writes show of the transitions of other things, which they would have had to wait for. */
export class Trials {
  readonly #options: TrialsOptions;

  constructor(options: TrialsOptions) {
    this.#options = options;
  }

  /** The write worked: these are at rest, or gone. */
  worked(keys: readonly ResourceKey[]): void {
    const { memory, transitions, clock } = this.#options;
    for (const key of keys) {
      const entry = memory.entry(key);
      const lifecycle = entry?.fact?.lifecycle;
      if (entry?.fact === undefined || lifecycle?.phase !== 'inProgress') continue;
      transitions.forget(key, clock.now());
      const isGone = lifecycle.of === 'delete' && facts[entry.type].singleton === undefined;
      if (isGone) memory.remove(key);
      else memory.set({ ...settled(entry), fact: atRest(entry.fact), at: clock.now() });
    }
  }

  /** It was refused, as long as these were in transition: says when to look at them. */
  refused(keys: readonly ResourceKey[]): number {
    const { memory, transitions, clock } = this.#options;
    const now = clock.now();
    let first = Number.POSITIVE_INFINITY;
    for (const key of keys) {
      const entry = memory.entry(key);
      if (entry === undefined) continue;
      const next = transitions.next(key, entry.type, entry.fact?.lifecycle, { now, askedAt: now });
      const pollAt = next ?? now;
      first = Math.min(first, pollAt);
      memory.set({ ...entry, pollAt, tried: true });
    }
    return Number.isFinite(first) ? first : now;
  }
}

function settled(entry: KnownEntry): KnownEntry {
  const { pollAt: _, tried: __, ...rest } = entry;
  return rest;
}

function atRest(fact: Fact): Fact {
  const lifecycle = { phase: 'active' } as const;
  // Of targets, those that were on their way out are out.
  return fact.type === 'targets' ? { ...fact, lifecycle, targetStates: {} } : { ...fact, lifecycle };
}
