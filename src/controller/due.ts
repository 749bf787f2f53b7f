import type { Known } from '../lattice/model/known.ts';
import type { Outcome } from '../lattice/plan/outcome.ts';
import type { PlanSettings } from '../lattice/plan/settings.ts';

/** When the next pass has something to do though nothing happens: the soonest retry, look, question or audit. */
export function nextDue(
  outcomes: readonly Outcome[],
  known: Known,
  settings: PlanSettings,
): number | undefined {
  return soonest([
    ...outcomes.map(({ result }) =>
      result.kind === 'waiting' ? result.until : result.kind === 'failed' ? result.retryAt : undefined,
    ),
    ...Array.from(
      known.answers.values(),
      ({ answer, at, retryAt }) =>
        retryAt ?? (answer?.found === 'one' ? at + settings.auditAge : at + settings.emptyAnswerAge),
    ),
    ...Array.from(
      known.entries.values(),
      ({ at, retryAt, pollAt }) => soonest([retryAt, pollAt]) ?? at + settings.auditAge,
    ),
    ...Array.from(known.collections.values(), ({ at, retryAt }) => retryAt ?? at + settings.auditAge),
  ]);
}

function soonest(times: readonly (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time;
  return first;
}
