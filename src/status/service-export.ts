import { isEqual } from '../kinds/equal.ts';
import type { Export } from '../routing/routing.ts';
import { merge, stated } from './conditions.ts';
import { transitions } from './events.ts';
import type { IndexedPass } from './pass.ts';
import { programmed, progressOf } from './progress.ts';
import { fullyExpressed } from './verdicts.ts';
import type { Write } from './write.ts';

const ours = ['Valid', fullyExpressed, 'Programmed'] as const;

/** Status and events of one ServiceExport. Its conditions have no observedGeneration: the kind has no room for it. */
export function concludeServiceExport(pass: IndexedPass, exported: Export): readonly Write[] {
  if (pass.snapshot.serviceExports.doubt !== undefined || exported.leaving) return [];
  const { object, ref } = exported;
  const before = object.status?.conditions ?? [];
  const valid = stated('Valid', pass.findingsOf(ref)) ?? {
    type: 'Valid',
    status: 'True',
    reason: 'Valid',
    message: '',
  };
  const said = before.find(({ type }) => type === 'Programmed');
  const previous =
    said === undefined ? undefined : { ...said, reason: said.reason ?? '', message: said.message ?? '' };
  const expressed = stated(fullyExpressed, pass.findingsOf(ref));
  const statements = [
    valid,
    ...(expressed === undefined ? [] : [expressed]),
    programmed(progressOf(pass, ref), previous),
  ];
  const conditions = merge(before, statements, { ours });
  return [
    ...(isEqual(conditions, before)
      ? []
      : [{ write: 'status', object, status: { ...object.status, conditions } } as const]),
    ...transitions(object, before, statements),
  ];
}
