import { setTimeout as sleep } from 'node:timers/promises';
import { kinds } from '../../../../src/kinds/kinds.ts';
import { manyRoutes, route, slice } from './manifests.ts';
import { putInPlace } from './in-place.ts';
import { measurePasses } from './passes.ts';
import { startSite } from './site.ts';
import type { Site } from './site.ts';
import { measureSteadyHour } from './steady.ts';
import type { Steady } from './steady.ts';

export const sizes = { routes: 1_000, podsPerRoute: 5, weights: 300, throttled: 500 } as const;
const joining = 'CreateServiceNetworkServiceAssociation';
export const rates = { mutating: 10, reading: 20 } as const;

export interface ManyRoutesFigures {
  /** MiB, of the controller with all routes in place. */
  readonly resident: number;
  /** The most that there was of it until then. */
  readonly mostResident: number;
  /** Milliseconds of processor time of passes with nothing to do, from the snapshot to the plan. */
  readonly passes: readonly number[];
  /** Milliseconds from the answer to the patch of a weight until the call arrives. */
  readonly weights: readonly number[];
  readonly steady: Steady;
  readonly restart: { readonly reads: number; readonly writes: number; readonly seconds: number };
  readonly throttled: {
    /** Seconds until all were there, and those that the rates alone allow. */
    readonly seconds: number;
    readonly allowed: number;
    /** Milliseconds that a pod replaced meanwhile waited for its call. */
    readonly pod: number;
  };
}

export interface ManyRoutesOptions {
  readonly root: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** What the controller takes for many routes. */
export async function measureManyRoutes(options: ManyRoutesOptions): Promise<ManyRoutesFigures> {
  const { say } = options;
  const inPlace = await putInPlace(sizes.routes, sizes.podsPerRoute);
  const passes = measurePasses(inPlace);
  const steady = await measureSteadyHour(inPlace);
  say(`  ${steady.passes} passes in an hour of virtual time, ${steady.writes} writes`);
  const large = await withSite(options, async (site) => measureLarge(site, options));
  const throttled = await withSite({ ...options, rates }, async (site) => measureThrottled(site, options));
  return { passes, steady, ...large, throttled };
}

async function withSite<T>(
  options: Parameters<typeof startSite>[0],
  work: (site: Site) => Promise<T>,
): Promise<T> {
  const site = await startSite(options);
  try {
    return await work(site);
  } finally {
    await site.close();
  }
}

async function measureLarge(site: Site, { signal, say }: ManyRoutesOptions) {
  await site.create(manyRoutes(sizes.routes, sizes.podsPerRoute));
  const first = await site.startController();
  await site.quiet({ operation: joining, calls: sizes.routes });
  // Two Services each, so that there is a weight to turn.
  for (let number = 0; number < sizes.weights; number += 1) await turn(site, number, 1, signal);
  await site.quiet({ operation: joining, calls: sizes.routes });
  const weights: number[] = [];
  for (let number = 0; number < sizes.weights; number += 1) {
    await site.forget();
    await turn(site, number, 2, signal);
    const written = Date.now();
    weights.push((await firstChange(site, 'UpdateRule', signal)) - written);
  }
  const resident = first.resident();
  const mostResident = first.mostResident();
  say(`  ${sizes.routes} routes in ${resident.toFixed(0)} MiB, ${mostResident.toFixed(0)} at most`);
  await first.close();
  await site.forget();
  const began = Date.now();
  await site.startController();
  const calls = await site.quiet({ operation: 'GetRule', calls: sizes.routes });
  const reads = calls.filter(({ mutating }) => !mutating).length;
  const restart = {
    reads,
    writes: calls.length - reads,
    seconds: ((calls.at(-1)?.at ?? began) - began) / 1_000,
  };
  say(`  after a restart ${restart.reads} reads, ${restart.writes} writes`);
  return { resident, mostResident, weights, restart };
}

async function measureThrottled(
  site: Site,
  { signal, say }: ManyRoutesOptions,
): Promise<ManyRoutesFigures['throttled']> {
  await site.create(manyRoutes(sizes.throttled, 1));
  const began = Date.now();
  await site.startController();
  await sleep(replacedAfterMs, undefined, { signal });
  const { kind, object } = slice(0, 1, 1);
  await site.cluster.client.patch(
    kind,
    { namespace: 'default', name: 'service-0-1' },
    { type: 'merge', body: { endpoints: object.endpoints } },
    signal,
  );
  const replaced = Date.now();
  const pod = (await firstChange(site, 'DeregisterTargets', signal)) - replaced;
  const calls = await site.quiet({ operation: joining, calls: sizes.throttled });
  const changes = calls.filter(({ changed }) => changed);
  const seconds = ((changes.at(-1)?.at ?? began) - began) / 1_000;
  say(`  ${sizes.throttled} routes at ${rates.mutating} changes a second in ${seconds.toFixed(0)} s`);
  return { seconds, allowed: changes.length / rates.mutating, pod };
}

const replacedAfterMs = 60_000;

async function turn(site: Site, number: number, weight: number, signal: AbortSignal): Promise<void> {
  const { object } = route(number, [
    [number, 1],
    [number + 1, weight],
  ]);
  await site.cluster.client.patch(
    kinds.HTTPRoute,
    { namespace: 'default', name: object.metadata.name },
    { type: 'merge', body: { spec: object.spec } },
    signal,
  );
}

/** When the first call of this operation that changed something arrived. */
async function firstChange(site: Site, operation: string, signal: AbortSignal): Promise<number> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const call = (await site.calls()).find((each) => each.operation === operation && each.changed);
    if (call !== undefined) return call.at;
    if (Date.now() > deadline) throw new Error(`no ${operation} within a minute`);
    await sleep(20, undefined, { signal });
  }
}
