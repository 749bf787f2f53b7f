import type { ResourceShare, ShareMember, SharePrincipal } from '../../state/neighbour-resources.ts';
import { seconds } from '../refusals.ts';

/** A share as RAM shows it. */
export function shareOf(share: ResourceShare): object {
  const { arn, name, account, allowExternalPrincipals, status, tags, createdAt, lastUpdatedAt } = share;
  return {
    resourceShareArn: arn,
    name,
    owningAccountId: account,
    allowExternalPrincipals,
    status,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    creationTime: seconds(createdAt),
    lastUpdatedTime: seconds(lastUpdatedAt),
    featureSet: 'STANDARD',
  };
}

/** A share's resources and principals, or those that are named. */
export function associationsOf(
  share: ResourceShare,
  named?: { readonly resourceArns: readonly string[]; readonly principals: readonly string[] },
): readonly object[] {
  return [
    ...chosen(share.resources, named?.resourceArns).map(([key, each]) =>
      associationOf(share, { key, each, type: 'RESOURCE' }),
    ),
    ...chosen(share.principals, named?.principals).map(([key, each]) =>
      associationOf(share, { key, each, type: 'PRINCIPAL' }),
    ),
  ];
}

function chosen<T>(
  table: ReadonlyMap<string, T>,
  keys: readonly string[] | undefined,
): readonly (readonly [string, T])[] {
  return [...table].filter(([key]) => keys === undefined || keys.includes(key));
}

interface Member {
  readonly key: string;
  readonly each: ShareMember;
  readonly type: 'RESOURCE' | 'PRINCIPAL';
}

function associationOf({ arn, name, account }: ResourceShare, { key, each, type }: Member): object {
  return {
    resourceShareArn: arn,
    resourceShareName: name,
    associatedEntity: key,
    associationType: type,
    status: each.status,
    creationTime: seconds(each.createdAt),
    lastUpdatedTime: seconds(each.lastUpdatedAt),
    external: type === 'PRINCIPAL' && key !== account,
  };
}

/** What the invited account sees. */
export function invitationOf(
  { arn, name, account }: ResourceShare,
  { account: receiver, invitation }: SharePrincipal,
): object {
  return {
    resourceShareInvitationArn: invitation.arn,
    resourceShareName: name,
    resourceShareArn: arn,
    senderAccountId: account,
    receiverAccountId: receiver,
    invitationTimestamp: seconds(invitation.sentAt),
    status: invitation.status,
  };
}

/** `vpc-lattice:ServiceNetwork`, as RAM names kinds of resources. */
export function typeOfResource(arn: string): string {
  const [, , , , , path = ''] = arn.split(':');
  return `vpc-lattice:${typeNames[path.split('/')[0] ?? ''] ?? 'Service'}`;
}

const typeNames: Readonly<Record<string, string>> = {
  servicenetwork: 'ServiceNetwork',
  service: 'Service',
  resourceconfiguration: 'ResourceConfiguration',
};
