import type { Clock } from '../../ports/clock.ts';
import { WireError } from '../../ports/wire.ts';
import { errorAnswer } from '../contract/error.ts';
import type { Answer } from '../contract/error.ts';
import type { Effect } from './faults.ts';

/** A call with whatever is to go wrong with it. A lost request or answer is a `WireError`. */
export async function withFault(
  effect: Effect | undefined,
  answer: () => Answer,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Answer> {
  switch (effect?.kind) {
    case undefined:
      return answer();
    case 'delay':
      await clock.sleep(effect.ms, signal);
      return answer();
    case 'throttle':
      return refused({ type: 'ThrottlingException', status: 429, message: 'Rate exceeded' }, effect);
    case 'error':
      return refused(
        { type: 'InternalServerException', status: 500, message: 'Internal server error' },
        effect,
      );
    case 'loseRequest':
      throw new WireError('the request was lost, as an operator wanted');
    case 'loseAnswer':
      answer();
      throw new WireError('the answer was lost, as an operator wanted');
  }
}

function refused(
  error: { readonly type: string; readonly status: number; readonly message: string },
  { retryAfterSeconds }: { readonly retryAfterSeconds?: number },
): Answer {
  const answer = errorAnswer({ code: 'unmodelled', ...error });
  if (retryAfterSeconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } };
}
