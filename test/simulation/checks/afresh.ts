import type { Report } from '../../../src/controller/reconcile.ts';
import { isEqual } from '../../../src/kinds/equal.ts';
import { translate } from '../../../src/lattice/translate/translate.ts';
import { resolve } from '../../../src/routing/resolve.ts';

/** What a pass took over from the one before it is what it would have come to by itself. Gives what is not. */
export function differsAfresh({
  snapshot,
  routing,
  known,
  desired,
}: Pick<Report, 'snapshot' | 'routing' | 'known' | 'desired'>): string | undefined {
  const judged = resolve(snapshot);
  const routes = [...judged.routes, ...judged.findings];
  if (!isEqual(routes, [...routing.routes, ...routing.findings]))
    return 'routes are judged as they were before';
  const { model, findings } = translate(judged, known, desired.settings);
  if (!isEqual(findings, desired.findings)) return 'findings are those of before';
  if (!isEqual([...model.entries], [...desired.model.entries]))
    return 'services are wanted as they were before';
  if (!isEqual([...model.questions], [...desired.model.questions])) return 'questions are those of before';
  return undefined;
}
