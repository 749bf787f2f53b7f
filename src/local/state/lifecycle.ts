import type { Transition } from './command.ts';
import { without } from './cascade.ts';
import { latencyOf } from './latency.ts';
import type { Delay } from './latency.ts';
import type { Certificate } from './neighbour-resources.ts';
import { movingPlaces } from './place.ts';
import type { Due, DueSubject } from './due.ts';
import type { Failure, RegionState } from './state.ts';
import { troubleFor } from './trouble.ts';
import { changed, withEntry, withoutEntry } from './table.ts';
import type { DomainVerification } from './vpc-resources.ts';

/**
 * Schedules what time alone will do; a later call for the same subject replaces the earlier one. An operator may have
 * asked for trouble: then it fails instead, or nothing is scheduled and the subject is stuck.
 */
export function schedule(
  state: RegionState,
  subject: DueSubject,
  becomes: Due['becomes'],
  { now, delay }: { readonly now: number; readonly delay: Delay },
): RegionState {
  const at = now + latencyOf(state.settings.latency, delay);
  const { trouble, state: next } = troubleFor(state, delay, namesOf(state, subject));
  switch (trouble?.end) {
    case 'stuck':
      return unschedule(next, subject);
    case 'failed':
      return withDue(next, { at, subject, becomes: 'failed', failure: trouble.failure });
    case undefined:
      return withDue(next, { at, subject, becomes });
  }
}

function withDue(state: RegionState, due: Due): RegionState {
  return { ...state, due: withEntry(state.due, keyOf(due.subject), due) };
}

/** By what an operator may call a subject. */
function namesOf(state: RegionState, { kind, id }: DueSubject): readonly string[] {
  if (kind === 'target' || kind === 'domainVerification' || kind === 'certificate') return [id];
  const found = movingPlaces[kind].find(state, id);
  return found !== undefined && 'name' in found && typeof found.name === 'string' ? [id, found.name] : [id];
}

/** For operators. */
export const setLatency: Transition<'SetLatency'> = (state, { latency }) => ({
  state: { ...state, settings: { ...state.settings, latency } },
  result: undefined,
});

/** Takes back what was scheduled for a subject. */
export function unschedule(state: RegionState, subject: DueSubject): RegionState {
  return { ...state, due: withoutEntry(state.due, keyOf(subject)) };
}

/** When the next change comes by itself; `undefined` when the region is quiet. */
export function nextDue({ due }: RegionState): number | undefined {
  let next: number | undefined;
  for (const { at } of due.values()) if (next === undefined || at < next) next = at;
  return next;
}

/** Does all that is due by `now`, in order of time; the same state when nothing is. */
export function settle(state: RegionState, now: number): RegionState {
  const ready = [...state.due.values()].filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at);
  return ready.reduce((next, due) => settleOne(unschedule(next, due.subject), due), state);
}

function settleOne(state: RegionState, due: Due): RegionState {
  const { at, subject, becomes, failure = unexplained } = due;
  const { kind, id } = subject;
  if (kind === 'target') return withoutTarget(state, subject);
  if (kind === 'certificate') return validated(state, id, { at, becomes });
  if (kind === 'domainVerification') return decided(state, id, { at, becomes });
  switch (becomes) {
    case 'active':
      return movingPlaces[kind].activated(state, id);
    case 'failed':
      return movingPlaces[kind].failed(state, id, failure);
    case 'gone':
      return without(state, kind, id);
  }
}

/** A verification has its record, or waited for it in vain. */
function decided(state: RegionState, id: string, { at, becomes }: Pick<Due, 'at' | 'becomes'>): RegionState {
  const domainVerifications = changed(state.domainVerifications, id, (each): DomainVerification =>
    becomes === 'active'
      ? { ...each, status: 'VERIFIED', lastVerifiedAt: at }
      : { ...each, status: 'VERIFICATION_TIMED_OUT' },
  );
  return { ...state, domainVerifications };
}

/** The domain of a certificate was validated, or was not. */
function validated(
  state: RegionState,
  id: string,
  { at, becomes }: Pick<Due, 'at' | 'becomes'>,
): RegionState {
  const certificates = changed(state.certificates, id, (each): Certificate => {
    if (each.origin.kind === 'imported') return each;
    return becomes === 'active'
      ? { ...each, status: 'ISSUED', origin: { ...each.origin, issuedAt: at } }
      : { ...each, status: 'FAILED' };
  });
  return { ...state, certificates };
}

const unexplained: Failure = { code: 'InternalFailure', message: 'The operation failed.' };

function withoutTarget(
  state: RegionState,
  { id, target }: { readonly id: string; readonly target: string },
): RegionState {
  const targetGroups = changed(state.targetGroups, id, (group) => ({
    ...group,
    targets: withoutEntry(group.targets, target),
  }));
  return { ...state, targetGroups };
}

function keyOf(subject: DueSubject): string {
  return subject.kind === 'target' ? `${subject.id}/${subject.target}` : subject.id;
}
