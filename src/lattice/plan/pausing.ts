import { refKey } from '../../kinds/object.ts';
import { audit } from './audit.ts';
import { about } from './planning.ts';
import type { Planning } from './planning.ts';
import { isChange } from './step.ts';

/**
 * Where somebody has paused the controller, or an object, nothing changes: what would be done is told instead. What it
 * would be done to is looked at as if it were as it should be: somebody else may do it.
 */
export function bePaused(planning: Planning): void {
  const { model, known: all, settings, steps } = planning;
  if (!settings.paused && model.paused === undefined) return;
  for (const [key, step] of steps) {
    if (!isChange(step)) continue;
    const object = step.for.find((one) => model.paused?.has(refKey(one)) === true);
    const paused = settings.paused ? 'the controller' : object === undefined ? undefined : refKey(object);
    if (paused === undefined) continue;
    const because = `${paused} is paused; otherwise: ${step.op}, since ${step.because}`;
    const known = step.known === undefined ? {} : { known: step.known };
    const entry = all.entries.get(step.known ?? key);
    if (entry?.id !== undefined) audit(planning, entry);
    steps.set(key, { op: 'hold', by: 'pause', instead: step, ...about(step, because, step.lane), ...known });
  }
}
