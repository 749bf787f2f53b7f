import { facts } from '../../lattice/model/facts.ts';
import type { Known, KnownEntry } from '../../lattice/model/known.ts';
import type { ResourceKey, ResourceType } from '../../lattice/model/resource.ts';
import { isSame } from '../../lattice/model/values.ts';
import type { Outcome } from '../../lattice/plan/outcome.ts';
import { intentionOf } from '../../lattice/plan/step.ts';
import type { Step } from '../../lattice/plan/step.ts';

/** Somebody else changed something of ours, or took it away, or put something into it. */
export interface Drift {
  readonly key: ResourceKey;
  readonly type: ResourceType;
  readonly change: 'added' | 'changed' | 'gone' | 'tags';
}

/** What a pass had in mind, and from what. */
export interface Thought {
  readonly steps: readonly Step[];
  readonly known: Known;
}

export interface DriftSeen {
  readonly found: readonly Drift[];
  readonly repaired: readonly Drift[];
}

/**
 * Tells drift from all other reasons to change something: the thing was as it should be, and is another since, though
 * nobody of us touched it. What drifted before we first looked cannot be told from what people wish anew, and is not drift.
 */
export class DriftWatch {
  /** As it was when it was as it should be. */
  readonly #settled = new Map<ResourceKey, KnownEntry>();
  readonly #open = new Map<ResourceKey, Drift>();
  #before: Known | undefined;

  look({ steps, known }: Thought, outcomes: readonly Outcome[]): DriftSeen {
    const decided = new Map(steps.flatMap((step) => (step.op === 'read' ? [] : [[step.key, step] as const])));
    const drifts = [...decided.values()].flatMap((step) => this.#driftIn(step, known) ?? []);
    const gone = new Set(drifts.flatMap(({ key, change }) => (change === 'gone' ? [key] : [])));
    // What lived in something that is gone went with it.
    const found = drifts.filter(({ key }) => !gone.has(this.#settled.get(key)?.parent ?? ''));
    for (const drift of found) this.#open.set(drift.key, drift);
    const repaired = outcomes.flatMap((outcome) => {
      const drift = isRight(outcome) ? this.#open.get(outcome.step.key) : undefined;
      return drift === undefined ? [] : [drift];
    });
    for (const { key } of repaired) this.#open.delete(key);
    for (const step of decided.values()) this.#remember(step, known);
    for (const key of this.#settled.keys()) if (!decided.has(key)) this.#settled.delete(key);
    for (const key of this.#open.keys()) if (!decided.has(key)) this.#open.delete(key);
    this.#before = known;
    return { found, repaired };
  }

  #driftIn(step: Decided, known: Known): Drift | undefined {
    const { key, type } = step;
    const { op } = intentionOf(step);
    const now = known.entries.get(step.known ?? key);
    if (op === 'delete') return this.#isNew(now) ? { key, type, change: 'added' } : undefined;
    const before = this.#settled.get(key);
    if (before === undefined || !isRestoring(op)) return undefined;
    if (now?.fact === undefined) return { key, type, change: 'gone' };
    if (op === 'adopt') return isSame(before.tags, now.tags) ? undefined : { key, type, change: 'tags' };
    return isSame(before.fact?.spec, now.fact.spec) ? undefined : { key, type, change: 'changed' };
  }

  /** Everything that was beside it was known, and it was not there. */
  #isNew(entry: KnownEntry | undefined): boolean {
    const { parent, type, key } = entry ?? {};
    if (parent === undefined || type === undefined || key === undefined) return false;
    const listing = facts[type].listedIn?.collection(parent);
    if (listing === undefined || this.#before?.collections.get(listing)?.state !== 'known') return false;
    return !this.#before.entries.has(key);
  }

  #remember(step: Decided, known: Known): void {
    const entry = known.entries.get(step.known ?? step.key);
    if (step.op === 'keep' && entry !== undefined) this.#settled.set(step.key, entry);
    else if (isRestoring(intentionOf(step).op)) this.#settled.delete(step.key);
  }
}

type Decided = Exclude<Step, { readonly op: 'read' }>;

/** It is as it should be, or was put right just now. */
function isRight(outcome: Outcome): outcome is Outcome & { readonly step: Decided } {
  const { step, result } = outcome;
  return step.op === 'keep' || ((step.op === 'delete' || isRestoring(step.op)) && result.kind === 'done');
}

function isRestoring(op: Step['op']): boolean {
  return op === 'create' || op === 'update' || op === 'replace' || op === 'adopt';
}
