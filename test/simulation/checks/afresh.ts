import type { Report } from '../../../src/controller/reconcile.ts';
import { isEqual } from '../../../src/kinds/equal.ts';
import { plan } from '../../../src/lattice/plan/plan.ts';
import type { Step } from '../../../src/lattice/plan/step.ts';
import { translate } from '../../../src/lattice/translate/translate.ts';
import { resolve } from '../../../src/routing/resolve.ts';
import { conclude } from '../../../src/status/conclude.ts';

/** What a pass took over from the one before it is what it would have come to by itself. Gives what is not. */
export function differsAfresh(
  { snapshot, routing, known, desired, steps, outcomes, after, conclusions }: Omit<Report, 'thoughtMs'>,
  now: number,
): string | undefined {
  const judged = resolve(snapshot);
  const routes = [...judged.routes, ...judged.findings];
  if (!isEqual(routes, [...routing.routes, ...routing.findings]))
    return 'routes are judged as they were before';
  const { model, findings } = translate(judged, known, desired.settings);
  if (!isEqual(findings, desired.findings)) return 'findings are those of before';
  if (!isEqual([...model.entries], [...desired.model.entries]))
    return 'services are wanted as they were before';
  if (!isEqual([...model.questions], [...desired.model.questions])) return 'questions are those of before';
  // What only changes with the time, and with settings, is not taken over.
  if (!isEqual(kept(plan(model, known, now)), kept(steps)))
    return 'what was as it should be is kept as it was before';
  const { writes } = conclude({ snapshot, routing, desired, outcomes, known: after });
  return isEqual(writes, conclusions.writes) ? undefined : 'objects are told what they were told before';
}

function kept(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ op }) => op === 'keep');
}
