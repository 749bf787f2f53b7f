import { setTimeout as sleep } from 'node:timers/promises';
import type { LatencyProfile } from '../../../src/local/state/state.ts';
import { hostOf } from './manifests.ts';
import type { Manifest } from './manifests.ts';
import { hear } from './traffic.ts';
import type { World } from './world.ts';

/** Where changes are made. */
export interface Site {
  readonly world: World;
  readonly latency: LatencyProfile;
  /** Without a call for so long, nothing more comes. */
  readonly quietMs: number;
  readonly signal: AbortSignal;
}

export const patience = 60_000;

/** Makes these, waits until traffic flows through every route, and until nothing more happens. */
export async function makeStand(site: Site, manifests: readonly Manifest[]): Promise<void> {
  const { world, signal } = site;
  world.slow.delay = 0;
  if (manifests.length > 0) await world.kubectl(['apply', '-f', '-'], manifests);
  await hear({
    address: await world.address(),
    port: world.port,
    asks: manifests.flatMap((each) => (each.kind === 'HTTPRoute' ? asksOf(each) : [])),
    fits: ({ status }) => status === 200,
    withinMs: patience,
    signal,
  });
  await quiet(site, performance.now());
}

function asksOf({ metadata, spec: { rules } }: Extract<Manifest, { kind: 'HTTPRoute' }>) {
  const paths = rules.flatMap(({ matches }) => matches.map(({ path }) => path.value));
  return paths.map((path) => ({ host: hostOf(metadata.name), path }));
}

/** Deletes every route and Service whose name begins like this, and waits until nothing more happens. */
export async function clear(site: Site, beginning: string): Promise<void> {
  const { world } = site;
  const { httpRoutes, services } = world.stores;
  world.slow.delay = 0;
  const names = [
    ...httpRoutes.list().map(({ metadata }) => `httproute/${metadata.name}`),
    ...services.list().map(({ metadata }) => `service/${metadata.name}`),
  ].filter((name) => name.split('/')[1]?.startsWith(beginning) === true);
  if (names.length > 0) await world.kubectl(['delete', '--wait=false', '--ignore-not-found', ...names]);
  await quiet(site, performance.now());
}

/** Resolves when no call was under way for long enough; gives when the last one ended, but nothing before `since`. */
export async function quiet({ world: { slow }, quietMs, signal }: Site, since: number): Promise<number> {
  const deadline = performance.now() + patience;
  for (;;) {
    const last = slow.lastActivity() ?? since;
    const left = Math.max(last, since) + quietMs - performance.now();
    if (left <= 0) return last;
    if (performance.now() > deadline) throw new Error('the controller does not come to rest');
    await sleep(Math.min(left, 100), undefined, { signal });
  }
}
