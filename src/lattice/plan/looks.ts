import { refKey } from '../../kinds/object.ts';
import type { KnownEntry } from '../model/known.ts';
import type { ResourceKey } from '../model/resource.ts';
import { namedObjects } from './accountability.ts';
import type { Planning } from './planning.ts';
import type { Create, Delete, Step, Update } from './step.ts';

/**
 * Looks at what is in transition that need not be. A write that waits for nothing else is made instead: it shows the same,
 * and is done. While a write waits for something else too, a look would help nobody. And what goes while nobody waits for
 * its end is left to the audit.
 */
export function spareLooks(planning: Planning): void {
  const { reads, matching, now, settings } = planning;
  const due = new Map(
    reads.alone().map((entry) => [matching.wantedAs.get(entry.key) ?? entry.key, entry] as const),
  );
  const looks: Looks = { planning, due, tried: new Set() };
  const waiting = waitingFor(looks);
  for (const [key, entry] of due) {
    if (looks.tried.has(key)) continue;
    const steps = waiting.get(key) ?? [];
    if (steps.length === 0) {
      const audited = entry.at + settings.auditAge;
      if (isUnwatched(planning, key, entry) && now < audited) putOff(looks, key, audited);
    } else if (
      !steps.some((step) => tryInstead(looks, step)) &&
      steps.every((step) => isHeldUp(looks, step, key))
    ) {
      putOff(looks, key, now + settings.callDeadline);
    }
  }
}

interface Looks {
  readonly planning: Planning;
  /** What is to be looked at, by the keys of steps. */
  readonly due: ReadonlyMap<ResourceKey, KnownEntry>;
  /** What a write will tell instead. */
  readonly tried: Set<ResourceKey>;
}

/** The steps that come after each of these. */
function waitingFor({ planning, due }: Looks): ReadonlyMap<ResourceKey, readonly ResourceKey[]> {
  const waiting = new Map<ResourceKey, ResourceKey[]>();
  for (const step of planning.steps.values()) {
    for (const key of 'after' in step ? step.after : []) {
      if (!due.has(key)) continue;
      waiting.set(key, [...(waiting.get(key) ?? []), step.key]);
    }
  }
  return waiting;
}

/** Lets a write be made in the stead of the looks at all that it waits for. */
function tryInstead(looks: Looks, key: ResourceKey): boolean {
  const { planning, tried } = looks;
  const { steps, known, now, settings } = planning;
  const step = steps.get(key);
  // Of one whose answer was lost before, a refusal could mean that it had worked.
  if (step === undefined || !canTry(step) || known.entries.get(key)?.lost !== undefined) return false;
  const tries = step.after.filter((other) => isOpen(planning, other));
  const doTell = tries.every((other) => canTell(looks, step, other) && !tried.has(other));
  if (!doTell || (step.behind ?? []).length > 0) return false;
  steps.set(key, { ...step, after: step.after.filter((other) => !tries.includes(other)), tries });
  for (const other of tries) {
    tried.add(other);
    putOff(looks, other, now + settings.callDeadline);
  }
  return true;
}

/** Whether the step would show what a look does: that something has come to be, or that what lives in it is gone. */
function canTell({ due }: Looks, step: Step, other: ResourceKey): boolean {
  const entry = due.get(other);
  const lifecycle = entry?.fact?.lifecycle;
  if (entry === undefined || entry.tried === true || lifecycle?.phase !== 'inProgress') return false;
  return lifecycle.of !== 'delete' || entry.parent === (step.op === 'delete' ? step.key : undefined);
}

function canTry(step: Step): step is Create | Update | Delete {
  return (
    step.op === 'create' || (step.op === 'update' && step.together === undefined) || step.op === 'delete'
  );
}

/** Whether a step that could tell of this key waits for something else, which will come to an end. */
function isHeldUp(looks: Looks, stepKey: ResourceKey, key: ResourceKey): boolean {
  const { planning, due, tried } = looks;
  const step = planning.steps.get(stepKey);
  if (step === undefined || !canTry(step) || !canTell(looks, step, key)) return false;
  return [...step.after, ...(step.behind ?? [])].some((other) =>
    due.has(other)
      ? tried.has(other) || !canTell(looks, step, other)
      : isOpen(planning, other) && !isStuck(planning, other),
  );
}

/** Whether those that come after it have to wait. */
function isOpen({ steps }: Planning, key: ResourceKey): boolean {
  const step = steps.get(key);
  return step !== undefined && step.op !== 'keep';
}

function isStuck({ steps }: Planning, key: ResourceKey): boolean {
  const op = steps.get(key)?.op;
  return op === 'refuse' || op === 'hold' || op === 'orphan';
}

/** It goes, nothing comes after that, and no object that is being deleted waits for its end. */
function isUnwatched(planning: Planning, key: ResourceKey, entry: KnownEntry): boolean {
  const { model } = planning;
  const lifecycle = entry.fact?.lifecycle;
  return (
    lifecycle?.phase === 'inProgress' &&
    lifecycle.of === 'delete' &&
    !model.entries.has(key) &&
    // Also for whom it was made, where its tags name the gateway that it belongs to.
    ![...namedObjects(planning, entry), ...entry.for].some(
      (object) => model.deleting?.has(refKey(object)) === true,
    )
  );
}

function putOff({ planning: { steps, reads }, due }: Looks, key: ResourceKey, until: number): void {
  const entry = due.get(key);
  if (entry !== undefined) reads.spare(entry);
  const step = steps.get(key);
  if (step?.op === 'wait') steps.set(key, { ...step, until });
}
