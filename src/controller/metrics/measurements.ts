import type { Known, KnownEntry } from '../../lattice/model/known.ts';
import { leastShare } from '../../lattice/aws/budget.ts';
import type { CallBudget } from '../../lattice/aws/budget.ts';
import type { Step } from '../../lattice/plan/step.ts';
import type { WatchState } from '../watch.ts';
import type { Measured } from './descriptions.ts';
import type { Thought } from './drift.ts';

/** The controller whose passes are told of, as far as its metrics ask it. */
export interface Followed {
  /** Whatever is ours is looked at again when it was last seen longer ago than this. Milliseconds. */
  readonly auditAge: number;
  readonly budget: Pick<CallBudget, 'rate'>;
  readonly watches: () => readonly WatchState[];
  /** It only looks. */
  readonly isShadow: boolean;
}

/** How much of what there is: steps by what they do, what is ours, what nobody accounts for, what is held. */
export function amounts({ steps, known }: Thought): readonly Measured[] {
  const counts = new Map<string, Measured>();
  const add = (one: Measured): void => {
    const key = JSON.stringify([one.name, one.labels]);
    counts.set(key, { ...one, value: one.value + (counts.get(key)?.value ?? 0) });
  };
  for (const step of steps) {
    const type = typeOf(step);
    add({ name: 'trellis_plan_steps', labels: { op: step.op, type }, value: 1 });
    if (step.op === 'orphan') add({ name: 'trellis_orphans', labels: { type }, value: 1 });
    if (step.op === 'hold') add({ name: 'trellis_held', labels: { by: step.by, type }, value: 1 });
  }
  for (const { owner, id, state, type } of known.entries.values()) {
    if (owner !== 'ours' || id === undefined || state === 'gone') continue;
    add({ name: 'trellis_resources', labels: { type }, value: 1 });
  }
  return [...counts.values()];
}

/** How far the audit is behind, and how far it can come to be. */
export function cadence(
  { steps, known }: Thought,
  { auditAge, budget }: Followed,
  now: number,
): readonly Measured[] {
  const audited = steps.flatMap((step) => auditedEntry(step, known) ?? []);
  const oldest = audited.reduce((at, entry) => Math.min(at, entry.at), now);
  const share = budget.rate('read') * leastShare('audit');
  return [
    { name: 'trellis_audited', labels: {}, value: audited.length },
    { name: 'trellis_oldest_look_seconds', labels: {}, value: (now - oldest) / 1_000 },
    {
      name: 'trellis_drift_found_within_seconds',
      labels: {},
      value: auditAge / 1_000 + audited.length / share,
    },
    { name: 'trellis_call_rate', labels: { calls: 'read' }, value: budget.rate('read') },
    { name: 'trellis_call_rate', labels: { calls: 'write' }, value: budget.rate('write') },
  ];
}

/** How the watches stand. */
export function watching({ watches }: Followed): readonly Measured[] {
  return watches().flatMap(({ kind, state, isFailing }): readonly Measured[] => [
    { name: 'trellis_watch_state', labels: { kind, state }, value: 1 },
    { name: 'trellis_watch_failing', labels: { kind }, value: isFailing ? 1 : 0 },
  ]);
}

/** What nothing is decided about but to leave it, which is what an audit looks at. */
function auditedEntry(step: Step, known: Known): KnownEntry | undefined {
  if (step.op !== 'keep' && step.op !== 'hold' && step.op !== 'orphan') return undefined;
  const entry = known.entries.get(step.known ?? step.key);
  return entry?.fact === undefined ? undefined : entry;
}

function typeOf(step: Step): string {
  if (step.op !== 'read') return step.type;
  return step.what.kind === 'question' ? step.what.question.type : step.what.type;
}
