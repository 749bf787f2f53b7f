import { annotations } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { keyOf } from '../lattice/model/keys.ts';
import type { Entry } from '../lattice/model/model.ts';
import type { ResourceKey } from '../lattice/model/resource.ts';
import type { Route } from '../routing/routing.ts';
import type { ObjectPass } from './pass.ts';
import { keyOfEntry } from './pass.ts';

/** What Lattice calls a service. */
export interface ServiceNames {
  readonly dnsName?: string;
  readonly arn?: string;
}

/**
 * The names of the service of a route, of the first where it has several, as far as they are known; after a start, as they
 * were told before. None once the service is proven gone. A service that takes the place of another is told of when it is
 * programmed: until then clients are served by the one they were told.
 */
export function knownService(pass: ObjectPass, route: Route, isProgrammed = false): ServiceNames {
  const [key = ownKey(route)] = servicesOf(pass, route.ref);
  const told = toldService(route);
  const names = namesOf(pass, key);
  const isAnother = told.arn !== undefined && names.arn !== told.arn;
  if (isAnother && !isProgrammed && isStillThere(pass, told.arn)) return told;
  if (pass.knownAt(key)?.state === 'gone') return {};
  return { ...told, ...names };
}

function toldService({ object }: Route): ServiceNames {
  const told = object.metadata.annotations ?? {};
  const { [annotations.assignedDomainName]: dnsName, [annotations.serviceArn]: arn } = told;
  return { ...(dnsName === undefined ? {} : { dnsName }), ...(arn === undefined ? {} : { arn }) };
}

function isStillThere({ serviceAt }: ObjectPass, arn: string | undefined): boolean {
  const lifecycle = arn === undefined ? undefined : serviceAt(arn)?.fact?.lifecycle;
  return lifecycle !== undefined && !(lifecycle.phase === 'inProgress' && lifecycle.of === 'delete');
}

/** All services that a route is in, where they are several; by their ARNs. */
export function severalServices(pass: ObjectPass, route: Route): readonly string[] {
  const arns = servicesOf(pass, route.ref).flatMap((key) => namesOf(pass, key).arn ?? []);
  return arns.length > 1 ? arns : [];
}

/** The services that are wanted, or left as they are, for an object; by their keys. */
export function servicesOf(pass: ObjectPass, object: ObjectRef): readonly ResourceKey[] {
  return pass
    .entriesOf(object)
    .filter((entry) => isService(entry))
    .map(keyOfEntry);
}

/** The name of a service as Lattice has it now. */
export function namesOf({ knownAt, outcomeAt }: ObjectPass, key: ResourceKey): ServiceNames {
  const entry = knownAt(key);
  if (entry?.state === 'gone') return {};
  const gives = outcomeAt(key)?.gives;
  const dnsName = gives?.dnsName ?? entry?.fact?.dnsName;
  const arn = gives?.arn ?? entry?.arn;
  return { ...(dnsName === undefined ? {} : { dnsName }), ...(arn === undefined ? {} : { arn }) };
}

const words = { HTTPRoute: 'http', GRPCRoute: 'grpc', TLSRoute: 'tls' } as const satisfies Record<
  Route['kind'],
  string
>;

/** How the service of a single route is known. */
export function ownKey({ kind, ref }: Pick<Route, 'kind' | 'ref'>): ResourceKey {
  return keyOf.service(`${words[kind]}/${ref.namespace}/${ref.name}`);
}

/** The gateway's own, where services belong to gateways: what it is called is the gateway's address. */
export function gatewayKey({ namespace, name }: ObjectRef): ResourceKey {
  return keyOf.service(`gateway/${namespace}/${name}`);
}

function isService(entry: Entry): boolean {
  return (entry.state === 'wanted' ? entry.resource.type : entry.type) === 'service';
}
