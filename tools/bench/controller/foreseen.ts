/** The cluster as it will be once the API server, the controllers of its own and our finalizer are through with a change. */
import { finalizers } from '../../../src/kinds/names.ts';
import type { KubeObject } from '../../../src/kinds/object.ts';
import type { Stores, StoreView } from '../../../src/snapshot/stores.ts';
import type { Manifest, Service } from './manifests.ts';

/** With these made or changed; behind a new Service are the pods that it selects. */
export function withManifests(stores: Stores, manifests: readonly Manifest[]): Stores {
  const routes = manifests.filter(({ kind }) => kind === 'HTTPRoute');
  const services = manifests.filter((manifest) => manifest.kind === 'Service');
  const news = services.filter(
    ({ metadata }) => !stores.services.list().some((each) => each.metadata.name === metadata.name),
  );
  const slices = stores.endpointSlices.list();
  return {
    ...stores,
    httpRoutes: merged(stores.httpRoutes, routes),
    services: merged(stores.services, services),
    endpointSlices: synced([...slices, ...news.flatMap((each) => slicesOf(each, slices))]),
  };
}

/** With a route that is told to go, and waits for its finalizer. */
export function withDeleting(stores: Stores, name: string): Stores {
  return {
    ...stores,
    httpRoutes: synced(
      stores.httpRoutes.list().map((each) =>
        each.metadata.name === name
          ? Object.assign({}, each, {
              metadata: { ...each.metadata, deletionTimestamp: '2100-01-01T00:00:00Z' },
            })
          : each,
      ),
    ),
  };
}

/** With another endpoint in the place of one that a Service has. */
export function withNewAddress(stores: Stores, service: string): Stores {
  return {
    ...stores,
    endpointSlices: synced(
      stores.endpointSlices
        .list()
        .map((slice) => (serviceOf(slice) === service ? withAnotherEndpoint(slice) : slice)),
    ),
  };
}

function withAnotherEndpoint(slice: KubeObject): KubeObject {
  const endpoints: unknown = 'endpoints' in slice ? slice.endpoints : [];
  const all: unknown[] = Array.isArray(endpoints) ? endpoints : [];
  const replaced = all.findIndex((endpoint) => JSON.stringify(endpoint).includes('"ready":true'));
  return Object.assign({}, slice, {
    endpoints: all.map((endpoint, index) =>
      index === replaced ? Object.assign({}, endpoint, { addresses: ['127.160.255.254'] }) : endpoint,
    ),
  });
}

function merged(store: StoreView, manifests: readonly Manifest[]): StoreView {
  const wanted = new Map(manifests.map((manifest) => [manifest.metadata.name, manifest]));
  const there = store.list();
  const names = new Set(there.map(({ metadata }) => metadata.name));
  return synced([
    ...there.map((each) => Object.assign({}, each, { spec: specOf(wanted.get(each.metadata.name) ?? each) })),
    ...manifests.flatMap((manifest) => (names.has(manifest.metadata.name) ? [] : [admitted(manifest)])),
  ]);
}

function specOf(object: object): unknown {
  return 'spec' in object ? object.spec : undefined;
}

function admitted(manifest: Manifest): KubeObject {
  const { name } = manifest.metadata;
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      uid: `uid-of-${name}`,
      generation: 1,
      creationTimestamp: '2100-01-01T00:00:00Z',
      finalizers: manifest.kind === 'HTTPRoute' ? [finalizers.HTTPRoute] : [],
    },
  };
}

/** Of those pods another Service tells where they are. */
function slicesOf(
  { metadata: { name }, spec }: Service,
  slices: readonly KubeObject[],
): readonly KubeObject[] {
  return slices
    .filter((slice) => serviceOf(slice) === spec.selector.app)
    .map((slice) =>
      Object.assign({}, slice, {
        metadata: {
          ...slice.metadata,
          name: `${name}-foreseen`,
          uid: `uid-of-${name}-foreseen`,
          labels: { ...slice.metadata.labels, [serviceLabel]: name },
        },
      }),
    );
}

function serviceOf({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[serviceLabel];
}

const serviceLabel = 'kubernetes.io/service-name';

function synced(objects: readonly KubeObject[]): StoreView {
  return { state: 'synced', list: () => objects };
}
