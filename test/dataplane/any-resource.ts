/** Commands drawn at random about resources of VPCs and about logs. */
import type { Command, CommandName } from '../../src/local/state/command.ts';
import type { RegionState, Service, ServiceNetwork } from '../../src/local/state/state.ts';

export type ResourceOp =
  | 'log'
  | 'unlog'
  | 'gateway'
  | 'resource'
  | 'removeResource'
  | 'share'
  | 'unshare'
  | 'endpoint';

interface Scene {
  readonly picks: readonly number[];
  /** Of a resource's own. */
  readonly name: string;
  readonly network: ServiceNetwork | undefined;
  readonly service: Service | undefined;
}

const vpcIdentifier = 'vpc-0123456789abcdef0';
const most = 6;

/** Undefined when there is nothing that it could be about, or enough of it. */
export function resourceCommand(
  op: ResourceOp,
  { picks, name: some, network, service }: Scene,
  state: RegionState,
): Command | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = picks;
  const name = `n-${a}`;
  switch (op) {
    case 'log': {
      const resourceIdentifier = [network?.id, service?.id, pick(state.resourceConfigurations.keys(), c)][
        d % 3
      ];
      const kind =
        resourceIdentifier === network?.id
          ? { serviceNetworkLogType: e % 2 === 0 ? ('SERVICE' as const) : ('RESOURCE' as const) }
          : {};
      return resourceIdentifier === undefined
        ? undefined
        : as('CreateAccessLogSubscription', {
            resourceIdentifier,
            destinationArn: 'arn:aws:logs:us-west-2:123456789012:log-group:/a:*',
            ...kind,
          });
    }
    case 'unlog':
      return about(state.accessLogSubscriptions.keys(), a, (id) =>
        as('DeleteAccessLogSubscription', { accessLogSubscriptionIdentifier: id }),
      );
    case 'gateway':
      return state.resourceGateways.size > 0
        ? undefined
        : as('CreateResourceGateway', {
            name,
            vpcIdentifier,
            subnetIds: ['subnet-01234567'],
            ipAddressType: 'DUALSTACK',
            resourceConfigDnsResolution: 'IN_VPC',
          });
    case 'resource': {
      const gateway = pick(state.resourceGateways.keys(), a);
      if (gateway === undefined || state.resourceConfigurations.size >= most) return undefined;
      // A name that is looked up is one that leads nowhere else.
      const definition = [
        { ipResource: { ipAddress: `127.172.41.${1 + (c % 5)}` } },
        { ipResource: { ipAddress: '::1' } },
        {
          dnsResource: {
            domainName: 'localhost',
            ipAddressType: c % 2 === 0 ? ('IPV4' as const) : ('IPV6' as const),
          },
        },
      ][d % 3] ?? { ipResource: { ipAddress: '::1' } };
      const first = 1 + (e % 60_000);
      const portRanges = [String(first), `${first + 1}-${first + 1 + (f % 2 === 0 ? 3 : 5_000)}`].slice(
        0,
        1 + (g % 2),
      );
      if (d % 4 === 3) {
        const cidrRanges = [`127.172.41.0/${20 + (c % 13)}`, 'fd00::/64'].slice(0, 1 + (f % 2));
        return as('CreateResourceConfiguration', {
          name,
          type: 'CIDR',
          resourceGatewayIdentifier: gateway,
          portRanges,
          resourceConfigurationDefinition: { cidrResource: { cidrRanges } },
        });
      }
      const own = h % 2 === 0 ? {} : { customDomainName: some };
      return as('CreateResourceConfiguration', {
        name,
        type: 'SINGLE',
        resourceGatewayIdentifier: gateway,
        portRanges,
        resourceConfigurationDefinition: definition,
        ...own,
      });
    }
    case 'removeResource':
      return about(state.resourceConfigurations.keys(), a, (id) =>
        as('DeleteResourceConfiguration', { resourceConfigurationIdentifier: id }),
      );
    case 'share': {
      const resource = pick(state.resourceConfigurations.values(), b);
      return (
        network &&
        resource &&
        as('CreateServiceNetworkResourceAssociation', {
          serviceNetworkIdentifier: network.id,
          resourceConfigurationIdentifier: resource.id,
          privateDnsEnabled: c % 2 === 0,
        })
      );
    }
    case 'unshare':
      return about(state.resourceAssociations.keys(), a, (id) =>
        as('DeleteServiceNetworkResourceAssociation', { serviceNetworkResourceAssociationIdentifier: id }),
      );
    case 'endpoint': {
      const toResources = [...state.endpointAssociations.values()].map(({ vpcEndpointId }) => vpcEndpointId);
      const taken = [...state.networkEndpoints.keys(), ...toResources];
      if (taken.length > 4) return as('DeleteVpcEndpoint', { vpcEndpointId: pick(taken, a) ?? '' });
      const resource = pick(state.resourceConfigurations.values(), c);
      if (resource !== undefined && d % 2 === 0) {
        return as('CreateVpcEndpoint', {
          vpcId: `vpc-${b % 3}`,
          resourceConfigurationIdentifier: resource.id,
          endpointType: resource.setup.type === 'CIDR' ? 'Tunnel' : 'Resource',
        });
      }
      return (
        network && as('CreateVpcEndpoint', { vpcId: `vpc-${b % 3}`, serviceNetworkIdentifier: network.id })
      );
    }
  }
}

export function about<T>(from: Iterable<T>, at: number, command: (one: T) => Command): Command | undefined {
  const one = pick(from, at);
  return one === undefined ? undefined : command(one);
}

export function pick<T>(from: Iterable<T>, at: number): T | undefined {
  const list = [...from];
  return list[at % Math.max(1, list.length)];
}

export function as<N extends CommandName>(op: N, input: Command<N>['input']): Command<N> {
  return { op, input };
}
