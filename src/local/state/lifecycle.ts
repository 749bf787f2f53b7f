import { latencyOf } from './latency.ts';
import type { Delay } from './latency.ts';
import type { Due, DueSubject, RegionState, Table } from './state.ts';
import { withEntry, withoutEntry } from './table.ts';
import { withoutService } from './usage.ts';

/** Schedules what time alone will do; a later call for the same subject replaces the earlier one. */
export function schedule(
  state: RegionState,
  subject: DueSubject,
  becomes: Due['becomes'],
  { now, delay }: { readonly now: number; readonly delay: Delay },
): RegionState {
  const at = now + latencyOf(state.settings.latency, delay);
  return { ...state, due: withEntry(state.due, keyOf(subject), { at, subject, becomes }) };
}

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

function settleOne(state: RegionState, { subject, becomes }: Due): RegionState {
  const { id } = subject;
  switch (subject.kind) {
    case 'service': {
      if (becomes === 'gone') return withoutService(state, id);
      return { ...state, services: activated(state.services, id) };
    }
    case 'serviceAssociation': {
      const { serviceAssociations: table } = state;
      return {
        ...state,
        serviceAssociations: becomes === 'gone' ? withoutEntry(table, id) : activated(table, id),
      };
    }
    case 'vpcAssociation': {
      const { vpcAssociations: table } = state;
      return {
        ...state,
        vpcAssociations: becomes === 'gone' ? withoutEntry(table, id) : activated(table, id),
      };
    }
    case 'targetGroup': {
      const { targetGroups: table } = state;
      return { ...state, targetGroups: becomes === 'gone' ? withoutEntry(table, id) : activated(table, id) };
    }
    case 'target': {
      const group = state.targetGroups.get(id);
      if (group === undefined) return state;
      const targets = withoutEntry(group.targets, subject.target);
      return { ...state, targetGroups: withEntry(state.targetGroups, id, { ...group, targets }) };
    }
  }
}

function activated<T extends { readonly status: string }>(table: Table<T>, id: string): Table<T> {
  const resource = table.get(id);
  return resource === undefined ? table : withEntry(table, id, { ...resource, status: 'ACTIVE' });
}

function keyOf(subject: DueSubject): string {
  return subject.kind === 'target' ? `${subject.id}/${subject.target}` : subject.id;
}
