import { refKey } from '../../kinds/object.ts';
import type { Step } from '../plan/step.ts';
import type { CallKind, Permit } from './budget.ts';
import { isRead, operationOf, sending } from './calls.ts';
import type { Send } from './calls.ts';
import { RemoteFailure } from './errors.ts';
import type { Lattice } from './lattice.ts';

export interface PayingSender {
  readonly send: Send;
  /** Gives back what was not used. */
  readonly finish: () => void;
}

/** The calls of one step: each waits for its own turn in the budget; the first one has had it. Changes are logged. */
export function paying(lattice: Lattice, step: Step, first: Permit): PayingSender {
  const { budget, client, lifetime, log } = lattice;
  let unused: Permit | undefined = first;
  const permitFor = async (kind: CallKind): Promise<Permit> => {
    const permit = unused;
    if (permit?.kind === kind) {
      unused = undefined;
      return permit;
    }
    return await budget.admit(step.lane, kind, lifetime);
  };
  const send: Send = async (command) => {
    const operation = operationOf(command);
    const permit = await permitFor(isRead(operation) ? 'read' : 'write');
    try {
      const answered = (requestId: string): void => audit(lattice, step, { operation, requestId });
      const output = await sending(client, lifetime, answered)(command);
      permit.done('answered');
      return output;
    } catch (error) {
      const remote = error instanceof RemoteFailure ? error.error : undefined;
      permit.done(remote?.cause === 'throttled' ? 'throttled' : 'answered', remote?.retryAfterMs);
      if (remote !== undefined) log.debug('lattice call failed', { ...remote });
      throw error;
    }
  };
  return { send, finish: () => unused?.done('answered') };
}

/** A line for every change we make. */
function audit(
  { log }: Lattice,
  step: Step,
  { operation, requestId }: { readonly operation: string; readonly requestId: string },
): void {
  if (isRead(operation) || step.op === 'read') return;
  log.info('lattice mutation', {
    operation,
    key: step.key,
    for: step.for.map(refKey),
    because: step.because,
    requestId,
  });
}
