/** What is to happen to calls instead of, or beside, their answer. */
export interface Fault {
  /** An operation, or `*`. */
  readonly operation: string;
  /** Of the caller; any when absent. */
  readonly account?: string;
  /** What the call's path is about, by id, ARN or name; any when absent. */
  readonly resource?: string;
  readonly effect: Effect;
  /** How many times yet; always when absent. */
  readonly times?: number;
  /** Of a call that fits to be hit, from 0 to 1; every one when absent. */
  readonly share?: number;
}

export type Effect =
  /** The answer comes later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** 429, with Retry-After if told. Nothing is done. */
  | { readonly kind: 'throttle'; readonly retryAfterSeconds?: number }
  /** 500, with Retry-After if told. Nothing is done. */
  | { readonly kind: 'error'; readonly retryAfterSeconds?: number }
  /** The connection breaks before anything is done. */
  | { readonly kind: 'loseRequest' }
  /** The connection breaks after all was done. */
  | { readonly kind: 'loseAnswer' };

/** A call as faults see it. */
export interface FaultyCall {
  readonly operation: string;
  readonly account: string;
  readonly resource?: string;
  /** Of the resource, if it has one. */
  readonly name?: string;
}

/** The faults that operators asked for. */
export interface Faults {
  /** The effect of the first fault that fits, which is used up by one. */
  take(call: FaultyCall): Effect | undefined;
  list(): readonly Fault[];
  add(fault: Fault): void;
  clear(): void;
}

/** Faults in memory; `chance` gives numbers from 0 to below 1 for those that hit a share of calls. */
export function createFaults(chance: () => number, first: readonly Fault[] = []): Faults {
  let faults = first;
  return {
    take: (call) => {
      const at = faults.findIndex(
        (fault) => fits(fault, call) && (fault.share === undefined || fault.share > chance()),
      );
      const fault = faults[at];
      if (fault?.times === undefined) return fault?.effect;
      const rest = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
      faults = faults.toSpliced(at, 1, ...rest);
      return fault.effect;
    },
    list: () => faults,
    add: (fault) => {
      faults = [...faults, fault];
    },
    clear: () => {
      faults = [];
    },
  };
}

function fits({ operation, account, resource }: Fault, call: FaultyCall): boolean {
  return (
    (operation === '*' || operation === call.operation) &&
    (account === undefined || account === call.account) &&
    (resource === undefined ||
      resource === call.resource ||
      resource === call.name ||
      call.resource?.endsWith(`/${resource}`) === true)
  );
}
