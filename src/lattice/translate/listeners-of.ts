import type { Finding } from '../../findings/finding.ts';
import { refKey } from '../../kinds/object.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import type { Draft } from './draft.ts';
import type { Member, ServiceUnit } from './mapping.ts';
import type { LatticeAction, TranslatedRoute } from './rules.ts';
import { arrangeRules } from './rules.ts';
import type { ListenerPlan } from './service.ts';
import { notFound } from './service.ts';

/** A route that a service answers for. */
export interface Served {
  readonly member: Member;
  readonly translated: TranslatedRoute;
}

/**
 * By port: HTTP and gRPC have rules and answer 404 otherwise, TLS has nothing but where everything goes. One at which there
 * are only routes that leave is the service's own.
 */
export function listenersOf(
  served: readonly Served[],
  owner: ObjectRef,
): {
  readonly listeners: readonly ListenerPlan[];
  readonly notes: readonly Finding[];
} {
  const notes = new Map<string, Finding>();
  const ports = new Map<number, Served[]>();
  for (const one of served) {
    for (const { port } of one.member.listeners) ports.set(port, [...(ports.get(port) ?? []), one]);
  }
  const listeners = [...ports]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([port, here]): readonly ListenerPlan[] => {
      const [first] = here;
      const protocol = first?.member.listeners.find((listener) => listener.port === port)?.protocol;
      if (first === undefined || protocol === undefined) return [];
      const members = here.map(({ member }) => member);
      const routes = members.filter(({ isLingering }) => isLingering !== true).map(({ route }) => route.ref);
      const leaving = members.filter(({ isLingering }) => isLingering === true);
      const arranged = arrangeRules(
        here.flatMap(({ translated }) => translated.rules),
        new Set(leaving.map(({ route }) => refKey(route.ref))),
      );
      for (const note of arranged.notes) notes.set(JSON.stringify(note), note);
      const otherwise: LatticeAction | undefined =
        protocol === 'TLS_PASSTHROUGH' ? passed(first) : { state: 'known', action: notFound };
      const askers = routes.length === 0 ? [owner] : routes;
      return otherwise === undefined
        ? []
        : [{ port, protocol, rules: arranged.rules, otherwise, routes: askers }];
    });
  return { listeners, notes: [...notes.values()] };
}

/** Where no route is, there is nothing: 404. As many ports as the quota leaves room for. */
export function idleListeners(
  { settings }: Draft,
  { ownListeners, owner }: ServiceUnit,
  served: readonly ListenerPlan[],
): readonly ListenerPlan[] {
  const room = Math.max(0, settings.quotas.listenersPerService - served.length);
  return ownListeners
    .filter(({ port }) => served.every((listener) => listener.port !== port))
    .slice(0, room)
    .map(({ port, protocol }) => ({
      port,
      protocol,
      rules: [],
      otherwise: { state: 'known', action: notFound },
      routes: [owner.ref],
    }));
}

/** Lattice cannot answer for what it does not see: without a backend there is no listener. */
function passed({ translated: { actions } }: Served): LatticeAction | undefined {
  const [action] = actions;
  return action?.state === 'known' && action.action.kind === 'fixedResponse' ? undefined : action;
}
