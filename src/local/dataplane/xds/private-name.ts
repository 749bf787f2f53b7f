import type { PrivateDnsPreference, RegionState, VpcAssociation } from '../../state/state.ts';
import { isHostName } from './host-name.ts';
import type {
  ResourceAssociation,
  ResourceConfiguration,
  ResourceGateway,
} from '../../state/vpc-resources.ts';

interface Consumption {
  readonly resource: ResourceConfiguration;
  readonly gateway: ResourceGateway;
  readonly association: ResourceAssociation;
  readonly vpc: VpcAssociation;
}

/**
 * The resource's own name, in lower case, if clients of the VPC know it by that: both sides have to wish so. In the VPC of
 * its gateway a name that the gateway itself looks up there stays what it is.
 */
export function privateNameOf(
  state: RegionState,
  { resource, gateway, association, vpc }: Consumption,
): string | undefined {
  const { customDomainName, domainVerificationId = '' } = resource;
  if (customDomainName === undefined || !association.privateDnsEnabled || !vpc.privateDnsEnabled) {
    return undefined;
  }
  const name = customDomainName.toLowerCase();
  if (gateway.vpcId === vpc.vpcId && gateway.dnsResolution === 'IN_VPC' && isLookedUpBelow(name, resource)) {
    return undefined;
  }
  const { privateDnsPreference = 'VERIFIED_DOMAINS_ONLY', privateDnsSpecifiedDomains = [] } =
    vpc.dnsOptions ?? {};
  const isVerified = state.domainVerifications.get(domainVerificationId)?.status === 'VERIFIED';
  const isListed = privateDnsSpecifiedDomains.some((domain) => isFor(domain.toLowerCase(), name));
  return isHostName(name) && admits[privateDnsPreference]({ isVerified, isListed }) ? name : undefined;
}

interface Domain {
  readonly isVerified: boolean;
  readonly isListed: boolean;
}

const admits: Readonly<Record<PrivateDnsPreference, (domain: Domain) => boolean>> = {
  VERIFIED_DOMAINS_ONLY: ({ isVerified }) => isVerified,
  ALL_DOMAINS: () => true,
  VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS: ({ isVerified, isListed }) => isVerified || isListed,
  SPECIFIED_DOMAINS_ONLY: ({ isListed }) => isListed,
};

/** Whether a resource is a name that is this one, or below it. */
function isLookedUpBelow(name: string, { setup }: ResourceConfiguration): boolean {
  const definition = setup.type === 'SINGLE' || setup.type === 'CHILD' ? setup.definition : undefined;
  return definition?.kind === 'dns' && `.${definition.domainName.toLowerCase()}`.endsWith(`.${name}`);
}

/** `*.` stands for everything below. */
function isFor(domain: string, name: string): boolean {
  return domain.startsWith('*.') ? name.endsWith(domain.slice(1)) : name === domain;
}
