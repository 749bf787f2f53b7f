import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { WireResponse } from '../../ports/wire.ts';
import type { JsonObject } from '../schema/json.ts';
import { qualifiedName } from '../schema/kind.ts';
import type { ResourceKind } from '../schema/kind.ts';
import type { Key, State } from '../storage/state.ts';
import type { Kinds, Registry, ServedKind } from './registry.ts';
import type { Families } from './service-families.ts';
import type { Store } from './store.ts';
import type { ResourceTarget } from './target.ts';
import type { ReachWebhook } from './webhooks/call.ts';

/** What every handler may use. */
export interface Context {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly settings: Settings;
}

export interface Settings {
  /** Clients must send it as a bearer token; absent, everybody may come in. */
  readonly token?: string;
  /** Who everybody is: the user of reviews. */
  readonly user: string;
  /** A /16 for Services, as its first two numbers: `10.96`. */
  readonly serviceNetwork: string;
  /** Of which pods have addresses. */
  readonly podFamilies: Families;
  readonly handlers: PodHandlers;
  /** How to reach admission webhooks; absent, none can be called. */
  readonly reachWebhook?: (state: State) => ReachWebhook;
}

/** What pods do, and who does it: the API server only finds the pod. */
export interface PodHandlers {
  /** The body of a log; a stream without end when it is followed. */
  readonly podLog?: (pod: JsonObject, query: URLSearchParams, signal: AbortSignal) => Promise<WireResponse>;
  /** Takes over a connection for `exec`, `attach` or `portforward`. */
  readonly podExec?: (pod: JsonObject, stream: PodStream) => void;
}

export interface PodStream {
  readonly subresource: 'exec' | 'attach' | 'portforward';
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** A request for a resource that exists, in the state at its beginning. */
export interface ResourceCall extends ServedKind {
  readonly kinds: Kinds;
  readonly target: ResourceTarget;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
  /** Of the client, for managed fields. */
  readonly userAgent: string;
}

export function keyOf(kind: ResourceKind, namespace: string, name: string): Key {
  return { resource: qualifiedName(kind), namespace: kind.namespaced ? namespace : '', name };
}

/** Now, as Kubernetes writes it: whole seconds. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
}

/** Letters and digits that make no words, as generated names end with. */
const letters = 'bcdfghjklmnpqrstvwxz2456789';

export function nameSuffix(random: Random): string {
  return Array.from({ length: 5 }, () => letters[Math.floor(random.next() * letters.length)] ?? 'x').join('');
}
