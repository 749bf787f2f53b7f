import { findDomainVerification } from '../../state/identifiers.ts';
import type { DomainVerification } from '../../state/vpc-resources.ts';
import { commanding, iso, listing, ownedBy } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetDomainVerification'> = (input, call) => {
  const verification = findDomainVerification(call.state(), input.domainVerificationIdentifier, call);
  return 'refused' in verification ? verification : inFull(verification);
};

const list: Handler<'ListDomainVerifications'> = (page, { account, state }) =>
  listing({
    all: ownedBy(state().domainVerifications, account),
    page,
    scope: ['ListDomainVerifications', account],
    say: inFull,
  });

export const domainVerificationOperations = {
  StartDomainVerification: commanding('StartDomainVerification', described),
  GetDomainVerification: get,
  ListDomainVerifications: list,
  DeleteDomainVerification: commanding('DeleteDomainVerification', () => ({})),
};

function described({ id, arn, domainName, status, txtRecord }: DomainVerification) {
  return { id, arn, domainName, status, txtMethodConfig: txtRecord };
}

/** The one resource that tells its tags itself. */
function inFull(verification: DomainVerification) {
  const { createdAt, lastVerifiedAt, tags } = verification;
  return {
    ...described(verification),
    createdAt: iso(createdAt),
    ...(lastVerifiedAt === undefined ? {} : { lastVerifiedTime: iso(lastVerifiedAt) }),
    tags,
  };
}
