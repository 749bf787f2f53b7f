import { VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { besideLattice } from './beside.ts';
import type { Beside, BesidePlaces } from './beside.ts';
import { CallBudget } from './budget.ts';
import type { BudgetOptions } from './budget.ts';
import { createLatticeClient } from './client.ts';
import type { LatticeClientOptions } from './client.ts';

/** The Lattice API as `apply` uses it. */
export interface Lattice {
  readonly client: VPCLatticeClient;
  readonly beside: Beside;
  readonly budget: CallBudget;
  readonly clock: Clock;
  readonly log: Log;
  /** A pass ends after this many milliseconds whatever is in flight. */
  readonly turnMs: number;
  /** Ours: where shared networks are looked for. */
  readonly vpcId: string;
  /** Ends with the process (or its leadership): calls in flight are given up. */
  readonly lifetime: AbortSignal;
}

export interface LatticeOptions extends LatticeClientOptions, Omit<BudgetOptions, 'clock'> {
  readonly log: Log;
  readonly beside?: BesidePlaces;
  readonly vpcId: string;
  readonly lifetime: AbortSignal;
  /** 500 unless told. */
  readonly turnMs?: number;
}

export function createLattice(options: LatticeOptions): Lattice {
  const { region, credentials, clock, log, vpcId, lifetime, seeCall, turnMs = 500 } = options;
  return {
    client: createLatticeClient(options),
    beside: besideLattice(options.beside ?? {}, {
      region,
      credentials,
      clock,
      signal: lifetime,
      ...(seeCall === undefined ? {} : { seeCall }),
    }),
    budget: new CallBudget(options),
    clock,
    log,
    turnMs,
    vpcId,
    lifetime,
  };
}

/** The API's own endpoint in a region, by the SDK's rules for partitions. */
export function latticeEndpoint(region: string): string {
  const { endpointProvider } = new VPCLatticeClient({ region }).config;
  return endpointProvider({ Region: region, UseDualStack: false, UseFIPS: false }).url.origin;
}
