import type { Finding, Subject } from '../../findings/finding.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** What a backendRef leads to. Every one of them keeps its weight until somebody decides what becomes of it. */
export type Backend = Resolved | Unresolved | Unknown;

interface BackendOf<State extends string> {
  readonly state: State;
  /** Index in the rule's backendRefs. */
  readonly index: number;
  readonly ref: ObjectRef;
  readonly weight: number;
}

export interface Resolved extends BackendOf<'resolved'> {
  readonly target: BackendTarget;
}

/** A finding says why. */
export type Unresolved = BackendOf<'unresolved'>;

/** It cannot be told yet whether it resolves. */
export interface Unknown extends BackendOf<'unknown'> {
  readonly because: string;
  /** Of a Service: which port is meant. */
  readonly port?: number;
}

export type BackendTarget =
  | { readonly kind: 'service'; readonly port: number; readonly endpoints: Endpoints }
  | {
      readonly kind: 'import';
      /** As the reference says it; of several ports that somebody exported, the one that is meant. */
      readonly port?: number;
      /** The annotations that say where to look. */
      readonly annotations: Readonly<Record<string, string>>;
    };

/** The members of a Service behind one of its ports. */
export type Endpoints =
  | {
      readonly state: 'known';
      readonly family: AddressFamily;
      /** By address, then port; no duplicates. */
      readonly members: readonly Endpoint[];
      /** Names, and addresses that nobody can reach from elsewhere. */
      readonly unreachable: readonly string[];
      /** Why there is nobody, where that does not pass by itself. */
      readonly lack?: EndpointsLack;
    }
  | { readonly state: 'unknown'; readonly family: AddressFamily; readonly because: string };

/** `otherFamily`: all addresses are of the family that the Service does not name first. */
export type EndpointsLack = 'otherFamily' | 'noSelector' | 'headless';

export type AddressFamily = 'IPv4' | 'IPv6';

export interface Endpoint {
  readonly address: string;
  /** Of the pod, not of the Service. */
  readonly port: number;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** What one kind of backend does: find the object and say what is behind it. Grants and weights are the caller's. */
export interface BackendKind {
  readonly group: string;
  readonly kind: string;
  readonly resolve: (reference: Reference, snapshot: Snapshot) => Resolution;
}

export interface Reference {
  readonly at: Subject;
  readonly backend: ObjectRef;
  readonly port?: number;
}

export type Resolution =
  | { readonly state: 'resolved'; readonly target: BackendTarget }
  | { readonly state: 'unresolved'; readonly finding: Finding }
  | { readonly state: 'unknown'; readonly because: string };
