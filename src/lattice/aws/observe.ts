import type { Model } from '../model/model.ts';
import { plan } from '../plan/plan.ts';
import { defaultPlanSettings } from '../plan/settings.ts';
import type { PlanSettings } from '../plan/settings.ts';
import type { Step } from '../plan/step.ts';
import { apply } from './apply.ts';
import type { Lattice } from './lattice.ts';
import type { Ledger } from './ledger.ts';

/** What keeps a plan from being complete: reads that failed, with what AWS said. */
export class CannotObserve extends Error {
  override readonly name = 'CannotObserve';
}

/**
 * Reads until a plan needs no more reads to decide, and gives that plan; writes nothing. What is in transition is not
 * waited for. Rejects with `CannotObserve` when a read that is needed fails, and with the signal's reason.
 */
export async function observe(
  lattice: Lattice,
  ledger: Ledger,
  { model, signal, settings = defaultPlanSettings }: Observation,
): Promise<readonly Step[]> {
  for (;;) {
    signal.throwIfAborted();
    const steps = plan(model, ledger.known(), lattice.clock.now(), settings);
    const reads = steps.filter(
      (step) => step.op === 'read' && step.lane !== 'waiting' && step.lane !== 'audit',
    );
    if (reads.length === 0) return steps;
    const outcomes = await apply({ ...lattice, turnMs: observationMs }, ledger, reads, { until: signal });
    for (const { result } of outcomes) {
      if (result.kind === 'failed') {
        throw new CannotObserve(`${result.error.operation}: ${result.error.code}: ${result.error.message}`);
      }
    }
  }
}

export interface Observation {
  readonly model: Model;
  readonly signal: AbortSignal;
  readonly settings?: PlanSettings;
}

/** Longer than a reading of everything takes: nobody waits for anything else. */
const observationMs = 600_000;
