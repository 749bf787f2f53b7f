import { annotations } from '../../kinds/names.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import { compareAge } from '../../routing/precedence.ts';
import type { AttachedListener, OurGateway, Route } from '../../routing/routing.ts';
import { keyOf } from '../model/keys.ts';
import type { TagName } from '../model/ownership.ts';
import type { ResourceKey } from '../model/resource.ts';
import { inOrderOf, isWildcard } from './hostnames.ts';
import { wantedServiceName } from './claims.ts';
import { gatewayServiceName } from './names.ts';
import { listenersByPort, ownListeners } from './member-listeners.ts';
import type { MemberListener } from './member-listeners.ts';
import type { Networks } from './networks.ts';
import { noHostname } from './tags.ts';
import { routeWord } from './target-groups.ts';

/**
 * Which Lattice services there are to be, and which routes are in each. Everything that depends on the form of the
 * mapping is here; whoever expresses a service does not ask for its form.
 */
export interface ServiceUnit {
  readonly form: 'perRoute' | 'perHostname';
  /** The key that it has when nothing of it exists yet. */
  readonly key: ResourceKey;
  /** All by which it may go: plain, and beside another. Those of the oldest route come first. */
  readonly keys: readonly ResourceKey[];
  readonly name: string;
  /** Somebody chose the name: another one would not do. */
  readonly nameIsChosen: boolean;
  /** What its listeners are called after. */
  readonly calledAfter: ObjectRef;
  readonly hostname?: string;
  /** The tags of the service that say whose it is. */
  readonly tags: Partial<Readonly<Record<TagName, string>>>;
  /** The object whose own tags it gets, and by whose word it may go. */
  readonly owner: { readonly ref: ObjectRef; readonly object: Route['object'] | OurGateway['object'] };
  /** The tags of the target groups of its members, where they belong to the service and not to a route. */
  readonly groupTags?: Partial<Readonly<Record<TagName, string>>>;
  /** The oldest first. None: only the gateway asks for it, so as to have an address. */
  readonly members: readonly Member[];
  /** Whose networks it is to be in; none where it stands alone. */
  readonly gateways: readonly ObjectRef[];
  /** Where it is to answer whether or not a route is there: as the gateway's address, on the gateway's ports. */
  readonly ownListeners: readonly MemberListener[];
}

/** A route as far as it is in one service. */
export interface Member {
  readonly route: Route;
  /** In order of ports. */
  readonly listeners: readonly MemberListener[];
  readonly pathPrefix: 'string' | 'segment';
  /** It is to be elsewhere, and served here until it is served there: whoever stays comes before it. */
  readonly isLingering?: true;
  /** Of one that lingers: all that it keeps there, by the words of the matches; with the priorities. */
  readonly standing?: Readonly<Record<string, number>>;
}

/** Where services can be. */
interface Gateways {
  readonly gateways: readonly OurGateway[];
  /** Those of them that may have a service of their own. */
  readonly kept: ReadonlySet<OurGateway>;
  readonly networks: Networks;
}

/** The routes that ask for something, the oldest first, as services. Those of an earlier pass save making the same again. */
export function servicesOf(
  routes: readonly Route[],
  { gateways, kept, networks }: Gateways,
  before: ReadonlyMap<ResourceKey, ServiceUnit>,
): readonly ServiceUnit[] {
  const owning = new Set(gateways.filter((gateway) => kept.has(gateway) && hasService(gateway)));
  const byForm = (form: 'perRoute' | 'perHostname'): readonly Place[] =>
    routes.flatMap((route) => placesOf(route).filter((place) => place.mapping === form));
  return [
    ...perRoute(byForm('perRoute'), networks, before),
    ...perHostname(byForm('perHostname'), gateways, owning),
  ].toSorted((a, b) => compareOldest(a, b));
}

function compareOldest({ members: [a] }: ServiceUnit, { members: [b] }: ServiceUnit): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareAge(a.route.object, b.route.object);
}

/** Where a route is attached: one listener of one gateway. */
interface Place {
  readonly route: Route;
  readonly gateway: ObjectRef;
  readonly listener: AttachedListener;
  readonly standalone: boolean;
  readonly mapping: 'perRoute' | 'perHostname';
  readonly pathPrefix: 'string' | 'segment';
}

function placesOf(route: Route): readonly Place[] {
  const own = route.object.metadata.annotations?.[annotations.standalone];
  const inherited = route.parents.some(
    (parent) =>
      parent.attachment.standing === 'attached' && isTrue(parent.annotations[annotations.standalone] ?? ''),
  );
  return route.parents.flatMap(({ gateway, attachment }) => {
    if (attachment.standing !== 'attached') return [];
    const { mapping, pathPrefix } = attachment.parameters;
    const standalone = own === undefined ? inherited : isTrue(own);
    return attachment.listeners.map((listener) => ({
      route,
      gateway,
      listener,
      standalone,
      mapping,
      pathPrefix,
    }));
  });
}

/**
 * A service per route, as it has always been. Routes that name the same hostname on the same networks share the service
 * of the oldest: apart, only one of them could be reached.
 */
function perRoute(
  places: readonly Place[],
  networks: Networks,
  before: ReadonlyMap<ResourceKey, ServiceUnit>,
): readonly ServiceUnit[] {
  const ofRoutes = groupBy(places, ({ route }) => refKey(route.ref));
  const shared = groupBy(ofRoutes, (ofRoute) => sharedBy(ofRoute, networks));
  return shared.flatMap((together): readonly ServiceUnit[] => {
    const earlier = unitAlone(together, before);
    if (earlier !== undefined) return [earlier];
    const members = together.flatMap((ofRoute) => memberOf(ofRoute) ?? []);
    const [oldest] = members;
    if (oldest === undefined) return [];
    const { route } = oldest;
    const hostname = hostnameOf(together[0] ?? []);
    return [
      {
        form: 'perRoute',
        key: keyOf.service(routeWord(route)),
        keys: members.flatMap((member) => keysOf(member.route, hostname)),
        ...wantedServiceName(route),
        calledAfter: route.ref,
        ...(hostname === undefined ? {} : { hostname }),
        tags: {
          RouteName: route.ref.name,
          RouteNamespace: route.ref.namespace,
          RouteType: routeTypes[route.kind],
        },
        owner: route,
        members,
        gateways: gatewaysOf(together.flat()),
        ownListeners: [],
      },
    ];
  });
}

/** A service that a route has for itself is made of nothing but the route. */
function unitAlone(
  [ofRoute, ...others]: readonly (readonly Place[])[],
  before: ReadonlyMap<ResourceKey, ServiceUnit>,
): ServiceUnit | undefined {
  const route = ofRoute?.[0]?.route;
  if (route === undefined || others.length > 0) return undefined;
  const unit = before.get(keyOf.service(routeWord(route)));
  const isSame = unit?.members.length === 1 && unit.members[0]?.route === route;
  return isSame && unit.form === 'perRoute' ? unit : undefined;
}

function keysOf(route: Route, hostname: string | undefined): readonly ResourceKey[] {
  const word = routeWord(route);
  return [keyOf.service(word), keyOf.service(`${word}/${hostname?.toLowerCase() ?? noHostname}`)];
}

function gatewaysOf(places: readonly Place[]): readonly ObjectRef[] {
  const networked = places.filter(({ standalone }) => !standalone);
  return [...new Map(networked.map(({ gateway }) => [refKey(gateway), gateway])).values()];
}

/** What routes must have in common to share a service. */
function sharedBy(ofRoute: readonly Place[], networks: Networks): string {
  const [first] = ofRoute;
  const hostname = hostnameOf(ofRoute);
  const names = ofRoute.flatMap(({ gateway }) => networks.get(refKey(gateway))?.name ?? []);
  if (first === undefined || hostname === undefined || first.standalone || isWildcard(hostname)) {
    return `alone ${first === undefined ? '' : refKey(first.route.ref)}`;
  }
  return `${hostname.toLowerCase()} in ${[...new Set(names)].toSorted().join()}`;
}

/** In this form a service has one hostname: the first that a listener allows. */
function hostnameOf(ofRoute: readonly Place[]): string | undefined {
  const [first] = ofRoute;
  if (first === undefined) return undefined;
  return inOrderOf(
    first.route.hostnames,
    ofRoute.flatMap(({ listener }) => listener.hostnames),
  )[0];
}

/**
 * A service per gateway and hostname, with the rules of all routes that are attached there; routes without a hostname
 * share the gateway's own service, whose name is the gateway's address. A wildcard has no service: Lattice takes none.
 */
function perHostname(
  places: readonly Place[],
  gateways: readonly OurGateway[],
  owning: ReadonlySet<OurGateway>,
): readonly ServiceUnit[] {
  return gateways.flatMap((gateway) => {
    const here = places.filter((place) => refKey(place.gateway) === refKey(gateway.ref));
    // Its own comes first, whether or not routes are in it yet: its name is the gateway's address.
    const byHostname = new Map<string, Place[]>(owning.has(gateway) ? [['', []]] : []);
    for (const place of here) {
      const hostnames = place.listener.hostnames.length === 0 ? [''] : place.listener.hostnames;
      for (const hostname of hostnames) {
        if (isWildcard(hostname)) continue;
        const key = hostname.toLowerCase();
        byHostname.set(key, [...(byHostname.get(key) ?? []), place]);
      }
    }
    return [...byHostname].map(([hostname, places]) => gatewayService(gateway, hostname, places));
  });
}

function hasService({ deleting, doubt, parameters, listeners }: OurGateway): boolean {
  return (
    !deleting &&
    doubt === undefined &&
    parameters?.mapping === 'perHostname' &&
    listeners.some(({ accepted }) => accepted)
  );
}

function gatewayService(gateway: OurGateway, hostname: string, places: readonly Place[]): ServiceUnit {
  const { ref, object } = gateway;
  const tags = {
    RouteName: ref.name,
    RouteNamespace: ref.namespace,
    ...(hostname === '' ? {} : { Hostname: hostname }),
  };
  const standsAlone =
    places.length === 0
      ? isTrue(object.metadata.annotations?.[annotations.standalone] ?? '')
      : places.every(({ standalone }) => standalone);
  const word = `gateway/${ref.namespace}/${ref.name}${hostname === '' ? '' : `/${hostname}`}`;
  const key = keyOf.service(word);
  return {
    form: 'perHostname',
    key,
    keys: [key],
    name: gatewayServiceName(ref, hostname),
    nameIsChosen: false,
    calledAfter: ref,
    ...(hostname === '' ? {} : { hostname }),
    tags: { ...tags, RouteType: 'gateway' },
    groupTags: { ...tags, SourceTypeKey: 'Gateway' },
    owner: { ref, object },
    members: groupBy(places, ({ route }) => refKey(route.ref)).flatMap((ofRoute) => memberOf(ofRoute) ?? []),
    gateways: standsAlone ? [] : [ref],
    ownListeners: hostname === '' ? ownListeners(gateway) : [],
  };
}

function memberOf(places: readonly Place[]): Member | undefined {
  const [first] = places;
  if (first === undefined) return undefined;
  return {
    route: first.route,
    listeners: listenersByPort(places.map(({ listener }) => listener)),
    pathPrefix: places.some(({ pathPrefix }) => pathPrefix === 'segment') ? 'segment' : 'string',
  };
}

const routeTypes = { HTTPRoute: 'http', GRPCRoute: 'grpc', TLSRoute: 'tls' } as const satisfies Record<
  Route['kind'],
  string
>;

/** In the order of what comes first in each. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function isTrue(text: string): boolean {
  return text.trim().toLowerCase() === 'true';
}
