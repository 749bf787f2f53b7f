import { isEqual } from '../kinds/equal.ts';
import { featuresOfEnforcedGrants, supportedFeatures } from '../kinds/features.ts';
import { refOf } from '../kinds/object.ts';
import type { OurClass } from '../routing/routing.ts';
import { tablesIn } from '../snapshot/snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { StoreState } from '../snapshot/stores.ts';
import type { Statement } from './conditions.ts';
import { merge, stated } from './conditions.ts';
import type { IndexedPass } from './pass.ts';
import type { Write } from './write.ts';

const ours = ['Accepted', 'SupportedVersion'] as const;

/** The releases of the Gateway API whose kinds we read. */
const oldest = 'v1.0';
const newest = 'v1.6';

/** Status of one of our classes: accepted, and what we can do. */
export function concludeGatewayClass(
  pass: IndexedPass,
  { object, parameters, doubt }: OurClass,
): readonly Write[] {
  if (doubt !== undefined) return [];
  const accepted = stated('Accepted', pass.findingsOf(refOf(object))) ?? {
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: ['Accepted', ...limitsOf(pass.snapshot)].join('. '),
  };
  const version = versionOf(pass.snapshot.bundleVersion);
  const { supportedFeatures: _, ...rest } = object.status ?? {};
  const status = {
    ...rest,
    conditions: merge(
      object.status?.conditions ?? [],
      [accepted, ...(version === undefined ? [] : [version])],
      { generation: object.metadata.generation, ours },
    ),
    ...(pass.snapshot.classesListFeatures
      ? { supportedFeatures: featuresOf(pass.snapshot, parameters?.referenceGrants === 'enforce') }
      : {}),
  };
  return isEqual(status, object.status) ? [] : [{ write: 'status', object, status }];
}

function featuresOf(snapshot: Snapshot, enforced: boolean): readonly { readonly name: string }[] {
  const off = new Set(
    tablesIn(snapshot).flatMap(({ kind, state }) => (state === 'synced' ? [] : [kind.kind])),
  );
  return [...supportedFeatures, ...(enforced ? featuresOfEnforcedGrants : [])]
    .filter((name) => !off.has(name))
    .toSorted()
    .map((name) => ({ name }));
}

/** What is off, because the cluster lacks a kind or keeps it from us: once, here, and not on every object. */
function limitsOf(snapshot: Snapshot): readonly string[] {
  const tables = tablesIn(snapshot);
  return limits.flatMap(({ state, sentence }) => {
    const kinds = tables.filter((table) => table.state === state).map(({ kind }) => kind.kind);
    return kinds.length === 0 ? [] : [sentence(kinds.join(', '))];
  });
}

const limits: readonly { readonly state: StoreState; readonly sentence: (kinds: string) => string }[] = [
  { state: 'absent', sentence: (kinds) => `The cluster does not serve ${kinds}: what they are for is off` },
  {
    state: 'vanished',
    sentence: (kinds) => `The cluster no longer serves ${kinds}: what they asked for stays as it is`,
  },
  {
    state: 'forbidden',
    sentence: (kinds) =>
      `The controller may not list and watch ${kinds}: what depends on them stays as it is, until its ClusterRole allows it`,
  },
];

/** Nothing is claimed about a version that nobody has read. */
function versionOf(bundle: string | undefined): Statement | undefined {
  if (bundle === undefined) return undefined;
  const minor = Number(/^v1\.([0-9]+)/.exec(bundle)?.[1]);
  const type = 'SupportedVersion';
  return minor >= minorOf(oldest) && minor <= minorOf(newest)
    ? { type, status: 'True', reason: 'SupportedVersion', message: bundle }
    : {
        type,
        status: 'False',
        reason: 'UnsupportedVersion',
        message: `The cluster has ${bundle} of the Gateway API; ${oldest} to ${newest} are supported.`,
      };
}

function minorOf(version: string): number {
  return Number(version.slice('v1.'.length));
}
