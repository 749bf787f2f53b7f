import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { AuthenticatedPrincipal } from './auth/credential.ts';
import type { Refused } from './contract/refusal.ts';
import type { Changed, Command, CommandName, Context, Results } from './state/command.ts';
import { createPast } from './past.ts';
import { nextDue, settle } from './state/lifecycle.ts';
import type { RegionState, Settings } from './state/state.ts';
import { asksWho } from './state/sharing.ts';
import { emptyRegion, transition } from './state/transition.ts';

export interface RegionOptions {
  /** `us-west-2`. */
  readonly region: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** `short` unless told. */
  readonly latency?: Settings['latency'];
  /** See `Settings`. */
  readonly strictReferences?: boolean;
  /** See `Settings`. */
  readonly existing?: readonly string[];
  /** How far lists are behind, in milliseconds; they are not unless told. */
  readonly listLag?: number;
  /** How far the index of tags is behind, in milliseconds; it is not unless told. */
  readonly tagLag?: number;
  /** What it was when its process ended; empty unless given. */
  readonly initial?: RegionState;
  /** Keeps what changes; nothing is kept unless given. */
  readonly journal?: RegionJournal;
  /** `observed` unless told: without a data plane that reports verdicts, say `absent`. */
  readonly healthChecks?: Settings['healthChecks'];
}

/** Where a region writes down what changes it. */
export interface RegionJournal {
  append(change: RegionChange, state: RegionState): void;
  flushed(): Promise<void>;
}

/** An accepted command, or a state that took the place of another. What time alone does follows from these. */
export type RegionChange =
  | { readonly kind: 'command'; readonly command: Command; readonly context: Context }
  | { readonly kind: 'restored'; readonly state: RegionState };

/** The one holder of a region's state. */
export interface Region {
  readonly name: string;
  /** Everything that is due by now has happened. */
  state(): RegionState;
  /** As lists show it: the state of some time ago, if lists lag. Reads of one thing are never behind. */
  listed(): RegionState;
  /** As the index of tags shows it, which has a lag of its own. */
  indexed(): RegionState;
  /** Lets the index of tags lag by so many milliseconds from now on. */
  setTagLag(ms: number): void;
  /** Lets lists lag by so many milliseconds from now on. What was before is shown as it was. */
  setListLag(ms: number): void;
  /**
   * Applies a command for an account. What it gives is the state right after the command, before time goes on: with
   * latency `none` a delete still answers `DELETE_IN_PROGRESS`.
   */
  dispatch<N extends CommandName>(command: Command<N>, caller: Caller): Changed<Results[N]> | Refused;
  /** Puts another state in the place of everything. */
  restore(state: RegionState): void;
  /** Resolves when what was dispatched so far is kept; `undefined` when nothing is. Rejects when it cannot be. */
  kept(): Promise<void> | undefined;
  /**
   * Calls `listener` with each new state, in order and before the command that made it is answered, until the returned
   * function is called.
   */
  subscribe(listener: (state: RegionState) => void): () => void;
  /** Stops the region's clockwork; what is due stays due. */
  close(): void;
}

/** Whoever a command is done for. Commands of the region's own parts carry the account of what they are about. */
export interface Caller {
  readonly account: string;
  /** Who calls, where somebody does. */
  readonly principal?: AuthenticatedPrincipal;
}

/** An empty region. Nothing runs until something is due; `close` stops what runs then. */
export function createRegion(options: RegionOptions): Region {
  const { region: name, clock, random, log, latency = 'short', healthChecks = 'observed' } = options;
  const listeners = new Set<(state: RegionState) => void>();
  const closed = new AbortController();
  const { journal } = options;
  const { strictReferences = false, existing = [] } = options;
  let current =
    options.initial ??
    emptyRegion(name, { latency, healthChecks, strictReferences, existing, quotas: new Map() });
  let timer: { readonly at: number; readonly stop: AbortController } | undefined;

  const past = createPast(current, options.listLag ?? 0);
  const taggedPast = createPast(current, options.tagLag ?? 0);

  const become = (next: RegionState): void => {
    if (next === current) return;
    current = next;
    past.record(next, clock.now());
    taggedPast.record(next, clock.now());
    for (const listener of listeners) listener(next);
    wind();
  };
  let next: { readonly due: RegionState['due']; readonly at: number | undefined } | undefined;
  const nextAt = (): number | undefined => {
    if (next?.due !== current.due) next = { due: current.due, at: nextDue(current) };
    return next.at;
  };
  const advance = (): RegionState => {
    const now = clock.now();
    if ((nextAt() ?? Infinity) <= now) become(settle(current, now));
    return current;
  };
  /** One sleeper, for the earliest change that is due. */
  const wind = (): void => {
    const at = nextAt();
    if (timer?.at === at || closed.signal.aborted) return;
    timer?.stop.abort();
    timer = at === undefined ? undefined : { at, stop: new AbortController() };
    if (timer !== undefined) void ring(timer);
  };
  const ring = async ({ at, stop }: NonNullable<typeof timer>): Promise<void> => {
    try {
      await clock.sleep(Math.max(0, at - clock.now()), stop.signal);
    } catch {
      return;
    }
    timer = undefined;
    advance();
    wind();
  };

  return {
    name,
    state: advance,
    listed: () => {
      advance();
      return past.at(clock.now());
    },
    indexed: () => {
      advance();
      return taggedPast.at(clock.now());
    },
    setTagLag: (ms) => taggedPast.setLag(ms),
    setListLag: (ms) => past.setLag(ms),
    dispatch: (command, { account, principal }) => {
      const who = principal !== undefined && asksWho(command.op) ? { account, principal } : { account };
      const context: Context = { now: clock.now(), ...who, ids: [newId(random), newId(random)] };
      const before = advance();
      const answer = transition(before, command, context);
      if ('refused' in answer) {
        log.debug('command refused', { region: name, op: command.op, code: answer.refused.code });
        return answer;
      }
      if (answer.state !== before) journal?.append({ kind: 'command', command, context }, answer.state);
      become(answer.state);
      return answer;
    },
    restore: (state) => {
      journal?.append({ kind: 'restored', state }, state);
      become(state);
    },
    kept: () => journal?.flushed(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closed.abort();
      timer?.stop.abort();
    },
  };
}

/** Seventeen hexadecimal digits, as AWS's ids have. */
function newId(random: Random): string {
  return random.uuid().replaceAll('-', '').slice(0, 12) + random.uuid().replaceAll('-', '').slice(0, 5);
}
