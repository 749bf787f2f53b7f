import { printStep } from '../lattice/plan/print.ts';
import type { Log } from '../ports/log.ts';
import { differencesIn, printDifference } from './shadow/differences.ts';
import type { Seen } from './shadow/differences.ts';

/**
 * Says what waits for a person, whenever that becomes another: what is ours and no object accounts for, and what is held,
 * because somebody has paused it or must confirm it first. A controller that only looks says what it would do.
 */
export function announcing(log: Log, { isShadow }: { readonly isShadow: boolean }): (seen: Seen) => void {
  let before = '';
  return (seen) => {
    const { steps } = seen;
    const orphans = steps.filter(({ op }) => op === 'orphan').map(printStep);
    // What is not known yet is being found out, and waits for nobody.
    const held = steps
      .filter((step) => step.op === 'hold' && step.by !== 'question' && !(isShadow && step.by === 'pause'))
      .map(printStep);
    const would = isShadow ? differencesIn(seen).map(printDifference) : [];
    const now = JSON.stringify([orphans, held, would]);
    if (now === before || (before === '' && orphans.length + held.length + would.length === 0)) return;
    before = now;
    log.warn('what waits for a person', {
      orphans: orphans.length,
      held: held.length,
      ...(isShadow ? { would: would.length } : {}),
      steps: [...orphans, ...held, ...would].slice(0, most),
    });
  };
}

const most = 100;
