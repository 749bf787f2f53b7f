import { readState, stateJson } from '../../state/state-json.ts';
import { isTable } from '../../state/table.ts';
import { isRecord } from '../../contract/validate.ts';
import type { AdminRoute } from './admin.ts';
import { done, ok, wrong } from './answers.ts';

/** What the regions know: to look at, to take away, to put back, and to come back to. */
export const stateRoutes = {
  'GET state': (_, { regions }) => ok({ regions: regions.map((region) => plain(region.state())) }),
  'GET export': (_, { regions }) => ok({ regions: regions.map((region) => stateJson(region.state())) }),
  'PUT import': (body, { regions }) => {
    const given = isRecord(body) ? body['regions'] : undefined;
    if (!Array.isArray(given)) return wrong('The body is what GET export gave: { "regions": [STATE, …] }.');
    const states = given.map(readState);
    for (const state of states) {
      if (typeof state === 'string') return wrong(state);
      if (!regions.some(({ name }) => name === state.region)) {
        return wrong(`There is no region ${state.region} here; there are ${namesOf(regions)}.`);
      }
    }
    for (const state of states) {
      if (typeof state !== 'string') regions.find(({ name }) => name === state.region)?.restore(state);
    }
    return done;
  },
  'GET snapshots': (_, { snapshots }) => ok({ snapshots: [...snapshots.keys()] }),
  'PUT snapshots': (body, { snapshots, regions }) => {
    const name = nameIn(body);
    if (name === undefined) return wrong('The body is { "name": NAME }.');
    snapshots.set(name, new Map(regions.map((region) => [region, region.state()])));
    return done;
  },
  'POST snapshots': (body, { snapshots, regions }) => {
    const snapshot = snapshots.get(nameIn(body) ?? '');
    if (snapshot === undefined) {
      return wrong(
        `The body is { "name": NAME } of a snapshot; there are ${[...snapshots.keys()].join(', ')}.`,
      );
    }
    for (const region of regions) {
      const state = snapshot.get(region);
      if (state !== undefined) region.restore(state);
    }
    return done;
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;

function nameIn(body: unknown): string | undefined {
  const name = isRecord(body) ? body['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function namesOf(regions: readonly { readonly name: string }[]): string {
  return regions.map(({ name }) => name).join(', ');
}

/** Maps as objects, for people. */
function plain(value: unknown): unknown {
  if (isTable(value)) {
    return Object.fromEntries([...value].map(([key, each]) => [String(key), plain(each)]));
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
