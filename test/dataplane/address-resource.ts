/** An address in a VPC as a resource. */
import type { TrafficWorld } from './world.ts';

export interface AddressResource {
  readonly name: string;
  /** Of the gateway. */
  readonly vpcId: string;
  readonly ipAddress: string;
  readonly port: number;
  /** Of the gateway; IPV4 unless told. */
  readonly ipAddressType?: 'IPV4' | 'DUALSTACK';
}

/** Shares it with all in the network; gives the id of the association. */
export function shareAddress(
  world: TrafficWorld,
  { name, vpcId, ipAddress, port, ipAddressType = 'IPV4' }: AddressResource,
): string {
  const gateway = world.done({
    op: 'CreateResourceGateway',
    input: { name, vpcIdentifier: vpcId, subnetIds: ['subnet-01234567'], ipAddressType },
  });
  const { id } = world.done({
    op: 'CreateResourceConfiguration',
    input: {
      name,
      type: 'SINGLE',
      resourceGatewayIdentifier: gateway.id,
      portRanges: [String(port)],
      resourceConfigurationDefinition: { ipResource: { ipAddress } },
    },
  });
  const input = { resourceConfigurationIdentifier: id, serviceNetworkIdentifier: world.networkId };
  return world.done({ op: 'CreateServiceNetworkResourceAssociation', input }).id;
}
