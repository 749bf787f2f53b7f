import { keyOf } from './keys.ts';
import { tagOf } from './ownership.ts';
import type { ResourceKey, Tags } from './resource.ts';

/**
 * The key that a service's tags spell. Translation, which has just written the tags, and the ledger, which has found
 * them, use the same function, so that both mean the same thing. Undefined: the tags name no route.
 */
export function serviceKeyNamedBy(tags: Tags): ResourceKey | undefined {
  const route = routeNamedBy(tagOf(tags, 'RouteType'), tags);
  return route === undefined ? undefined : keyOf.service(route);
}

/** The key that a target group's tags spell. Groups without `ServicePort`, as older controllers made them, have no port in it. */
export function targetGroupKeyNamedBy(tags: Tags): ResourceKey | undefined {
  const name = tagOf(tags, 'ServiceName');
  const namespace = tagOf(tags, 'ServiceNamespace');
  const source = tagOf(tags, 'SourceTypeKey');
  if (name === undefined || namespace === undefined || source === undefined) return undefined;
  const owner = source === 'ServiceExport' ? 'export' : routeNamedBy(routeTypes[source], tags);
  if (owner === undefined) return undefined;
  const parts = [namespace, name, tagOf(tags, 'ServicePort'), tagOf(tags, 'ProtocolVersion')];
  return keyOf.targetGroup(owner, parts.filter((part) => part !== undefined && part !== '').join('/'));
}

const routeTypes: Readonly<Record<string, string>> = {
  HTTPRoute: 'http',
  GRPCRoute: 'grpc',
  TLSRoute: 'tls',
};

function routeNamedBy(type: string | undefined, tags: Tags): string | undefined {
  const name = tagOf(tags, 'RouteName');
  const namespace = tagOf(tags, 'RouteNamespace');
  return type === undefined || name === undefined || namespace === undefined
    ? undefined
    : `${type}/${namespace}/${name}`;
}
