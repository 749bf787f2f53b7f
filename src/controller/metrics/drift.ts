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
    const decided = steps.filter((step) => step.op !== 'read');
    const drifts = decided.flatMap((step) => (step.op === 'keep' ? [] : (this.#driftIn(step, known) ?? [])));
    const gone = new Set(drifts.flatMap(({ key, change }) => (change === 'gone' ? [key] : [])));
    // What lived in something that is gone went with it.
    const found = drifts.filter(({ key }) => !gone.has(this.#settled.get(key)?.parent ?? ''));
    for (const drift of found) this.#open.set(drift.key, drift);
    const repaired = this.#open.size === 0 ? [] : outcomes.flatMap((outcome) => this.#repairedBy(outcome));
    for (const { key } of repaired) this.#open.delete(key);
    for (const step of decided) this.#remember(step, known);
    this.#forgetOthers(decided);
    this.#before = known;
    return { found, repaired };
  }

  #repairedBy(outcome: Outcome): readonly Drift[] {
    const drift = isRight(outcome) ? this.#open.get(outcome.step.key) : undefined;
    return drift === undefined ? [] : [drift];
  }

  #forgetOthers(decided: readonly Decided[]): void {
    for (const remembered of [this.#settled, this.#open]) {
      let count = 0;
      for (const { key } of decided) if (remembered.has(key)) count += 1;
      if (count === remembered.size) continue;
      const keys = new Set(decided.map(({ key }) => key));
      for (const key of remembered.keys()) if (!keys.has(key)) remembered.delete(key);
    }
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
    if (step.op === 'keep' && step.by !== undefined && this.#settled.get(step.key) === step.by.entry) return;
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
