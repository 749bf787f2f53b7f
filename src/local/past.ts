import type { RegionState } from './state/state.ts';

/** The states of the last moments, for reads that are behind. */
export interface Past {
  /** A state that holds from a moment on. */
  record(state: RegionState, from: number): void;
  /** What held a lag before now; the oldest known state when that is too long ago. */
  at(now: number): RegionState;
  setLag(ms: number): void;
}

/** Keeps no more than the lag needs: without one, the present only. */
export function createPast(first: RegionState, lag: number): Past {
  let behind = lag;
  let states: readonly { readonly from: number; readonly state: RegionState }[] = [
    { from: -Infinity, state: first },
  ];
  /** Forgets what no read can ask for any more: everything before the state that holds at `then`. */
  const forget = (then: number): void => {
    const start = states.findLastIndex(({ from }) => from <= then);
    if (start > 0) states = states.slice(start);
  };
  return {
    record: (state, from) => {
      forget(from - behind);
      states = behind === 0 ? [{ from, state }] : [...states, { from, state }];
    },
    at: (now) => {
      forget(now - behind);
      return (states.findLast(({ from }) => from <= now - behind) ?? states[0])?.state ?? first;
    },
    setLag: (ms) => {
      behind = ms;
    },
  };
}
