import type { PrivateDnsPreference, RegionState, VpcAssociation } from '../../state/state.ts';
import { isHostName } from './host-name.ts';
import type { ResourceAssociation, ResourceConfiguration } from '../../state/vpc-resources.ts';

interface Consumption {
  readonly resource: ResourceConfiguration;
  readonly association: ResourceAssociation;
  readonly vpc: VpcAssociation;
}

/** The resource's own name, in lower case, if clients of the VPC know it by that: both sides have to wish so. */
export function privateNameOf(
  state: RegionState,
  { resource, association, vpc }: Consumption,
): string | undefined {
  const { customDomainName, domainVerificationId = '' } = resource;
  if (customDomainName === undefined || !association.privateDnsEnabled || !vpc.privateDnsEnabled) {
    return undefined;
  }
  const name = customDomainName.toLowerCase();
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

/** `*.` stands for everything below. */
function isFor(domain: string, name: string): boolean {
  return domain.startsWith('*.') ? name.endsWith(domain.slice(1)) : name === domain;
}
