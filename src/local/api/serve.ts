import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AuthenticatedPrincipal, Credential } from '../auth/credential.ts';
import { errorAnswer } from '../contract/error.ts';
import type { Answer } from '../contract/error.ts';
import type { Region } from '../region.ts';
import { parseIdentifier } from '../state/identifiers.ts';
import { findById } from '../state/place.ts';
import type { Audit } from './audit.ts';
import { withFault } from './call-faults.ts';
import type { Effect, Faults, FaultyCall } from './faults.ts';
import type { Call } from './handler.ts';
import { addressed, perform } from './perform.ts';
import type { ApiRequest, Performed } from './perform.ts';
import type { Permissions } from './permissions/permissions.ts';
import type { Rates } from './rates.ts';

export interface Serving {
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Audit;
  readonly faults: Faults;
  readonly rates: Rates;
  readonly untold: Call['untold'];
  /** Everybody may do everything without. */
  readonly permissions?: Permissions;
}

export interface Arrival extends ApiRequest {
  readonly requestId: string;
  readonly userAgent?: string;
}

/** Whoever calls, and where. */
export interface Callee {
  readonly caller: Credential;
  readonly region: Region;
}

export type Serve = (arrival: Arrival, callee: Callee, signal: AbortSignal) => Promise<Answer>;

/**
 * Answers calls of known callers, with the faults that operators asked for and an entry in the audit log for each. Nobody
 * hears of a change, not even a reader, before it is kept.
 */
export function serving({ clock, log, audit, faults, rates, untold, permissions }: Serving): Serve {
  return async (arrival, { caller, region }, signal) => {
    const began = clock.monotonic();
    const { account } = caller.principal;
    const { call: watched, changed } = watchedCall(region, caller.principal, {
      now: () => clock.now(),
      untold,
    });
    const call: Call =
      permissions === undefined
        ? watched
        : {
            ...watched,
            unpermitted: (operation, members) => {
              const { userAgent } = arrival;
              const circumstance = { caller, state: region.state(), now: clock.now() };
              return permissions.forLattice(operation, members, {
                ...circumstance,
                ...(userAgent === undefined ? {} : { userAgent }),
              });
            },
          };
    const about = addressed(arrival.method, arrival.path);
    const mutating = isMutating(about.operation);
    const wait = rates.take(account, mutating ? 'mutating' : 'reading');
    const effect = wait === undefined ? taken(faults, { ...about, account }, region) : tooFast(wait);
    let performed: Performed | undefined;
    const record = (status: number, error: string | undefined): void => {
      const { operation, resource } = performed ?? about;
      audit.record({
        at: new Date(clock.now()).toISOString(),
        requestId: arrival.requestId,
        service: 'vpc-lattice',
        account,
        caller: caller.principal.arn,
        region: region.name,
        operation,
        ...(resource === undefined ? {} : { resource }),
        mutating,
        changed: changed(),
        status,
        ...(error === undefined ? {} : { error }),
        ...(effect === undefined ? {} : { fault: effect.kind }),
        durationMs: clock.monotonic() - began,
      });
    };
    const once = (): Answer => {
      performed = performSafely(arrival, call, log);
      return performed.answer;
    };
    try {
      const given = await withFault(effect, once, { clock, signal });
      const answer = (await isKept(region)) ? given : internal;
      record(answer.status, answer.headers['x-amzn-errortype']);
      return answer;
    } catch (error) {
      record(0, 'no answer');
      throw error;
    }
  };
}

/** What is to go wrong with a call, which faults may name by what it is about. Mostly there are none. */
function taken(faults: Faults, call: FaultyCall, region: Region): Effect | undefined {
  if (faults.list().length === 0) return undefined;
  const { resource } = call;
  const found = resource === undefined ? undefined : findById(region.state(), parseIdentifier(resource).id);
  const name =
    found !== undefined && 'name' in found && typeof found.name === 'string' ? found.name : undefined;
  return faults.take(name === undefined ? call : { ...call, name });
}

function isMutating(operation: string): boolean {
  return !/^(?:Get|List)/.test(operation);
}

/** As clients are told it: whole seconds. */
function tooFast(seconds: number): Effect {
  return { kind: 'throttle', retryAfterSeconds: Math.ceil(seconds) };
}

/** Whether all that has changed is safe. Why not is in the log of whoever should have kept it. */
async function isKept(region: Region): Promise<boolean> {
  const kept = region.kept();
  if (kept === undefined) return true;
  return await kept.then(
    () => true,
    () => false,
  );
}

function performSafely(arrival: Arrival, call: Call, log: Log): Performed {
  try {
    return perform(arrival, call);
  } catch (error) {
    log.error('request failed', { requestId: arrival.requestId, path: arrival.path, error });
    return { operation: 'unknown', answer: internal };
  }
}

/** A call that knows afterwards whether it changed anything. */
function watchedCall(
  region: Region,
  principal: AuthenticatedPrincipal,
  { now, untold }: Pick<Call, 'untold'> & { readonly now: () => number },
): { readonly call: Call; readonly changed: () => boolean } {
  let changed = false;
  const who = { account: principal.account, principal };
  const call: Call = {
    account: who.account,
    asker: () => ({ ...who, now: now() }),
    untold,
    state: () => region.state(),
    listed: () => region.listed(),
    dispatch: (command) => {
      const before = region.state();
      const answer = region.dispatch(command, who);
      if (!('refused' in answer) && answer.state !== before) changed = true;
      return answer;
    },
  };
  return { call, changed: () => changed };
}

const internal = errorAnswer({
  code: 'unmodelled',
  type: 'InternalServerException',
  status: 500,
  message: 'The local VPC Lattice failed to answer; its log says why.',
});
