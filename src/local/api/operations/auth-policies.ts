import { notFound } from '../../contract/refusal.ts';
import { findProtected } from '../../state/auth-policy.ts';
import { parseIdentifier } from '../../state/identifiers.ts';
import type { AuthType } from '../../state/state.ts';
import { commanding, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetAuthPolicy'> = ({ resourceIdentifier }, call) => {
  const found = findProtected(call.state(), resourceIdentifier, call);
  if ('refused' in found) return found;
  const { present, authType } = found;
  if (present === undefined) return notFound('AUTH_POLICY', parseIdentifier(resourceIdentifier).id);
  return { policy: present.policy, state: stateOf(authType), ...timesOf(present) };
};

export const authPolicyOperations = {
  PutAuthPolicy: commanding('PutAuthPolicy', ({ policy: { policy }, authType }) => ({
    policy,
    state: stateOf(authType),
  })),
  GetAuthPolicy: get,
  DeleteAuthPolicy: commanding('DeleteAuthPolicy', () => ({})),
};

/** A policy is in force while the auth type says that there is one. */
function stateOf(authType: AuthType) {
  return authType === 'AWS_IAM' ? 'Active' : 'Inactive';
}
