import type { KnownEntry } from './known.ts';

/** All targets of a group fail their health checks: it is looked at more often, and whatever may be the cause is looked for. */
export function isStruggling({ fact }: KnownEntry): boolean {
  if (fact?.type !== 'targets') return false;
  const { targets } = fact.spec;
  return (
    targets.length > 0 &&
    targets.every(({ id, port }) => fact.targetStates?.[`${id}:${port}`] === 'UNHEALTHY')
  );
}
