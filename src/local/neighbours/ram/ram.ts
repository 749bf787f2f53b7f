import type { ShareMembers } from '../../state/neighbour-command.ts';
import { booleanIn, tagsIn, textIn, textsIn } from '../input.ts';
import { declined, isDeclined } from '../neighbour.ts';
import type { Declined, Input, Neighbour, Operation, Operations } from '../neighbour.ts';
import { declinedBy } from '../refusals.ts';
import { restNeighbour } from '../json-protocol.ts';
import { associationsOf, invitationOf, shareOf } from './share-words.ts';
import { getAssociations, getInvitations, getShares, listPrincipals, listResources } from './share-lists.ts';

const createShare: Operation = (input, { dispatch }) => {
  const name = textIn(input, 'name') ?? '';
  if (name === '') return declined('InvalidParameterException', 'A resource share needs a name.');
  const clientToken = textIn(input, 'clientToken');
  const answer = dispatch({
    op: 'CreateResourceShare',
    input: {
      name,
      allowExternalPrincipals: booleanIn(input, 'allowExternalPrincipals') ?? true,
      resourceArns: textsIn(input, 'resourceArns'),
      principals: textsIn(input, 'principals'),
      tags: tagsIn(input, 'tags', ['key', 'value']),
      ...(clientToken === undefined ? {} : { clientToken }),
    },
  });
  return 'refused' in answer ? declinedBy(answer.refused) : { resourceShare: shareOf(answer.result) };
};

const updateShare: Operation = (input, { dispatch }) => {
  const name = textIn(input, 'name');
  const allowExternalPrincipals = booleanIn(input, 'allowExternalPrincipals');
  const answer = dispatch({
    op: 'UpdateResourceShare',
    input: {
      arn: shareArnIn(input),
      ...(name === undefined ? {} : { name }),
      ...(allowExternalPrincipals === undefined ? {} : { allowExternalPrincipals }),
    },
  });
  return 'refused' in answer ? declinedBy(answer.refused) : { resourceShare: shareOf(answer.result) };
};

const deleteShare: Operation = (input, { dispatch }) => {
  const answer = dispatch({ op: 'DeleteResourceShare', input: { arn: shareArnIn(input) } });
  return 'refused' in answer ? declinedBy(answer.refused) : { returnValue: true };
};

const associate: Operation = (input, { dispatch }) => {
  const members = membersIn(input);
  if (isDeclined(members)) return members;
  const answer = dispatch({ op: 'AssociateResourceShare', input: members });
  if ('refused' in answer) return declinedBy(answer.refused);
  return { resourceShareAssociations: associationsOf(answer.result, members) };
};

const disassociate: Operation = (input, { dispatch }) => {
  const members = membersIn(input);
  if (isDeclined(members)) return members;
  const answer = dispatch({ op: 'DisassociateResourceShare', input: members });
  if ('refused' in answer) return declinedBy(answer.refused);
  return { resourceShareAssociations: associationsOf(answer.result, members) };
};

function membersIn(input: Input): ShareMembers | Declined {
  const resourceArns = textsIn(input, 'resourceArns');
  const principals = textsIn(input, 'principals');
  return resourceArns.length + principals.length === 0
    ? declined('InvalidParameterException', 'You must specify resourceArns, principals or both.')
    : { arn: shareArnIn(input), resourceArns, principals };
}

const answerInvitation =
  (answer: 'ACCEPTED' | 'REJECTED'): Operation =>
  (input, { dispatch }) => {
    const arn = textIn(input, 'resourceShareInvitationArn') ?? '';
    const answered = dispatch({ op: 'AnswerInvitation', input: { arn, answer } });
    if ('refused' in answered) return declinedBy(answered.refused);
    const share = answered.result;
    const principal = [...share.principals.values()].find(({ invitation }) => invitation.arn === arn);
    return principal === undefined ? {} : { resourceShareInvitation: invitationOf(share, principal) };
  };

const tag: Operation = (input, { dispatch }) => {
  const resourceArn = shareArnIn(input);
  const tags = tagsIn(input, 'tags', ['key', 'value']);
  const answer = dispatch({ op: 'TagResource', input: { resourceArn, tags } });
  return 'refused' in answer ? declinedBy(answer.refused, namesOfErrors) : {};
};

const untag: Operation = (input, { dispatch }) => {
  const resourceArn = shareArnIn(input);
  const answer = dispatch({
    op: 'UntagResource',
    input: { resourceArn, tagKeys: textsIn(input, 'tagKeys') },
  });
  return 'refused' in answer ? declinedBy(answer.refused, namesOfErrors) : {};
};

const namesOfErrors: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'UnknownResourceException',
  AccessDeniedException: 'ResourceArnNotFoundException',
  ValidationException: 'InvalidParameterException',
};

function shareArnIn(input: Input): string {
  return textIn(input, 'resourceShareArn') ?? '';
}

/** By path, which RAM's API has in lower case. */
const operations: Operations = {
  createresourceshare: createShare,
  updateresourceshare: updateShare,
  deleteresourceshare: deleteShare,
  associateresourceshare: associate,
  disassociateresourceshare: disassociate,
  acceptresourceshareinvitation: answerInvitation('ACCEPTED'),
  rejectresourceshareinvitation: answerInvitation('REJECTED'),
  getresourceshares: getShares,
  getresourceshareassociations: getAssociations,
  getresourceshareinvitations: getInvitations,
  listresources: listResources,
  listprincipals: listPrincipals,
  tagresource: tag,
  untagresource: untag,
};

/** Shares networks, services and resource configurations with other accounts. */
export const ram: Neighbour = restNeighbour(operations);
