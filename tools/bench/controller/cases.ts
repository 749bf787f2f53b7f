import { finalizers } from '../../../src/kinds/names.ts';
import type { KubeObject } from '../../../src/kinds/object.ts';
import type { Change } from '../../../src/kube/store.ts';
import type { Stores } from '../../../src/snapshot/stores.ts';
import { hostOf, route } from './manifests.ts';
import type { Answer } from './traffic.ts';
import type { World } from './world.ts';

/** One change, made once. */
export interface Trial {
  readonly host: string;
  /** What is typed, and what is on its standard input. */
  readonly args: readonly string[];
  readonly objects?: readonly object[];
  /** The cluster has it. */
  readonly isWritten: (change: Change) => boolean;
  /** From when on the controller can do something, where that is later than when it was written. */
  readonly isReady?: (change: Change) => boolean;
  /** The change has its effect. */
  readonly shows: (answer: Answer) => boolean;
  /** What must no longer be heard afterwards. */
  readonly isOld?: (answer: Answer) => boolean;
  /** The cluster with the change, for the plan. */
  readonly change: (stores: Stores) => Stores;
}

export interface Case {
  readonly name: string;
  /** Whether anything comes to be in its own time. */
  readonly creates: boolean;
  /** `number` counts the trials of this case, from 0. */
  readonly trial: (number: number, world: World) => Trial;
}

export const cases: readonly Case[] = [
  {
    name: 'new route',
    creates: true,
    trial: (number) => {
      const name = `new-${number}`;
      const object = route(name, { b: 1 });
      return {
        host: hostOf(name),
        args: ['apply', '-f', '-'],
        objects: [object],
        isWritten: isAbout('HTTPRoute', name),
        shows: ({ status }) => status === 200,
        change: (stores) => withRoutes(stores, (routes) => [...routes, admitted(object, name)]),
      };
    },
  },
  {
    name: 'weight change',
    creates: false,
    trial: (number) => {
      const [to, weights] = number % 2 === 0 ? ['b', { a: 0, b: 100 }] : ['a', { a: 100, b: 0 }];
      const object = route('weights', weights);
      return {
        host: hostOf('weights'),
        args: ['apply', '-f', '-'],
        objects: [object],
        isWritten: isAbout('HTTPRoute', 'weights'),
        shows: ({ body }) => podIn(body).startsWith(`${to}-`),
        isOld: ({ body }) => !podIn(body).startsWith(`${to}-`),
        change: (stores) =>
          withRoutes(stores, (routes) =>
            routes.map((each) =>
              each.metadata.name === 'weights' ? Object.assign({}, each, { spec: object.spec }) : each,
            ),
          ),
      };
    },
  },
  {
    name: 'replaced pod',
    creates: false,
    trial: (_number, { pods }) => {
      const there = new Set(
        pods
          .list()
          .flatMap(({ metadata: { name, deletionTimestamp } }) =>
            deletionTimestamp === undefined ? [name] : [],
          ),
      );
      const [old = ''] = [...there].filter((name) => name.startsWith('pods-'));
      const isNew = (name: string): boolean => name.startsWith('pods-') && !there.has(name);
      return {
        host: hostOf('pods'),
        args: ['delete', 'pod', old, '--wait=false'],
        isWritten: isAbout('Pod', old),
        isReady: (change) =>
          change.op === 'modified' && isNew(change.object.metadata.name) && hasBecomeReady(change.object),
        shows: ({ body }) => isNew(podIn(body)),
        isOld: ({ body }) => podIn(body) === old,
        change: (stores) => ({
          ...stores,
          endpointSlices: {
            state: 'synced',
            list: () => stores.endpointSlices.list().map((slice) => withNewAddress(slice, 'pods')),
          },
        }),
      };
    },
  },
];

function isAbout(kind: string, name: string): (change: Change) => boolean {
  return (change) =>
    change.op !== 'state' && change.object.kind === kind && change.object.metadata.name === name;
}

/** `Requsting to Pod(NAME): TEXT` is how the built-in program answers. */
function podIn(body: string): string {
  return /Pod\(([^)]*)\)/.exec(body)?.[1] ?? '';
}

function withRoutes(
  stores: Stores,
  change: (routes: readonly KubeObject[]) => readonly KubeObject[],
): Stores {
  return { ...stores, httpRoutes: { state: 'synced', list: () => change(stores.httpRoutes.list()) } };
}

/** As it would be once the API server and our finalizer are through with it. */
function admitted(object: ReturnType<typeof route>, name: string): KubeObject {
  return {
    ...object,
    metadata: {
      ...object.metadata,
      uid: `uid-of-${name}`,
      generation: 1,
      creationTimestamp: '2100-01-01T00:00:00Z',
      finalizers: [finalizers.HTTPRoute],
    },
  };
}

/** One endpoint of the Service is another. */
function withNewAddress(slice: KubeObject, service: string): KubeObject {
  if (slice.metadata.labels?.['kubernetes.io/service-name'] !== service) return slice;
  const endpoints: unknown = 'endpoints' in slice ? slice.endpoints : [];
  const all: unknown[] = Array.isArray(endpoints) ? endpoints : [];
  const replaced = all.findIndex((endpoint) => JSON.stringify(endpoint).includes('"ready":true'));
  return Object.assign({}, slice, {
    endpoints: all.map((endpoint, index) =>
      index === replaced ? Object.assign({}, endpoint, { addresses: ['127.160.255.254'] }) : endpoint,
    ),
  });
}

function hasBecomeReady(pod: KubeObject): boolean {
  const status: unknown = 'status' in pod ? pod.status : {};
  const conditions: unknown =
    typeof status === 'object' && status !== null && 'conditions' in status ? status.conditions : [];
  return Array.isArray(conditions) && conditions.some(isReady);
}

function isReady(condition: unknown): boolean {
  return (
    typeof condition === 'object' &&
    condition !== null &&
    'type' in condition &&
    condition.type === 'Ready' &&
    'status' in condition &&
    condition.status === 'True'
  );
}
