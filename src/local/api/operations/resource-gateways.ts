import { findResourceGateway } from '../../state/identifiers.ts';
import type { ResourceGateway } from '../../state/vpc-resources.ts';
import { commanding, listing, ownedBy, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';

/** Nothing here is made by another service, so a gateway is never managed by one. */
const get: Handler<'GetResourceGateway'> = (input, call) => {
  const gateway = findResourceGateway(call.state(), input.resourceGatewayIdentifier, call);
  if ('refused' in gateway) return gateway;
  const { vpcIdentifier: vpcId, ...words } = described(gateway);
  return { ...words, vpcId, serviceManaged: false, ...timesOf(gateway) };
};

const list: Handler<'ListResourceGateways'> = (page, { account, state }) =>
  listing({
    all: ownedBy(state().resourceGateways, account),
    page,
    scope: ['ListResourceGateways', account],
    say: (gateway) => ({ ...described(gateway), ...timesOf(gateway) }),
  });

export const resourceGatewayOperations = {
  CreateResourceGateway: commanding('CreateResourceGateway', described),
  GetResourceGateway: get,
  ListResourceGateways: list,
  UpdateResourceGateway: commanding('UpdateResourceGateway', (gateway) => {
    const { id, arn, name, status, vpcId, subnetIds, securityGroupIds, ipAddressType } = gateway;
    const words = { id, arn, name, status, vpcId, subnetIds, securityGroupIds };
    // The answer's own enumeration of this operation has no DUALSTACK.
    return ipAddressType === 'DUALSTACK' ? words : { ...words, ipAddressType };
  }),
  DeleteResourceGateway: commanding('DeleteResourceGateway', ({ id, arn, name, status }) => ({
    id,
    arn,
    name,
    status,
  })),
};

/** AWS calls the VPC `vpcIdentifier` in some answers and `vpcId` in others. */
function described({ vpcId, dnsResolution, ...gateway }: ResourceGateway) {
  const { id, arn, name, status, subnetIds, securityGroupIds, ipAddressType, ipv4AddressesPerEni } = gateway;
  return {
    id,
    arn,
    name,
    status,
    vpcIdentifier: vpcId,
    subnetIds,
    securityGroupIds,
    ipAddressType,
    ...(ipv4AddressesPerEni === undefined ? {} : { ipv4AddressesPerEni }),
    resourceConfigDnsResolution: dnsResolution,
  };
}
