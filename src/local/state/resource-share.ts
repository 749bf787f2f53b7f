import { declined } from '../contract/refusal.ts';
import { identitiesOf } from '../auth/policy/principal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Context, Transition } from './command.ts';
import { newResource, uuidOf } from './creation.ts';
import { parseIdentifier } from './identifiers.ts';
import type { ResourceShare, ShareMember, SharePrincipal } from './neighbour-resources.ts';
import type { Viewer } from './identifiers.ts';
import type { RegionState, Shareable } from './state.ts';
import { findValue, withEntry } from './table.ts';
import { readTags } from './tags.ts';

/** Shares networks, services and resource configurations of the caller with accounts that have to accept it. */
export const createResourceShare: Transition<'CreateResourceShare'> = (state, input, context) => {
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;
  const id = uuidOf(context.ids);
  const resource = newResource(state, context, { id, path: '', tags: tags.tags, input });
  const empty: ResourceShare = {
    ...resource,
    arn: `arn:${state.partition}:ram:${state.region}:${context.account}:resource-share/${id}`,
    name: input.name,
    allowExternalPrincipals: input.allowExternalPrincipals,
    status: 'ACTIVE',
    resources: new Map(),
    principals: new Map(),
  };
  const share = withMembers(state, empty, input, context);
  return 'refused' in share
    ? share
    : { state: { ...put(state, share), nextSequence: state.nextSequence + 1 }, result: share };
};

export const updateResourceShare: Transition<'UpdateResourceShare'> = (state, input, context) => {
  const found = findShare(state, input.arn, context);
  if ('refused' in found) return found;
  const { name = found.name, allowExternalPrincipals = found.allowExternalPrincipals } = input;
  const result = { ...found, name, allowExternalPrincipals, lastUpdatedAt: context.now };
  return { state: put(state, result), result };
};

/** Ends the sharing; what was made with what was shared stays. A deleted share is shown yet. */
export const deleteResourceShare: Transition<'DeleteResourceShare'> = (state, { arn }, context) => {
  const found = findShare(state, arn, context);
  if ('refused' in found) return found;
  const result: ResourceShare = {
    ...found,
    status: 'DELETED',
    lastUpdatedAt: context.now,
    resources: ended(found.resources, [...found.resources.keys()], context),
    principals: ended(found.principals, [...found.principals.keys()], context),
  };
  return { state: put(state, result), result };
};

export const associateResourceShare: Transition<'AssociateResourceShare'> = (state, input, context) => {
  const found = findShare(state, input.arn, context);
  if ('refused' in found) return found;
  const result = withMembers(state, found, input, context);
  return 'refused' in result ? result : { state: put(state, result), result };
};

export const disassociateResourceShare: Transition<'DisassociateResourceShare'> = (state, input, context) => {
  const found = findShare(state, input.arn, context);
  if ('refused' in found) return found;
  const { resourceArns, principals } = input;
  const missing =
    resourceArns.find((arn) => !isIn(found.resources, arn)) ??
    principals.find((principal) => !isIn(found.principals, principal));
  if (missing !== undefined)
    return declined('UnknownResourceException', `${missing} is not in ${input.arn}.`);
  const result: ResourceShare = {
    ...found,
    lastUpdatedAt: context.now,
    resources: ended(found.resources, resourceArns, context),
    principals: ended(found.principals, principals, context),
  };
  return { state: put(state, result), result };
};

/** Whoever is invited says yes or no, once. */
export const answerInvitation: Transition<'AnswerInvitation'> = (state, { arn, answer }, context) => {
  for (const share of state.resourceShares.values()) {
    for (const [key, principal] of share.principals) {
      const { invitation, account } = principal;
      if (invitation.arn !== arn || account !== context.account) continue;
      if (invitation.status !== 'PENDING') {
        const word = invitation.status.toLowerCase();
        const type = `ResourceShareInvitationAlready${invitation.status === 'ACCEPTED' ? 'Accepted' : 'Rejected'}Exception`;
        return declined(type, `ResourceShareInvitation ${arn} was ${word} already.`);
      }
      if (principal.status === 'DISASSOCIATED' || share.status === 'DELETED') {
        return declined(
          'ResourceShareInvitationExpiredException',
          `ResourceShareInvitation ${arn} is no longer in force.`,
        );
      }
      const answered: SharePrincipal = {
        ...principal,
        lastUpdatedAt: context.now,
        invitation: { ...invitation, status: answer },
      };
      const result = { ...share, principals: withEntry(share.principals, key, answered) };
      return { state: put(state, result), result };
    }
  }
  return declined(
    'ResourceShareInvitationArnNotFoundException',
    `ResourceShareInvitation ${arn} could not be found.`,
  );
};

/** Whether RAM shares something with the account of a viewer, or with the role or user that it is, and it was accepted. */
export function isSharedByRam(state: RegionState, arn: string, { account, principal }: Viewer): boolean {
  const isMeant = (name: string): boolean =>
    name === account || principal === undefined || identitiesOf(principal).includes(name);
  return (
    findValue(
      state.resourceShares,
      (share) =>
        share.status === 'ACTIVE' &&
        isIn(share.resources, arn) &&
        [...share.principals].some(
          ([name, each]) =>
            each.account === account &&
            each.status === 'ASSOCIATED' &&
            each.invitation.status === 'ACCEPTED' &&
            isMeant(name),
        ),
    ) !== undefined
  );
}

/** The accounts, roles and users with whom RAM shares something, and who accepted it. */
export function principalsOf(state: RegionState, arn: string): readonly string[] {
  const shares = [...state.resourceShares.values()].filter(
    ({ status, resources }) => status === 'ACTIVE' && isIn(resources, arn),
  );
  const names = shares.flatMap(({ principals }) =>
    [...principals].flatMap(([name, { status, invitation }]) =>
      status === 'ASSOCIATED' && invitation.status === 'ACCEPTED' ? [name] : [],
    ),
  );
  return [...new Set(names)];
}

/** The caller's own share that is not deleted. */
export function findShare(
  { resourceShares }: RegionState,
  arn: string,
  { account }: Pick<Context, 'account'>,
): ResourceShare | Refused {
  const found = resourceShares.get(arn.split('/').at(-1) ?? '');
  return found?.arn === arn && found.account === account && found.status === 'ACTIVE'
    ? found
    : declined('UnknownResourceException', `ResourceShare ${arn} could not be found.`);
}

interface Members {
  readonly resourceArns: readonly string[];
  readonly principals: readonly string[];
}

function withMembers(
  state: RegionState,
  share: ResourceShare,
  { resourceArns, principals }: Members,
  context: Context,
): ResourceShare | Refused {
  const { now, account } = context;
  const resources = new Map(share.resources);
  for (const arn of resourceArns) {
    const wrong = unlessShareable(state, arn, account);
    if (wrong !== undefined) return wrong;
    resources.set(arn, { status: 'ASSOCIATED', createdAt: now, lastUpdatedAt: now });
  }
  const invited = new Map(share.principals);
  for (const principal of principals) {
    const to = accountOf(principal);
    if (to === undefined) {
      return declined(
        'InvalidParameterException',
        `${principal} is no account, role or user; there are no organizations here.`,
      );
    }
    if (!share.allowExternalPrincipals) {
      return declined(
        'OperationNotPermittedException',
        'The resource share does not allow sharing with external principals.',
      );
    }
    const present = invited.get(principal);
    if (present?.status === 'ASSOCIATED') continue;
    const digits = `${share.id.slice(0, -12)}${to}`;
    const invitation = {
      arn: `arn:${state.partition}:ram:${state.region}:${account}:resource-share-invitation/${digits}${present === undefined ? '' : `-${now}`}`,
      status: 'PENDING',
      sentAt: now,
    } as const;
    invited.set(principal, {
      account: to,
      status: 'ASSOCIATED',
      createdAt: now,
      lastUpdatedAt: now,
      invitation,
    });
  }
  return { ...share, resources, principals: invited, lastUpdatedAt: now };
}

/** What Lattice lets RAM share: networks, services and resource configurations of the caller. */
function unlessShareable(state: RegionState, arn: string, account: string): Refused | undefined {
  const { id } = parseIdentifier(arn);
  const tables: readonly { get(id: string): Shareable | undefined }[] = [
    state.serviceNetworks,
    state.services,
    state.resourceConfigurations,
  ];
  const found = tables.map((table) => table.get(id)).find((each) => each !== undefined);
  if (found === undefined || found.arn !== arn || found.account !== account) {
    return declined(
      'MalformedArnException',
      `The resource ${arn} cannot be shared: it is no network, service or resource configuration of account ${account}.`,
    );
  }
  return state.serviceNetworks.get(id)?.sharingEnabled === false
    ? declined(
        'InvalidParameterException',
        `The resource ${arn} cannot be shared: its sharingConfig says so.`,
      )
    : undefined;
}

function accountOf(principal: string): string | undefined {
  if (/^\d{12}$/.test(principal)) return principal;
  return /^arn:aws[a-z-]*:iam::(\d{12}):(?:role|user)\/.+$/.exec(principal)?.[1];
}

function ended<T extends ShareMember>(
  members: ReadonlyMap<string, T>,
  keys: readonly string[],
  { now }: Context,
): ReadonlyMap<string, T> {
  const next = new Map(members);
  for (const key of keys) {
    const member = next.get(key);
    if (member !== undefined) next.set(key, { ...member, status: 'DISASSOCIATED', lastUpdatedAt: now });
  }
  return next;
}

function isIn(members: ReadonlyMap<string, ShareMember>, key: string): boolean {
  return members.get(key)?.status === 'ASSOCIATED';
}

function put(state: RegionState, share: ResourceShare): RegionState {
  return { ...state, resourceShares: withEntry(state.resourceShares, share.id, share) };
}
