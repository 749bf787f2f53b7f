import { printStep } from '../lattice/plan/print.ts';
import type { Step } from '../lattice/plan/step.ts';
import type { Log } from '../ports/log.ts';

/**
 * Says what waits for a person, whenever that becomes another: what is ours and no object accounts for, and what is held,
 * because somebody has paused it or must confirm it first. A controller that only looks says so what it would do.
 */
export function announcing(log: Log): (steps: readonly Step[]) => void {
  let before = '';
  return (steps) => {
    const orphans = steps.filter(({ op }) => op === 'orphan').map(printStep);
    const held = steps.filter(({ op }) => op === 'hold').map(printStep);
    const now = JSON.stringify([orphans, held]);
    if (now === before || (before === '' && orphans.length + held.length === 0)) return;
    before = now;
    log.warn('what waits for a person', {
      orphans: orphans.length,
      held: held.length,
      steps: [...orphans, ...held].slice(0, most),
    });
  };
}

const most = 100;
