import { kinds } from '../kinds/kinds.ts';
import type { Kind, KubeObject } from '../kinds/object.ts';
import type { KubeClient } from '../kube/client.ts';
import { reflect } from '../kube/reflector.ts';
import { untilSettled } from '../kube/store.ts';
import type { Change, Store } from '../kube/store.ts';
import type { Scope } from '../kube/watcher-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { Stores, StoreState, StoreView } from '../snapshot/stores.ts';
import {
  bundleVersionIn,
  classesListFeatures,
  definitionKind,
  definitionOf,
  definitionsForbidden,
  hasDefinition,
  readDefinition,
} from './definitions.ts';
import { createDeletions } from './deletions.ts';
import type { Deletions } from './deletions.ts';
import { inNewestForm, reflectServed } from './served-versions.ts';
import { StatusNews } from './status-news.ts';

/** The kinds a pass looks at, by the name of their store. */
const watched = {
  gatewayClasses: kinds.GatewayClass,
  gateways: kinds.Gateway,
  listenerSets: kinds.ListenerSet,
  httpRoutes: kinds.HTTPRoute,
  grpcRoutes: kinds.GRPCRoute,
  tlsRoutes: kinds.TLSRoute,
  referenceGrants: kinds.ReferenceGrant,
  backendTlsPolicies: kinds.BackendTLSPolicy,
  services: kinds.Service,
  endpointSlices: kinds.EndpointSlice,
  namespaces: kinds.Namespace,
  serviceExports: kinds.ServiceExport,
  serviceImports: kinds.ServiceImport,
  iamAuthPolicies: kinds.IAMAuthPolicy,
  accessLogPolicies: kinds.AccessLogPolicy,
  secrets: kinds.Secret,
  configMaps: kinds.ConfigMap,
} as const satisfies Readonly<Record<Exclude<keyof Stores, 'bundleVersion' | 'classesListFeatures'>, Kind>>;

type StoreName = keyof typeof watched;

/** Which objects of a kind a pass may need, where that is not all of them. */
const scopes: { readonly [Name in StoreName]?: Scope } = {
  secrets: { fieldSelector: 'type=kubernetes.io/tls' },
};

export interface Watched {
  readonly stores: Stores;
  /** Resolves when every store is complete, or its kind is known not to be served or not for us; and its deletions are judged. */
  readonly settled: (signal: AbortSignal) => Promise<void>;
  /**
   * What a write of ours returned. It stands for the object until the watch has something newer, so that the next pass
   * does not write again what it cannot see yet.
   */
  readonly wrote: (before: KubeObject, after: KubeObject) => void;
  /** How each watch stands, by the name of its kind. */
  readonly states: () => readonly WatchState[];
}

export interface WatchState {
  readonly kind: string;
  readonly state: StoreState;
  /** The last call to the API server failed: what is known may be old. */
  readonly isFailing: boolean;
}

export interface WatchOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Called after each change, with its reason for people. */
  readonly onChange: (reason: string) => void;
  readonly signal: AbortSignal;
}

/** Watches every kind a pass looks at. */
export function watchCluster({ onChange, ...options }: WatchOptions): Watched {
  const written = new Map<string, Written>();
  const stores: Store[] = [];
  const views: StoreView[] = [];
  const judges: Deletions[] = [];
  const statusNews = new StatusNews({ ...options, onNews: onChange });
  const defined = {
    ...options,
    kind: definitionKind,
    onChange: (change: Change) => onChange(reasonOf(definitionKind, change)),
  };
  // Without their schemas, and those of every other program in the cluster: they take more memory than our objects.
  const definitions = reflect({ ...defined, scope: { metadataOnly: true } });
  const definitionOfClasses = reflect({
    ...defined,
    scope: { fieldSelector: `metadata.name=${definitionOf(kinds.GatewayClass)}` },
  });
  /** What a write of ours made of an object is what passes see already. */
  const isEcho = (change: Change): boolean => {
    if (change.op !== 'modified') return false;
    const { uid = '', resourceVersion } = change.object.metadata;
    return written.get(uid)?.object.metadata.resourceVersion === resourceVersion;
  };
  const view = (name: StoreName): StoreView => {
    const kind: Kind = watched[name];
    const deletions = hasDefinition(kind)
      ? createDeletions({
          ...options,
          kind,
          readDefinition: async (signal) => readDefinition(options.client, kind, signal),
          definitionNow: () => definitions.get('', definitionOf(kind)),
          onChange,
        })
      : undefined;
    const store = reflectServed({
      ...options,
      kind,
      scope: scopes[name] ?? {},
      definitions,
      onChange: (change) => {
        deletions?.saw(change);
        const reason = reasonOf(kind, change);
        if (!isEcho(change) && !statusNews.defer(change, reason)) onChange(reason);
      },
    });
    stores.push(store);
    if (deletions !== undefined) judges.push(deletions);
    const seen = viewOf(store, { written, deletions });
    views.push(seen);
    return seen;
  };
  return {
    stores: {
      gatewayClasses: view('gatewayClasses'),
      gateways: view('gateways'),
      listenerSets: view('listenerSets'),
      httpRoutes: view('httpRoutes'),
      grpcRoutes: view('grpcRoutes'),
      tlsRoutes: view('tlsRoutes'),
      referenceGrants: view('referenceGrants'),
      backendTlsPolicies: view('backendTlsPolicies'),
      services: view('services'),
      endpointSlices: view('endpointSlices'),
      namespaces: view('namespaces'),
      serviceExports: view('serviceExports'),
      serviceImports: view('serviceImports'),
      iamAuthPolicies: view('iamAuthPolicies'),
      accessLogPolicies: view('accessLogPolicies'),
      secrets: view('secrets'),
      configMaps: view('configMaps'),
      get bundleVersion() {
        return bundleVersionIn(definitions.list());
      },
      get classesListFeatures() {
        return classesListFeatures(definitionOfClasses.list());
      },
    },
    settled: async (signal) => {
      await untilSettled(stores, signal);
      // The definitions too: without them, objects that went with their kind look as if somebody had deleted each.
      await untilSettled([definitions, definitionOfClasses], signal);
      if (definitions.state === 'forbidden') options.log.error(definitionsForbidden);
      for (const deletions of judges) await deletions.judged();
    },
    wrote: (before, after) => {
      statusNews.wrote(after);
      const { uid, resourceVersion = '' } = before.metadata;
      if (uid === undefined) return;
      const earlier = written.get(uid);
      const follows = earlier?.object.metadata.resourceVersion === resourceVersion;
      const replaced = new Set([...(follows ? earlier.replaced : []), resourceVersion]);
      written.set(uid, { replaced, object: after });
    },
    states: () => [
      stateOf(definitions, definitions.state),
      ...stores.map((store, i) => stateOf(store, views[i]?.state ?? store.state)),
    ],
  };
}

function stateOf({ kind, trouble }: Store, state: StoreState): WatchState {
  return { kind: kind.kind, state, isFailing: trouble !== undefined };
}

interface Written {
  /**
   * The versions our writes were made from, one after the other: while the watch shows one of them it is behind, and an
   * object that it shows would be one that we have changed since.
   */
  readonly replaced: ReadonlySet<string>;
  readonly object: KubeObject;
}

interface Beside {
  readonly written: Map<string, Written>;
  /** Absent for kinds that no definition stands behind. */
  readonly deletions: Deletions | undefined;
}

/**
 * Whatever is ours in VPC Lattice hangs off these. Where they are not served they were removed, if need be before we
 * began; as kinds that were never there they would make every Gateway and every route somebody else's.
 */
const neverAbsent: readonly string[] = [kinds.GatewayClass.kind, kinds.Gateway.kind];

function viewOf(store: Store, { written, deletions }: Beside): StoreView {
  const latest = (object: KubeObject): KubeObject => {
    const { uid = '', resourceVersion = '' } = object.metadata;
    const ours = written.get(uid);
    if (ours === undefined) return object;
    if (ours.replaced.has(resourceVersion)) return inNewestForm(ours.object);
    written.delete(uid);
    return object;
  };
  return {
    get state() {
      const { state, kind } = store;
      const isRemoved = state === 'absent' && neverAbsent.includes(kind.kind);
      return isRemoved || deletions?.kindIsLeaving === true ? 'vanished' : state;
    },
    list: () => {
      const objects = store.list().map(latest);
      return deletions?.withoutDoubted(objects) ?? objects;
    },
  };
}

/** Why a pass begins, for people. */
function reasonOf({ kind }: Kind, change: Change): string {
  if (change.op === 'state') return `${kind} ${change.state}`;
  const { namespace, name } = change.object.metadata;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name} ${change.op}`;
}
