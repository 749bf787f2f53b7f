import { movingPlaces } from './place.ts';
import type { MovingKind } from './place.ts';
import type { RegionState } from './state.ts';
import { withoutValues } from './table.ts';
import { withoutService } from './usage.ts';

/** The state after what was being deleted is gone, and what goes with it. Policies are part of what they are attached to. */
export function without(state: RegionState, kind: MovingKind, id: string): RegionState {
  const rest = kind === 'service' ? withoutService(state, id) : movingPlaces[kind].removed(state, id);
  return withoutSubscriptions(rest, id);
}

/** Nothing is logged any more about what is gone. */
export function withoutSubscriptions(state: RegionState, id: string): RegionState {
  const accessLogSubscriptions = withoutValues(
    state.accessLogSubscriptions,
    ({ resourceId }) => resourceId === id,
  );
  return { ...state, accessLogSubscriptions };
}
