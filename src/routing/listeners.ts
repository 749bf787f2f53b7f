import type { Finding, Subject } from '../findings/finding.ts';
import type { Listener as ListenerObject, RouteGroupKind } from '../kinds/gateway.gen.ts';
import { gatewayGroup } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';

/** A listener before routes are counted. */
export interface ListenerFacts {
  readonly object: ListenerObject;
  readonly supportedKinds: readonly RouteGroupKind[];
  readonly accepted: boolean;
}

/** Which kinds of routes each protocol can carry. A protocol without a row is refused by name. */
const kindsOf: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['HTTPRoute'],
};

/** Judges the listeners of one gateway, alone and against each other. */
export function judgeListeners(
  gateway: ObjectRef,
  listeners: readonly ListenerObject[],
): { readonly listeners: readonly ListenerFacts[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const facts = listeners.map((object): ListenerFacts => {
    const at: Subject = { object: gateway, listener: object.name };
    const possible = kindsOf[object.protocol];
    if (possible === undefined)
      findings.push({ code: 'protocolNotSupported', at, protocol: object.protocol });
    const wrong = (object.allowedRoutes.kinds ?? []).filter((kind) => !isPossible(kind, possible ?? []));
    if (possible !== undefined && wrong.length > 0) {
      findings.push({ code: 'routeKindNotSupported', at, kinds: wrong.map(({ kind }) => kind) });
    }
    const conflict = conflictOf(object, listeners);
    if (conflict !== undefined) findings.push({ ...conflict, at });
    return {
      object,
      supportedKinds: supportedKinds(object, possible ?? []),
      accepted: possible !== undefined && conflict === undefined,
    };
  });
  return { listeners: facts, findings };
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

/** Two listeners of a gateway that cannot be told apart are both refused. */
function conflictOf(
  listener: ListenerObject,
  all: readonly ListenerObject[],
):
  | {
      readonly code: 'listenerProtocolConflict' | 'listenerHostnameConflict';
      readonly others: readonly string[];
    }
  | undefined {
  const samePort = all.filter((other) => other.name !== listener.name && other.port === listener.port);
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
