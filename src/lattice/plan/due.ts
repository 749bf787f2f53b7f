import { facts } from '../model/facts.ts';
import type { Known } from '../model/known.ts';
import type { Model } from '../model/model.ts';
import { askedAgainAt, greatestAge } from './freshness.ts';
import type { Outcome } from './outcome.ts';
import { defaultPlanSettings } from './settings.ts';
import type { PlanSettings } from './settings.ts';

/** What a pass knew and did. */
export interface Passed {
  readonly model: Model;
  /** After the pass. */
  readonly known: Known;
  readonly outcomes: readonly Outcome[];
  readonly now: number;
}

/**
 * When planning again is worth while if nothing changes until then: the first retry, the first look at something in
 * transition, the first question to ask again, the first audit. What is in flight is not here: its settling wakes.
 */
export function nextDue(
  { model, known, outcomes, now }: Passed,
  settings: PlanSettings = defaultPlanSettings,
): number {
  const together = settings.auditAge / auditsPerAge;
  let due = now + settings.auditAge;
  const at = (time: number): void => {
    due = Math.min(due, time);
  };
  for (const { step, result } of outcomes) {
    // What waited for the same may be ready now.
    if ('tries' in step && step.tries !== undefined && result.kind !== 'pending') at(now);
    if (result.kind === 'waiting') at(result.until);
    else if (result.kind === 'failed') at(result.retryAt);
    else if (step.op === 'read' && result.kind === 'done') at(now);
    // What lives in it, or it lives in, may be next; or what it takes the place of, which goes now.
    else if ((step.op === 'adopt' || step.op === 'replace') && result.kind === 'done') at(now);
    // What is wanted depends on it.
    else if (step.op !== 'keep' && step.op !== 'read' && result.kind === 'done' && facts[step.type].decides)
      at(now);
    // It goes by its own key now, and who had that key may have to go.
    else if (step.op === 'keep' && step.known !== undefined) at(now);
    else if (step.op === 'keep' || step.op === 'hold' || step.op === 'orphan') {
      const entry = known.entries.get(step.known ?? step.key);
      const age = entry === undefined ? settings.auditAge : greatestAge(entry, settings);
      const audited = (entry?.at ?? now) + age + 1;
      // What is older was read in this pass, or is not to be. Many are looked at together.
      if (audited > now && entry?.reading !== true) at(Math.ceil(audited / together) * together);
    }
  }
  // What failed could not be asked for again yet, and had no step for that.
  for (const asked of [known.entries, known.collections, known.answers]) {
    for (const { retryAt } of asked.values()) if (retryAt !== undefined && retryAt > now) at(retryAt);
  }
  for (const [key, question] of model.questions) {
    const asked = known.answers.get(key);
    if (asked?.state === 'known') at(askedAgainAt(question, asked, settings));
  }
  const isMoving = outcomes.some(({ step, result }) => step.op !== 'keep' && result.kind === 'done');
  return Math.ceil(Math.max(due, isMoving ? now : now + shortestPause));
}

/** After a pass that could do nothing: what it waits for is at least this far off, or wakes by itself. */
const shortestPause = 10;

/** How often within the age at which things are looked at again there is a pass for that. */
const auditsPerAge = 120;
