import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { CreateResourceConfigurationRequest as Request } from '../contract/types.gen.ts';
import { findDomainVerification } from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import type { RegionState } from './state.ts';
import type { ResourceConfiguration } from './vpc-resources.ts';

/** A resource's own name, and the verification that it belongs to whoever uses it. */
export interface CustomDomain {
  readonly customDomainName?: string;
  readonly domainVerificationId?: string;
}

/** A verification may still be pending. It is for its domain and all below it; a child's name is below its group's. */
export function readCustomDomain(
  state: RegionState,
  { customDomainName, groupDomain, domainVerificationIdentifier }: Request,
  group: ResourceConfiguration | undefined,
  viewer: Viewer,
): CustomDomain | Refused {
  const named = customDomainName === undefined ? {} : { customDomainName };
  if (group !== undefined) {
    const above = group.setup.type === 'GROUP' ? group.setup.groupDomain : undefined;
    if (customDomainName !== undefined && above !== undefined && !isBelow(customDomainName, above)) {
      return invalid(`${customDomainName} is no subdomain of ${above}, the domain of its group.`);
    }
    const { domainVerificationId } = group;
    return { ...named, ...(domainVerificationId === undefined ? {} : { domainVerificationId }) };
  }
  if (domainVerificationIdentifier === undefined) return named;
  const verification = findDomainVerification(state, domainVerificationIdentifier, viewer);
  if ('refused' in verification) return verification;
  const { id, domainName } = verification;
  const names = [customDomainName, groupDomain].filter((each) => each !== undefined);
  if (names.length === 0)
    return invalid('domainVerificationIdentifier needs a customDomainName or groupDomain.');
  const outside = names.find((name) => name !== domainName && !isBelow(name, domainName));
  return outside === undefined
    ? { ...named, domainVerificationId: id }
    : invalid(`${outside} is not in ${domainName}, the domain that ${id} is for.`);
}

function isBelow(name: string, domain: string): boolean {
  return name.endsWith(`.${domain}`);
}
