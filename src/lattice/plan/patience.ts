import type { KnownEntry, RemoteError } from '../model/known.ts';
import { canonical } from '../model/values.ts';
import { about } from './planning.ts';
import type { Planning } from './planning.ts';
import { isChange } from './step.ts';
import type { Change, Step } from './step.ts';

/** What a write asks for, as the ledger remembers it of a call that failed: the same again is not tried before its time. */
export function attemptOf(step: Change): string {
  return step.op === 'delete' || step.op === 'adopt' ? step.op : canonical(step.resource.spec);
}

/** Writes that AWS refused a moment ago and that ask for nothing new become the reason why they are not tried. */
export function beHeld(planning: Planning): void {
  for (const step of planning.steps.values()) {
    if (!isChange(step)) continue;
    const memory = memoryOf(planning, step);
    if (memory === undefined || !isTooSoon(memory, step, planning.now)) continue;
    planning.steps.set(step.key, instead(step, memory, planning.now));
  }
}

/** Of a creation beside an old one, what failed is the creation. */
function memoryOf({ known: { entries } }: Planning, step: Change): KnownEntry | undefined {
  const created = step.op === 'replace' && step.how.kind === 'beside' ? entries.get(step.key) : undefined;
  return created ?? entries.get(step.known ?? step.key);
}

function isTooSoon(memory: KnownEntry, step: Change, now: number): boolean {
  return (memory.retryAt ?? now) > now && memory.attempted === attemptOf(step);
}

function instead(
  step: Change,
  { lastError, retryAt }: KnownEntry,
  now: number,
): Extract<Step, { op: 'wait' | 'refuse' }> {
  const because = lastError === undefined ? 'the last try failed' : answerTo(lastError);
  const common = {
    ...about(step, because, step.lane),
    ...(step.known === undefined ? {} : { known: step.known }),
  };
  return lastError !== undefined && !isPassing(lastError)
    ? { op: 'refuse', ...common }
    : { op: 'wait', ...common, until: retryAt ?? now };
}

/** What AWS answered, if that was no for good: it stays told while it is in doubt whether it still holds. */
export function refusalBy(error: RemoteError | undefined): string | undefined {
  return error === undefined || isPassing(error) ? undefined : answerTo(error);
}

function answerTo({ operation, code, message }: RemoteError): string {
  return `${operation} was answered ${code}: ${message}`;
}

/** AWS said not now, or could not be asked: the same call will be made again. */
export function isPassing({ cause, message }: RemoteError): boolean {
  // What it names is in transition, such as a target group that another cluster has just made.
  if (cause === 'conflict') return message.includes('_IN_PROGRESS');
  return cause === 'throttled' || cause === 'unreachable' || cause === 'serverFault';
}
