import type { Kind } from '../kinds/object.ts';
import type { Caller } from './call.ts';
import { isRecord } from '../kinds/record.ts';

/** What a server serves. */
export interface Discovery {
  readonly kinds: readonly ServedKind[];
  /** `group/version`s that exist but could not be read just now: what they hold is unknown, not absent. */
  readonly unreadable: readonly string[];
}

export interface ServedKind extends Kind {
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** The served kind of this group and name in the first of the versions that the server has. */
export function servedAs(
  { kinds }: Discovery,
  {
    group,
    kind,
    versions,
  }: { readonly group: string; readonly kind: string; readonly versions: readonly string[] },
): ServedKind | undefined {
  for (const version of versions) {
    const served = kinds.find((one) => one.group === group && one.kind === kind && one.version === version);
    if (served !== undefined) return served;
  }
  return undefined;
}

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** Asks in two calls where the server can answer so, else group by group. */
export async function discover(call: Caller['call'], signal: AbortSignal): Promise<Discovery> {
  const read = async (target: string): Promise<unknown> =>
    call({ method: 'GET', target, accept: aggregated }, signal);
  const core = await read('/api');
  const groups = await read('/apis');
  const found = [
    ...(isAggregated(core) ? ofAggregated(core) : await ofVersions(read, core)),
    ...(isAggregated(groups) ? ofAggregated(groups) : await ofGroups(read, groups, signal)),
  ];
  return {
    kinds: found.flatMap((one) => one.kinds),
    unreadable: found.flatMap(({ groupVersion, readable }) => (readable ? [] : [groupVersion])),
  };
}

interface Found {
  readonly groupVersion: string;
  readonly readable: boolean;
  readonly kinds: readonly ServedKind[];
}

function isAggregated(body: unknown): boolean {
  return isRecord(body) && body['kind'] === 'APIGroupDiscoveryList';
}

function ofAggregated(body: unknown): readonly Found[] {
  return records(body, 'items').flatMap((item) => {
    const group = isRecord(item['metadata']) ? text(item['metadata'], 'name') : '';
    return records(item, 'versions').map((entry) => {
      const version = text(entry, 'version');
      return {
        groupVersion: group === '' ? version : `${group}/${version}`,
        readable: entry['freshness'] !== 'Stale',
        kinds: records(entry, 'resources').map((resource) => ({
          group,
          version,
          kind: isRecord(resource['responseKind']) ? text(resource['responseKind'], 'kind') : '',
          plural: text(resource, 'resource'),
          namespaced: resource['scope'] === 'Namespaced',
          verbs: strings(resource, 'verbs'),
          subresources: records(resource, 'subresources').map((one) => text(one, 'subresource')),
        })),
      };
    });
  });
}

type Read = (target: string) => Promise<unknown>;

async function ofVersions(read: Read, body: unknown): Promise<readonly Found[]> {
  return Promise.all(
    strings(body, 'versions').map(async (version) =>
      ofResources(await read(`/api/${version}`), { group: '', version }),
    ),
  );
}

async function ofGroups(read: Read, body: unknown, signal: AbortSignal): Promise<readonly Found[]> {
  const versions = records(body, 'groups').flatMap((group) =>
    records(group, 'versions').map((one) => ({ group: text(group, 'name'), version: text(one, 'version') })),
  );
  return Promise.all(
    versions.map(async ({ group, version }) => {
      try {
        return ofResources(await read(`/apis/${group}/${version}`), { group, version });
      } catch {
        // One broken extension server must not hide the others.
        signal.throwIfAborted();
        return { groupVersion: `${group}/${version}`, readable: false, kinds: [] };
      }
    }),
  );
}

function ofResources(body: unknown, at: { readonly group: string; readonly version: string }): Found {
  const resources = records(body, 'resources');
  return {
    groupVersion: at.group === '' ? at.version : `${at.group}/${at.version}`,
    readable: true,
    kinds: resources
      .filter((resource) => !text(resource, 'name').includes('/'))
      .map((resource) => {
        const plural = text(resource, 'name');
        return {
          ...at,
          kind: text(resource, 'kind'),
          plural,
          namespaced: resource['namespaced'] === true,
          verbs: strings(resource, 'verbs'),
          subresources: resources.flatMap((one) => {
            const [parent, subresource] = text(one, 'name').split('/');
            return parent === plural && subresource !== undefined ? [subresource] : [];
          }),
        };
      }),
  };
}

function records(value: unknown, member: string): readonly Readonly<Record<string, unknown>>[] {
  const list: unknown = isRecord(value) ? value[member] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function strings(value: unknown, member: string): readonly string[] {
  const list: unknown = isRecord(value) ? value[member] : undefined;
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
}

function text(value: Readonly<Record<string, unknown>>, member: string): string {
  const found = value[member];
  return typeof found === 'string' ? found : '';
}
