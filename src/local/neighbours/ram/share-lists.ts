import { pageOf } from '../../contract/pagination.ts';
import type { Listed } from '../../contract/pagination.ts';
import type { ResourceShare, SharePrincipal } from '../../state/neighbour-resources.ts';
import { integerIn, textIn, textsIn } from '../input.ts';
import { declined } from '../neighbour.ts';
import type { Asked, Declined, Input, Operation } from '../neighbour.ts';
import { seconds } from '../refusals.ts';
import { associationsOf, invitationOf, shareOf, typeOfResource } from './share-words.ts';

/** Shares of the caller (`SELF`), or those of others that it accepted (`OTHER-ACCOUNTS`). */
export const getShares: Operation = (input, asked) => {
  const found = sharesFor(input, asked);
  if ('declined' in found) return found;
  const arns = textsIn(input, 'resourceShareArns');
  const status = textIn(input, 'resourceShareStatus');
  const name = textIn(input, 'name');
  const wanted = found.shares.filter(
    (share) =>
      (arns.length === 0 || arns.includes(share.arn)) &&
      (status === undefined || share.status === status) &&
      (name === undefined || share.name === name),
  );
  return paged(wanted, input, { name: 'resourceShares', account: asked.account, say: shareOf });
};

/** Of the caller's own shares: their resources, or their principals. */
export const getAssociations: Operation = (input, { region, account }) => {
  const type = textIn(input, 'associationType');
  if (type !== 'RESOURCE' && type !== 'PRINCIPAL') {
    return declined('InvalidParameterException', 'associationType is RESOURCE or PRINCIPAL.');
  }
  const arns = textsIn(input, 'resourceShareArns');
  const entity = textIn(input, type === 'RESOURCE' ? 'resourceArn' : 'principal');
  const status = textIn(input, 'associationStatus');
  const rows = [...region.state().resourceShares.values()]
    .filter((share) => share.account === account && (arns.length === 0 || arns.includes(share.arn)))
    .flatMap((share) => {
      const table = type === 'RESOURCE' ? share.resources : share.principals;
      const keys = [...table]
        .filter(
          ([key, each]) =>
            (entity === undefined || key === entity) && (status === undefined || each.status === status),
        )
        .map(([key]) => key);
      const named =
        type === 'RESOURCE' ? { resourceArns: keys, principals: [] } : { resourceArns: [], principals: keys };
      return associationsOf(share, named);
    });
  return paged(numbered(rows), input, {
    name: 'resourceShareAssociations',
    account,
    say: ({ row }) => row,
  });
};

/** What the caller was invited to. */
export const getInvitations: Operation = (input, { region, account }) => {
  const arns = textsIn(input, 'resourceShareInvitationArns');
  const shares = textsIn(input, 'resourceShareArns');
  const rows = [...region.state().resourceShares.values()].flatMap((share) =>
    [...share.principals.values()]
      .filter(
        (each) =>
          each.account === account &&
          each.status === 'ASSOCIATED' &&
          (arns.length === 0 || arns.includes(each.invitation.arn)) &&
          (shares.length === 0 || shares.includes(share.arn)),
      )
      .map((each) => invitationOf(share, each)),
  );
  return paged(numbered(rows), input, { name: 'resourceShareInvitations', account, say: ({ row }) => row });
};

/** What is in the shares of the caller, or in those that it accepted. */
export const listResources: Operation = (input, asked) => {
  const found = sharesFor(input, asked);
  if ('declined' in found) return found;
  const shares = textsIn(input, 'resourceShareArns');
  const arns = textsIn(input, 'resourceArns');
  const type = textIn(input, 'resourceType');
  const rows = found.shares
    .filter((share) => share.status === 'ACTIVE' && (shares.length === 0 || shares.includes(share.arn)))
    .flatMap((share) =>
      [...share.resources]
        .filter(
          ([arn, { status }]) =>
            status === 'ASSOCIATED' &&
            (arns.length === 0 || arns.includes(arn)) &&
            (type === undefined || type === typeOfResource(arn)),
        )
        .map(([arn, { createdAt, lastUpdatedAt }]) => ({
          arn,
          type: typeOfResource(arn),
          resourceShareArn: share.arn,
          status: 'AVAILABLE',
          creationTime: seconds(createdAt),
          lastUpdatedTime: seconds(lastUpdatedAt),
          resourceRegionScope: 'REGIONAL',
        })),
    );
  return paged(numbered(rows), input, { name: 'resources', account: asked.account, say: ({ row }) => row });
};

/** With whom the caller shares, or who shares with it. */
export const listPrincipals: Operation = (input, asked) => {
  const found = sharesFor(input, asked);
  if ('declined' in found) return found;
  const { account } = asked;
  const principals = textsIn(input, 'principals');
  const rows = found.shares
    .filter(({ status }) => status === 'ACTIVE')
    .flatMap((share) =>
      (found.owner === 'SELF' ? [...share.principals] : ownerAsPrincipal(share))
        .filter(
          ([id, { status }]) =>
            status === 'ASSOCIATED' && (principals.length === 0 || principals.includes(id)),
        )
        .map(([id, { createdAt, lastUpdatedAt }]) => ({
          id,
          resourceShareArn: share.arn,
          creationTime: seconds(createdAt),
          lastUpdatedTime: seconds(lastUpdatedAt),
          external: id !== account,
        })),
    );
  return paged(numbered(rows), input, { name: 'principals', account, say: ({ row }) => row });
};

type Dated = Pick<SharePrincipal, 'status' | 'createdAt' | 'lastUpdatedAt'>;

function ownerAsPrincipal({
  account,
  createdAt,
  lastUpdatedAt,
}: ResourceShare): readonly (readonly [string, Dated])[] {
  return [[account, { status: 'ASSOCIATED', createdAt, lastUpdatedAt }]];
}

interface FoundShares {
  readonly owner: 'SELF' | 'OTHER-ACCOUNTS';
  readonly shares: readonly ResourceShare[];
}

function sharesFor(input: Input, { region, account }: Asked): FoundShares | Declined {
  const owner = textIn(input, 'resourceOwner');
  const all = [...region.state().resourceShares.values()];
  if (owner === 'SELF') return { owner, shares: all.filter((share) => share.account === account) };
  return owner === 'OTHER-ACCOUNTS'
    ? { owner, shares: all.filter((share) => isAcceptedBy(share, account)) }
    : declined('InvalidParameterException', 'resourceOwner is SELF or OTHER-ACCOUNTS.');
}

function isAcceptedBy({ principals, account: owner }: ResourceShare, account: string): boolean {
  return (
    owner !== account &&
    [...principals.values()].some(
      (each) =>
        each.account === account && each.status === 'ASSOCIATED' && each.invitation.status === 'ACCEPTED',
    )
  );
}

interface Numbered<T> extends Listed {
  readonly row: T;
}

function numbered<T>(rows: readonly T[]): readonly Numbered<T>[] {
  return rows.map((row, index) => ({ row, sequence: index + 1 }));
}

interface Paging<T> {
  readonly name: string;
  readonly account: string;
  readonly say: (item: T) => object;
}

function paged<T extends Listed>(
  all: readonly T[],
  input: Input,
  { name, account, say }: Paging<T>,
): object | Declined {
  const { nextToken: _, maxResults: __, ...filters } = input;
  const nextToken = textIn(input, 'nextToken');
  const maxResults = integerIn(input, 'maxResults') ?? 500;
  if (maxResults < 1 || maxResults > 500) {
    return declined('InvalidMaxResultsException', 'maxResults is from 1 to 500.');
  }
  const page = pageOf(all, { maxResults, ...(nextToken === undefined ? {} : { nextToken }) }, [
    name,
    account,
    JSON.stringify(filters),
  ]);
  if ('refused' in page)
    return declined('InvalidNextTokenException', 'The nextToken is not one of this list.');
  return {
    [name]: page.items.map(say),
    ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
  };
}
