import { annotations } from '../../kinds/names.ts';
import { refKey } from '../../kinds/object.ts';
import type { Routing } from '../../routing/routing.ts';

/** Objects for which nothing is to change, by `refKey`: by their own annotation; of a route, also by that of a gateway it names. */
export function pausedObjects({ gateways, routes, exports }: Routing): ReadonlySet<string> {
  return new Set([
    ...[...gateways, ...exports]
      .filter(({ object }) => isPaused(object.metadata.annotations))
      .map(({ ref }) => refKey(ref)),
    ...routes
      .filter(
        ({ object, parents }) =>
          isPaused(object.metadata.annotations) || parents.some((parent) => isPaused(parent.annotations)),
      )
      .map(({ ref }) => refKey(ref)),
  ]);
}

function isPaused(all: Readonly<Record<string, string>> = {}): boolean {
  return all[annotations.paused]?.trim().toLowerCase() === 'true';
}
