import { seesTheSame, watching } from '../lattice/model/looks.ts';
import type { Look } from '../lattice/model/looks.ts';
import type { Route } from '../routing/routing.ts';
import { routeFinalizer } from './finalizers.ts';
import type { Index, IndexedPass } from './pass.ts';
import { lookingIn } from './pass.ts';
import { concludeRoute } from './route.ts';
import type { Write } from './write.ts';

/** What was concluded of a route, and all that it was concluded from. */
export interface RouteConclusion {
  readonly route: Route;
  readonly indexed: boolean;
  readonly looks: readonly Look<keyof Index>[];
  readonly writes: readonly Write[];
}

/** All that there is to tell of a route. An earlier conclusion stands while everything is as it was when it was made. */
export function conclusionOf(
  { index, indexed }: IndexedPass,
  route: Route,
  before: RouteConclusion | undefined,
): RouteConclusion {
  const stands = before?.route === route && before.indexed === indexed && seesTheSame(before.looks, index);
  if (stands) return before;
  const looks: Look<keyof Index>[] = [];
  const watch = watching(looks);
  const pass = lookingIn(
    {
      findings: watch('findings', index.findings),
      entries: watch('entries', index.entries),
      outcomes: watch('outcomes', index.outcomes),
      known: watch('known', index.known),
      accountable: watch('accountable', index.accountable),
      outcomeAt: watch('outcomeAt', index.outcomeAt),
      knownAt: watch('knownAt', index.knownAt),
      serviceAt: watch('serviceAt', index.serviceAt),
    },
    indexed,
  );
  const writes = [...routeFinalizer(pass, route), ...concludeRoute(pass, route)];
  return { route, indexed, looks, writes };
}
