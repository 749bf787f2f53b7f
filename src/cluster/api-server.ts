import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { Wire } from '../ports/wire.ts';
import type { Context, PodHandlers, ResourceCall } from './http/context.ts';
import { keyOf } from './http/context.ts';
import { Registry } from './http/registry.ts';
import { createWire } from './http/server.ts';
import type { Families } from './http/service-families.ts';
import { Refused } from './http/status.ts';
import { Store } from './http/store.ts';
import { upgradeStream } from './http/upgrade.ts';
import { createObject, managedAs, readFor, updateObject } from './http/write.ts';
import { reachIn } from './http/webhooks/reach.ts';
import type { OpenWire } from './http/webhooks/reach.ts';
import type { JsonObject } from './schema/json.ts';
import { isObject, textAt } from './schema/json.ts';
import { qualifiedName } from './schema/kind.ts';
import type { Journal } from './storage/journal.ts';
import { definitions, find } from './storage/state.ts';

export interface ApiServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Clients must send it as a bearer token; absent, everybody may come in. */
  readonly token?: string;
  /** First two numbers of the /16 that Services take their addresses from; `10.96` unless told. */
  readonly serviceNetwork?: string;
  /** Of which pods have addresses; IPv4 alone unless told. */
  readonly podFamilies?: Families;
  readonly handlers?: PodHandlers;
  /** Where its objects outlive it; without one they are in memory only. */
  readonly journal?: Journal;
  /** Opens connections to admission webhooks; without it a webhook that is registered fails. */
  readonly openWire?: OpenWire;
}

export interface ApiServer {
  /** The whole API. Works without a socket. */
  readonly wire: Wire;
  /** For `Upgrade` requests of an HTTP server: exec, attach and portforward of pods. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Creates objects at once, as a client would. For what a cluster begins with: CRDs before the objects they define.
   * What exists already stays as it is, definitions aside: they become those of this program. Throws an error that names
   * the object when one is refused. With `isVetted`, definitions are known to be right and are not checked again.
   */
  load(manifests: readonly unknown[], how?: { readonly isVetted: boolean }): void;
  /** The resourceVersion of the whole cluster: grows with every change. */
  revision(): number;
}

/** A new cluster with nothing in it but its own namespaces and the `kubernetes` Service. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { clock, random, log, token, handlers = {}, openWire, journal } = options;
  const { serviceNetwork = '10.96', podFamilies = ['IPv4'] } = options;
  const context: Context = {
    store: new Store(journal),
    registry: new Registry(),
    clock,
    random,
    log,
    settings: {
      user: 'admin',
      serviceNetwork,
      podFamilies,
      handlers,
      ...(token === undefined ? {} : { token }),
      ...(openWire === undefined ? {} : { reachWebhook: (state) => reachIn(state, openWire) }),
    },
  };
  const load: ApiServer['load'] = (manifests, { isVetted } = { isVetted: false }) => {
    for (const manifest of manifests) loadOne(context, manifest, isVetted);
  };
  load(beginnings(serviceNetwork));
  return {
    wire: createWire(context),
    upgrade: (request, socket, head) => upgradeStream(context, { request, socket, head }),
    load,
    revision: () => context.store.state.revision,
  };
}

/** What every cluster has from its first moment. */
function beginnings(serviceNetwork: string): readonly JsonObject[] {
  const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
  return [
    ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { component: 'apiserver', provider: 'kubernetes' },
      },
      spec: {
        clusterIP: `${serviceNetwork}.0.1`,
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
      },
    },
  ];
}

function loadOne(context: Context, manifest: unknown, isVetted: boolean): void {
  if (!isObject(manifest)) throw new Error('a manifest to load is no object');
  const name = textAt(manifest, 'metadata', 'name');
  const kind = textAt(manifest, 'kind');
  const kinds = context.registry.at(context.store.state);
  const served = kinds.findKind(textAt(manifest, 'apiVersion'), kind);
  if (served === undefined) {
    throw new Error(
      `Cannot load ${kind} ${name}: the cluster has no kind ${kind} in ${textAt(manifest, 'apiVersion')}.`,
    );
  }
  const namespace = served.kind.namespaced ? textAt(manifest, 'metadata', 'namespace') || 'default' : '';
  const { group, plural } = served.kind;
  const call: ResourceCall = {
    ...served,
    kinds,
    target: { group, version: served.version.name, plural, namespace, name: '', subresource: '' },
    query: new URLSearchParams(),
    signal: new AbortController().signal,
    userAgent: 'kube-apiserver',
  };
  const existing = find(context.store.state, keyOf(served.kind, namespace, name));
  if (existing !== undefined && qualifiedName(served.kind) !== definitions) return;
  const options = {
    dryRun: false,
    fieldValidation: 'Ignore',
    fieldManager: 'kube-apiserver',
    force: false,
  } as const;
  try {
    const { object } = readFor(call, manifest, options);
    const manage = managedAs(context, call, options);
    if (existing === undefined) createObject(context, call, { object, options, manage, isVetted });
    else {
      const there = { ...call, target: { ...call.target, name } };
      updateObject(context, there, { object, part: 'all but status', options, expectUid: '', manage });
    }
  } catch (error) {
    if (error instanceof Refused)
      throw new Error(`Cannot load ${kind} ${name}: ${error.message}`, { cause: error });
    throw error;
  }
}
