import type { HeaderValueOptionJson } from '../../../envoy/proto/envoy/config/core/v3/base.gen.ts';
import type {
  RouteActionJson,
  RouteJson,
} from '../../../envoy/proto/envoy/config/route/v3/route_components.gen.ts';
import type { RouteConfigurationJson } from '../../../envoy/proto/envoy/config/route/v3/route.gen.ts';
import type { Action, Listener, Match, Rule } from '../../state/listener-resources.ts';
import type { Service, TargetGroup } from '../../state/state.ts';
import { askingFor, withoutAuthorization } from './authorization.ts';
import { scopeHeader, withoutLowerCaseHost } from './host-scope.ts';
import { lasting } from './limits.ts';
import type { Limits } from './limits.ts';
import { canHold, matchOf } from './match.ts';
import { limitedTo } from './rate-limit.ts';
import { tellRequestId } from './request-id.ts';

export interface RoutesSite {
  readonly name: string;
  readonly service: Service;
  readonly listener: Listener;
  readonly networkArn: string;
  /** Whether requests need consent. */
  readonly guarded: boolean;
  readonly limits: Limits;
  readonly group: (id: string) => TargetGroup | undefined;
}

/** The rules of one listener of one service, for clients of one network. The first that matches decides. */
export function routesOf(site: RoutesSite): RouteConfigurationJson {
  const { name, service, listener, guarded } = site;
  const rules = [...listener.rules.values()]
    .filter(({ match }) => canHold(match))
    .toSorted((a, b) => a.priority - b.priority);
  return {
    name,
    virtualHosts: [
      {
        name: listener.id,
        domains: ['*'],
        routes: [
          ...rules.flatMap((rule) => routesFor(rule, rule.match, site)),
          ...routesFor(listener.defaultRule, everything, site),
        ],
      },
    ],
    requestHeadersToRemove: [scopeHeader, 'x-envoy-external-address'],
    responseHeadersToAdd: [tellRequestId],
    typedPerFilterConfig: {
      ...withoutLowerCaseHost,
      ...limitedTo(site.limits),
      ...(guarded ? askingFor(service) : withoutAuthorization),
    },
  };
}

/** The target groups that a listener forwards to. */
export function groupsOf({ defaultRule, rules }: Listener): ReadonlySet<string> {
  const actions = [...rules.values(), defaultRule].map(({ action }) => action);
  const forwards = actions.flatMap((action) => (action.kind === 'forward' ? action.targetGroups : []));
  return new Set(forwards.map(({ targetGroupId }) => targetGroupId));
}

const everything: Match = { headers: [] };

/** One, or two where targets are not for gRPC: a call of gRPC would only puzzle them. */
function routesFor(
  { id, action }: Pick<Rule, 'id' | 'action'>,
  conditions: Match,
  site: RoutesSite,
): readonly RouteJson[] {
  const match = matchOf(conditions);
  const route: RouteJson = { name: id, match, ...whatToDo(action, site) };
  if (!refusesGrpc(action, site)) return [route];
  return [{ name: id, match: { ...match, grpc: {} }, directResponse: { status: 502 } }, route];
}

/** gRPC comes by HTTP/2, which only HTTPS has. Groups of several versions in one action are each asked by weight. */
function refusesGrpc(action: Action, { listener, group }: RoutesSite): boolean {
  if (listener.protocol !== 'HTTPS' || action.kind === 'fixedResponse') return false;
  const groups = action.targetGroups.filter(({ weight }) => weight > 0);
  return groups.length > 0 && groups.every(({ targetGroupId }) => isOfHttp1(group(targetGroupId)));
}

/** Functions are called as if they were. */
function isOfHttp1(group: TargetGroup | undefined): boolean {
  if (group === undefined) return false;
  return group.config.type === 'LAMBDA' || (group.config.protocolVersion ?? 'HTTP1') === 'HTTP1';
}

function whatToDo(
  action: Action,
  site: RoutesSite,
): Pick<RouteJson, 'directResponse' | 'route' | 'requestHeadersToAdd'> {
  switch (action.kind) {
    case 'fixedResponse':
      return { directResponse: { status: action.statusCode } };
    case 'forward':
      return forward(action, site);
  }
}

function forward(
  { targetGroups }: Extract<Action, { kind: 'forward' }>,
  site: RoutesSite,
): Pick<RouteJson, 'directResponse' | 'route' | 'requestHeadersToAdd'> {
  const weights = new Map<string, number>();
  for (const { targetGroupId: id, weight } of targetGroups) weights.set(id, (weights.get(id) ?? 0) + weight);
  const [only, ...others] = [...weights].filter(([, weight]) => weight > 0);
  if (only === undefined) return { directResponse: { status: 503 } };
  const idleTimeout = lasting(site.service.idleTimeoutSeconds, site.limits);
  const options: RouteActionJson = { timeout: '0s', idleTimeout };
  if (others.length === 0) {
    const [cluster] = only;
    return { route: { cluster, ...options }, requestHeadersToAdd: [tellTarget(cluster, site)] };
  }
  const clusters = [only, ...others].map(([name, weight]) => ({
    name,
    weight,
    requestHeadersToAdd: [tellTarget(name, site)],
  }));
  return { route: { weightedClusters: { clusters }, ...options } };
}

function tellTarget(
  targetGroupId: string,
  { service, networkArn, group }: RoutesSite,
): HeaderValueOptionJson {
  const targetGroupArn = group(targetGroupId)?.arn ?? targetGroupId;
  return {
    header: {
      key: 'x-amzn-lattice-target',
      value: `ServiceArn=${service.arn}; ServiceNetworkArn=${networkArn}; TargetGroupArn=${targetGroupArn}`,
    },
    appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
  };
}
