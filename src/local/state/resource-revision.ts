import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { UpdateResourceConfigurationRequest as Request } from '../contract/types.gen.ts';
import { readAddress, readRanges } from './resource-definition.ts';
import { problemWithPorts } from './resource-setup.ts';
import type { RegionState } from './state.ts';
import type { ResourceConfiguration, ResourceGateway, ResourceSetup } from './vpc-resources.ts';

/** The setup after an update. The sentence about names and ARNs is one that the Terraform provider has met. */
export function revisedSetup(
  state: RegionState,
  { setup, resourceGatewayId }: ResourceConfiguration,
  { resourceConfigurationDefinition: given, portRanges }: Request,
): { readonly setup: ResourceSetup } | Refused {
  const wrong = problemWithPorts(portRanges ?? []);
  if (wrong !== undefined) return invalid(wrong);
  if (setup.type === 'ARN') {
    if (given !== undefined) return fixed;
    return portRanges === undefined ? { setup } : invalid('portRanges does not go with type ARN.');
  }
  const revised = { ...setup, ...(portRanges === undefined ? {} : { portRanges }) };
  if (given === undefined) return { setup: revised };
  const gateway = state.resourceGateways.get(resourceGatewayId);
  if (gateway === undefined) return invalid(`Resource gateway ${resourceGatewayId} is gone.`);
  return redefined(revised, given, gateway);
}

function redefined(
  setup: Exclude<ResourceSetup, { readonly type: 'ARN' }>,
  given: NonNullable<Request['resourceConfigurationDefinition']>,
  gateway: ResourceGateway,
): { readonly setup: ResourceSetup } | Refused {
  switch (setup.type) {
    case 'GROUP':
      return invalid('resourceConfigurationDefinition does not go with type GROUP.');
    case 'CIDR': {
      const ranges = readRanges(given, gateway);
      return 'refused' in ranges ? ranges : { setup: { ...setup, ...ranges } };
    }
    case 'SINGLE':
    case 'CHILD': {
      if (setup.definition.kind === 'dns' || !('ipResource' in given)) return fixed;
      const address = readAddress(given, gateway);
      return 'refused' in address ? address : { setup: { ...setup, ...address } };
    }
  }
}

const fixed = invalid('cannot modify resource configuration DNS or ARN');
