import { isRecord } from '../../src/kinds/record.ts';

/** A call as the Lattice that was asked has it written down. */
export interface Call {
  readonly operation: string;
  readonly mutating: boolean;
  readonly changed: boolean;
  /** When it arrived, by `Date.now()`. */
  readonly at: number;
}

/** What a Lattice was asked since its calls were last forgotten, by its own account. */
export async function callsOf(endpoint: string, signal: AbortSignal): Promise<readonly Call[]> {
  const answer: unknown = await (await fetch(`${endpoint}/_trellis/calls`, { signal })).json();
  const calls = isRecord(answer) && Array.isArray(answer['calls']) ? answer['calls'] : [];
  return calls.flatMap((call: unknown) => {
    if (!isRecord(call)) return [];
    const { operation, mutating, changed, at, durationMs } = call;
    return [
      {
        operation: String(operation),
        mutating: mutating === true,
        changed: changed === true,
        at: Date.parse(String(at)) - Number(durationMs),
      },
    ];
  });
}

export async function forgetCalls(endpoint: string, signal: AbortSignal): Promise<void> {
  await fetch(`${endpoint}/_trellis/calls`, { method: 'DELETE', signal });
}
