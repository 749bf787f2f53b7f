import type { AssociationFact, Facts, NetworkFact, ServiceFact, VpcFact } from './facts.ts';
import type { Question } from './question.ts';
import type { Cause } from './verdict.ts';

/** From where the client calls, as far as somebody said. */
export interface Origin {
  /** Name, id or ARN of a service network. */
  readonly network?: string;
  readonly vpc?: string;
}

/** A network through which clients reach a service that answers to the host. */
export interface Way {
  readonly service: ServiceFact;
  readonly association: AssociationFact;
  readonly network: NetworkFact;
  /** Absent where several VPCs could be meant. */
  readonly vpc?: VpcFact;
}

/** A way that ends before the service. */
export interface BlockedWay extends Partial<Way> {
  readonly cause: Cause;
}

/** The name of a service behind the endpoint of a service network. */
export function endpointNameIn(
  host: string,
): { readonly endpoint: string; readonly association: string } | undefined {
  const [, endpoint, association] =
    /^(vpce-[0-9a-f]{8,17})-(snsa-[0-9a-f]{17})\.[^.]+\.vpc-lattice-svcs\./.exec(host) ?? [];
  return endpoint === undefined || association === undefined ? undefined : { endpoint, association };
}

/** Whether a service answers to a host by a name of its own. */
export function answersToHost(
  { dnsName, customDomainName }: Pick<ServiceFact, 'dnsName' | 'customDomainName'>,
  host: string,
): boolean {
  return dnsName.toLowerCase() === host || customDomainName?.toLowerCase() === host;
}

/** All ways of a request, those that are blocked only where there is no other. Never empty. */
export function waysOf({ host }: Question, origin: Origin, facts: Facts): readonly (Way | BlockedWay)[] {
  if (facts.services.length === 0) return [{ cause: { code: 'unknownHost', host } }];
  const ways = facts.services.flatMap((service) => waysTo(service, { host, origin, facts }));
  const open = ways.filter((way) => !('cause' in way));
  return open.length > 0 ? open : ways;
}

interface Asked {
  readonly host: string;
  readonly origin: Origin;
  readonly facts: Facts;
}

function waysTo(service: ServiceFact, asked: Asked): readonly (Way | BlockedWay)[] {
  const { name } = service;
  if (!isInForce(service.status))
    return [{ service, cause: { code: 'serviceNotReady', service: name, status: service.status } }];
  const own = asked.facts.associations.flatMap((association) => {
    const network = asked.facts.networks.get(association.networkId);
    return association.serviceId === service.id && network !== undefined ? [{ association, network }] : [];
  });
  if (own.length === 0) return [{ service, cause: { code: 'inNoNetwork', service: name } }];
  const wanted = asked.origin.network;
  const meant = wanted === undefined ? own : own.filter(({ network }) => isNamed(network, wanted));
  if (wanted !== undefined && meant.length === 0) {
    const others = own.map(({ network }) => network.name);
    return [{ service, cause: { code: 'notInNetwork', service: name, network: wanted, others } }];
  }
  const ways = meant.map((each) => through({ service, ...each }, asked));
  const { vpc } = asked.origin;
  if (vpc === undefined) return ways;
  // Of several networks that of the client's VPC is meant.
  const ofVpc = ways.filter((way) => !('cause' in way) || way.cause.code !== 'vpcNotAssociated');
  const networks = meant.map(({ network }) => network.name);
  return ofVpc.length > 0 ? ofVpc : [{ service, cause: { code: 'vpcNotAssociated', vpc, networks } }];
}

function isNamed({ id, name, arn }: NetworkFact, wanted: string): boolean {
  return [id, name, arn].includes(wanted);
}

function through(way: Way, { host, origin }: Asked): Way | BlockedWay {
  const { service, association, network } = way;
  if (!isInForce(association.status)) {
    const cause = {
      code: 'associationNotReady',
      service: service.name,
      network: network.name,
      status: association.status,
    } as const;
    return { ...way, cause };
  }
  const { endpoint } = endpointNameIn(host) ?? {};
  const vpcs = network.vpcs.filter(
    ({ vpcId, endpointId }) =>
      (origin.vpc === undefined || vpcId === origin.vpc) &&
      (endpoint === undefined || endpointId === endpoint),
  );
  const ready = vpcs.filter(({ status }) => isInForce(status));
  const [only, ...others] = ready;
  if (only !== undefined) return { ...way, ...(others.length === 0 ? { vpc: only } : {}) };
  const [pending] = vpcs;
  if (pending !== undefined) {
    const { vpcId: vpc, status } = pending;
    return { ...way, cause: { code: 'vpcNotReady', vpc, network: network.name, status } };
  }
  const vpc = origin.vpc ?? endpoint;
  return vpc === undefined
    ? { ...way, cause: { code: 'noVpc', network: network.name } }
    : { ...way, cause: { code: 'vpcNotAssociated', vpc, networks: [network.name] } };
}

/** What failed to change, or to go, is as it was. */
function isInForce(status: string): boolean {
  return !['CREATE_IN_PROGRESS', 'CREATE_FAILED', 'DELETE_IN_PROGRESS'].includes(status);
}
