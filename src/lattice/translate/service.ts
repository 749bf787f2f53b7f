import { annotations } from '../../kinds/names.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import type { HttpRoute } from '../../routing/routing.ts';
import { keyOf, matchKey } from '../model/keys.ts';
import type { ListenerProtocol, Ref, ResourceKey } from '../model/resource.ts';
import { allowedHostnames, wantedServiceName } from './claims.ts';
import type { Draft } from './draft.ts';
import { leaveAlone, want } from './draft.ts';
import { listenerName, ruleName } from './names.ts';
import type { Networks } from './networks.ts';
import type { LatticeRule } from './rules.ts';
import { clusterUid, tagsFor } from './tags.ts';

interface ServicePlan {
  readonly serviceKey: ResourceKey;
  readonly networks: Networks;
  readonly rules: readonly LatticeRule[];
}

/** Wants the service of a route, its associations, a listener for each port it is attached to, and the rules on each. */
export function wantService(draft: Draft, route: HttpRoute, plan: ServicePlan): void {
  const { settings } = draft;
  const [hostname] = allowedHostnames(route);
  const { serviceKey } = plan;
  want(draft, {
    type: 'service',
    key: serviceKey,
    spec: {
      name: wantedServiceName(route),
      ...(hostname === undefined ? {} : { customDomainName: hostname }),
    },
    tags: tagsFor(settings, route.object, {
      ...clusterUid(settings.identity),
      RouteName: route.ref.name,
      RouteNamespace: route.ref.namespace,
      RouteType: 'http',
    }),
    for: [route.ref],
  });
  if (!isStandalone(route)) wantAssociations(draft, route, plan);
  for (const { port, protocol } of listenerPorts(route)) wantListener(draft, route, plan, { port, protocol });
}

/** One association per network, however many gateways stand for it. */
function wantAssociations(draft: Draft, route: HttpRoute, { serviceKey, networks }: ServicePlan): void {
  for (const { gateway, attachment } of route.parents) {
    const network = networks.get(refKey(gateway));
    if (attachment.standing !== 'attached' || network === undefined) continue;
    const key = keyOf.serviceAssociation(serviceKey, network.name);
    if (network.ref === undefined) {
      const { because } = network;
      leaveAlone(draft, { type: 'serviceAssociation', key, because, asker: route.ref });
      continue;
    }
    const askers: readonly ObjectRef[] = [route.ref, gateway];
    want(draft, {
      type: 'serviceAssociation',
      key,
      spec: { service: id(serviceKey), network: network.ref },
      tags: tagsFor(draft.settings, route.object),
      for: askers,
    });
  }
}

function wantListener(
  draft: Draft,
  route: HttpRoute,
  { serviceKey, rules }: ServicePlan,
  { port, protocol }: ListenerPort,
): void {
  const key = keyOf.listener(serviceKey, port);
  const tags = tagsFor(draft.settings, route.object);
  const askers = [route.ref];
  want(draft, {
    type: 'listener',
    key,
    spec: {
      service: id(serviceKey),
      name: listenerName(route.ref.name, route.ref.namespace, port, protocol),
      protocol,
      port,
      defaultAction: { kind: 'fixedResponse', statusCode: 404 },
    },
    tags,
    for: askers,
  });
  for (const [i, { match, action }] of rules.entries()) {
    const ruleKey = keyOf.rule(key, match);
    if (action.state === 'unknown') {
      leaveAlone(draft, { type: 'rule', key: ruleKey, because: action.because, asker: route.ref });
      continue;
    }
    want(draft, {
      type: 'rule',
      key: ruleKey,
      spec: {
        service: id(serviceKey),
        listener: id(key),
        name: ruleName(matchKey(match)),
        priority: i + 1,
        match,
        action: action.action,
      },
      tags,
      for: askers,
    });
  }
}

interface ListenerPort {
  readonly port: number;
  readonly protocol: ListenerProtocol;
}

const protocols: Readonly<Record<string, ListenerProtocol>> = { HTTP: 'HTTP' };

/** The ports under which the route is attached, in order. Listeners of several gateways on one port are one listener. */
export function listenerPorts({ parents }: HttpRoute): readonly ListenerPort[] {
  const ports = new Map<number, ListenerPort>();
  for (const { attachment } of parents) {
    if (attachment.standing !== 'attached') continue;
    for (const { port, protocol } of attachment.listeners) {
      const translated = protocols[protocol];
      if (translated !== undefined && !ports.has(port)) ports.set(port, { port, protocol: translated });
    }
  }
  return [...ports.values()].toSorted((a, b) => a.port - b.port);
}

/** Whether the route's service stays out of its gateways' networks. The route decides; else any of its gateways. */
function isStandalone(route: HttpRoute): boolean {
  const own = route.object.metadata.annotations?.[annotations.standalone];
  if (own !== undefined) return isTrue(own);
  return route.parents.some(({ attachment, annotations: ofGateway }) =>
    attachment.standing === 'attached' ? isTrue(ofGateway[annotations.standalone] ?? '') : false,
  );
}

function isTrue(text: string): boolean {
  return text.trim().toLowerCase() === 'true';
}

function id(ref: ResourceKey): Ref {
  return { ref, output: 'id' };
}
