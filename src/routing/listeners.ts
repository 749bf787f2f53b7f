import type { Finding, Subject } from '../findings/finding.ts';
import { gatewayGroup } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import type { Listener as ListenerObject, RouteGroupKind } from '../kinds/shared.gen.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { judgeCertificates } from './certificates.ts';

/** A listener before routes are counted. */
export interface ListenerFacts {
  /** The gateway or the listener set that has it; `Same` namespace is the one of this. */
  readonly holder: ObjectRef;
  readonly object: ListenerObject;
  readonly supportedKinds: readonly RouteGroupKind[];
  readonly accepted: boolean;
  readonly resolved: boolean | undefined;
}

/** Whether anything can be served on it: what it refers to that cannot be had counts like a refusal. */
export function isValid({ accepted, resolved }: Pick<ListenerFacts, 'accepted' | 'resolved'>): boolean {
  return accepted && resolved !== false;
}

interface Protocol {
  /** Which kinds of routes it can carry. */
  readonly kinds: readonly string[];
  /** What TLS modes it can be in; undefined is no `tls` at all. */
  readonly modes: readonly (string | undefined)[];
}

/** A protocol without a row is refused by name. */
const protocols: Readonly<Record<string, Protocol>> = {
  HTTP: { kinds: ['HTTPRoute'], modes: [undefined, 'Terminate', 'Passthrough'] },
  HTTPS: { kinds: ['HTTPRoute', 'GRPCRoute'], modes: [undefined, 'Terminate'] },
  TLS: { kinds: ['TLSRoute'], modes: ['Passthrough'] },
};

interface Judged {
  readonly listeners: readonly ListenerFacts[];
  readonly findings: readonly Finding[];
}

/** Judges the listeners of one gateway or listener set, alone, against each other, and against those that come before. */
export function judgeListeners(
  snapshot: Snapshot,
  holder: ObjectRef,
  {
    listeners,
    earlier,
  }: { readonly listeners: readonly ListenerObject[]; readonly earlier: readonly ListenerFacts[] },
): Judged {
  const before = earlier.filter(({ accepted }) => accepted).map(({ object }) => object);
  const contested = {
    before,
    listeners: listeners.filter((object) => conflictWith(object, before) === undefined),
  };
  const judged = listeners.map((object): Judged => {
    const at: Subject = { object: holder, listener: object.name };
    const protocol = protocols[object.protocol];
    const unsupported = protocolFindings(object, at);
    // A conflict comes first: another protocol on a port of others is one, whether or not it could be had elsewhere.
    const refused = [...conflictFindings(object, at, contested), ...unsupported];
    const certificates = judgeCertificates(snapshot, holder, object);
    const facts: ListenerFacts = {
      holder,
      object,
      // In a mode that is not supported it could carry none.
      supportedKinds: unsupported.length > 0 ? [] : supportedKinds(object, protocol?.kinds ?? []),
      accepted: refused.length === 0,
      resolved: certificates.resolved,
    };
    return {
      listeners: [facts],
      findings: [...refused, ...kindFindings(object, at), ...certificates.findings],
    };
  });
  return {
    listeners: judged.flatMap((one) => one.listeners),
    findings: judged.flatMap(({ findings }) => findings),
  };
}

function protocolFindings({ protocol, tls }: ListenerObject, at: Subject): readonly Finding[] {
  const row = protocols[protocol];
  if (row === undefined) return [{ code: 'protocolNotSupported', at, protocol }];
  return row.modes.includes(tls?.mode)
    ? []
    : [{ code: 'tlsModeNotSupported', at, protocol, mode: tls?.mode ?? 'none' }];
}

function kindFindings({ protocol, allowedRoutes }: ListenerObject, at: Subject): readonly Finding[] {
  const possible = protocols[protocol]?.kinds;
  if (possible === undefined) return [];
  const wrong = (allowedRoutes.kinds ?? []).filter((kind) => !isPossible(kind, possible));
  return wrong.length === 0
    ? []
    : [{ code: 'routeKindNotSupported', at, kinds: wrong.map(({ kind }) => kind) }];
}

function supportedKinds(
  { allowedRoutes }: ListenerObject,
  possible: readonly string[],
): readonly RouteGroupKind[] {
  const wanted = allowedRoutes.kinds ?? [];
  return possible
    .map((kind): RouteGroupKind => ({ group: gatewayGroup, kind }))
    .filter(({ kind }) => wanted.length === 0 || wanted.some((one) => one.kind === kind && isOurGroup(one)));
}

function isPossible(kind: RouteGroupKind, possible: readonly string[]): boolean {
  return isOurGroup(kind) && possible.includes(kind.kind);
}

function isOurGroup({ group }: RouteGroupKind): boolean {
  return group === gatewayGroup;
}

interface Contested {
  /** Those of objects with the older claim. */
  readonly before: readonly ListenerObject[];
  /** Those of the object itself that lost to none of them: who lost takes nobody along. */
  readonly listeners: readonly ListenerObject[];
}

/**
 * One that cannot be told from a listener of an object with the older claim is refused alone; two of one object that
 * cannot be told apart are both refused.
 */
function conflictFindings(
  listener: ListenerObject,
  at: Subject,
  { before, listeners }: Contested,
): readonly Finding[] {
  const others = listeners.filter((other) => other.name !== listener.name);
  const lostTo = conflictWith(listener, before);
  const conflict = lostTo ?? conflictWith(listener, others);
  return conflict === undefined ? [] : [{ ...conflict, at, lost: lostTo !== undefined }];
}

function conflictWith(
  listener: ListenerObject,
  others: readonly ListenerObject[],
):
  | {
      readonly code: 'listenerProtocolConflict' | 'listenerHostnameConflict';
      readonly others: readonly string[];
    }
  | undefined {
  const samePort = others.filter((other) => other.port === listener.port);
  const otherProtocol = samePort.filter(({ protocol }) => protocol !== listener.protocol);
  if (otherProtocol.length > 0) {
    return { code: 'listenerProtocolConflict', others: otherProtocol.map(({ name }) => name) };
  }
  const sameHostname = samePort.filter(
    ({ hostname }) => (hostname ?? '').toLowerCase() === (listener.hostname ?? '').toLowerCase(),
  );
  return sameHostname.length === 0
    ? undefined
    : { code: 'listenerHostnameConflict', others: sameHostname.map(({ name }) => name) };
}
