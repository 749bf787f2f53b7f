import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import type { AddressFamily, Backend, BackendTarget } from '../../routing/backends/backend.ts';
import type { ExportedPort, Export, Route } from '../../routing/routing.ts';
import { keyOf, keyOfTagged } from '../model/keys.ts';
import { managedBy } from '../model/ownership.ts';
import type { ResourceKey, Tags, TargetGroupResource, TargetGroupSpec } from '../model/resource.ts';
import type { Draft } from './draft.ts';
import { groupInUse } from './group-in-use.ts';
import type { Home } from './homes.ts';
import type { ServiceUnit } from './mapping.ts';
import { targetGroupName } from './names.ts';
import { tagsFor } from './tags.ts';

/** The port of a group whose targets all bring their own. */
const nominalPort = 80;

type ServiceTarget = Extract<BackendTarget, { readonly kind: 'service' }>;

/** For whom a target group is: one route, or all routes of a service. Lattice lets a group serve a single service. */
export type GroupUser = Pick<ServiceUnit, 'groupTags' | 'owner' | 'hostname'> & {
  readonly route: Route;
  readonly home: Home;
  /** Whether groups may be in use elsewhere. */
  readonly isMoving: boolean;
};

/** The target group of one Service port. */
export function routeTargetGroup(
  draft: Draft,
  user: GroupUser,
  service: ObjectRef,
  { port, endpoints }: ServiceTarget,
): TargetGroupResource {
  const { route, groupTags, owner } = user;
  const tags = groupTagsFor(draft, user, service, port);
  const group = (tags: Tags): TargetGroupResource =>
    targetGroup(draft, {
      service,
      tags,
      askers: groupTags === undefined ? [route.ref] : [route.ref, owner.ref],
      spec: {
        port: nominalPort,
        ...protocols[routeTypes[route.kind]],
        ipAddressType: ipAddressType(endpoints.family),
      },
    });
  return groupInUse(draft, user, tags, group);
}

/** The key of the group that a backend would have, of which it cannot be told yet whether it resolves. */
export function unknownTargetGroupKey(
  draft: Draft,
  user: GroupUser,
  { ref, port }: Extract<Backend, { readonly state: 'unknown' }>,
): ResourceKey | undefined {
  return port === undefined ? undefined : keyOfTagged.targetGroup(groupTagsFor(draft, user, ref, port));
}

function groupTagsFor(
  { settings }: Draft,
  { route, groupTags, owner }: GroupUser,
  service: ObjectRef,
  port: number,
): Tags {
  const protocol = protocols[routeTypes[route.kind]];
  const own = {
    SourceTypeKey: route.kind,
    RouteName: route.ref.name,
    RouteNamespace: route.ref.namespace,
  };
  return tagsFor(settings, groupTags === undefined ? route.object : owner.object, {
    ClusterName: settings.identity.clusterName,
    ServiceName: service.name,
    ServiceNamespace: service.namespace,
    ServicePort: String(port),
    ...(groupTags ?? own),
    ProtocolVersion: 'protocolVersion' in protocol ? protocol.protocolVersion : '',
  });
}

/** How keys spell a route. */
export function routeWord({ kind, ref }: Pick<Route, 'kind' | 'ref'>): string {
  return `${routeTypes[kind].toLowerCase()}/${ref.namespace}/${ref.name}`;
}

const routeTypes = { HTTPRoute: 'HTTP', GRPCRoute: 'GRPC', TLSRoute: 'TLS' } as const satisfies Record<
  Route['kind'],
  ExportedPort['routeType']
>;

const protocols = {
  HTTP: { protocol: 'HTTP', protocolVersion: 'HTTP1' },
  GRPC: { protocol: 'HTTP', protocolVersion: 'GRPC' },
  TLS: { protocol: 'TCP' },
} as const satisfies Record<ExportedPort['routeType'], Pick<TargetGroupSpec, 'protocol' | 'protocolVersion'>>;

/** The target group of one exported port. It stands alone until a route of some cluster imports it. */
export function exportTargetGroup(
  draft: Draft,
  { ref, object }: Export,
  { port, routeType, endpoints }: ExportedPort,
): TargetGroupResource {
  const protocol = protocols[routeType];
  const tags = tagsFor(draft.settings, object, {
    ClusterName: draft.settings.identity.clusterName,
    ServiceName: ref.name,
    ServiceNamespace: ref.namespace,
    ...(port === undefined ? {} : { ServicePort: String(port) }),
    SourceTypeKey: 'ServiceExport',
    ProtocolVersion: 'protocolVersion' in protocol ? protocol.protocolVersion : '',
  });
  return targetGroup(draft, {
    service: ref,
    tags,
    askers: [ref],
    spec: { port: port ?? nominalPort, ...protocol, ipAddressType: ipAddressType(endpoints.family) },
  });
}

function targetGroup(
  { settings }: Draft,
  {
    service,
    tags,
    askers,
    spec,
  }: {
    readonly service: ObjectRef;
    readonly tags: Tags;
    readonly askers: readonly ObjectRef[];
    readonly spec: Omit<TargetGroupSpec, 'name' | 'vpcId'>;
  },
): TargetGroupResource {
  const key =
    keyOfTagged.targetGroup(tags) ?? keyOf.targetGroup(askers.map(refKey).join(' '), refKey(service));
  const { vpcId } = settings.identity;
  // All that cannot change in place is part of the name: a replacement lives beside what it replaces.
  const identity = [
    managedBy(settings.identity),
    key,
    spec.port,
    spec.protocol,
    spec.protocolVersion ?? '',
    spec.ipAddressType,
  ].join(' ');
  return {
    type: 'targetGroup',
    key,
    spec: { name: targetGroupName(service.namespace, service.name, identity), ...spec, vpcId },
    tags,
    for: askers,
  };
}

function ipAddressType(family: AddressFamily): 'IPV4' | 'IPV6' {
  return family === 'IPv6' ? 'IPV6' : 'IPV4';
}
