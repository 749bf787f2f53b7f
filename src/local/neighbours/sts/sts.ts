import { queryNeighbour } from '../query-protocol.ts';
import type { Neighbour, Operation } from '../neighbour.ts';
import { element } from '../xml.ts';
import { assumeRole, assumeRoleWithWebIdentity, notSigned } from './assume-role.ts';

const getCallerIdentity: Operation = (_, { caller }) => {
  if (caller === undefined) return notSigned;
  const { arn, userId, account } = caller.principal;
  return { Arn: arn, UserId: userId, Account: account };
};

/** Older than those that most services have. */
const namesOfErrors = {
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  AccessDeniedException: 'AccessDenied',
} as const;

/** Who one is, and how one becomes a role. */
export const sts: Neighbour = queryNeighbour(
  {
    GetCallerIdentity: getCallerIdentity,
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  },
  {
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    item: 'member',
    names: namesOfErrors,
    wrap: (operation, output, requestId) => ({
      [`${operation}Result`]: output,
      ResponseMetadata: { RequestId: requestId },
    }),
    error: (error, requestId) => {
      const { type, message } = error;
      const body = {
        Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: type, Message: message },
        RequestId: requestId,
      };
      return element('ErrorResponse', body, {
        item: 'member',
        namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      });
    },
  },
);
