import { notFound } from '../../contract/refusal.ts';
import { parseIdentifier } from '../../state/identifiers.ts';
import { findShareable } from '../../state/resource-policy.ts';
import { commanding } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetResourcePolicy'> = ({ resourceArn }, call) => {
  const holder = findShareable(call.state(), resourceArn, call);
  if ('refused' in holder) return holder;
  const { resourcePolicy } = holder.found;
  return resourcePolicy === undefined
    ? notFound('RESOURCE_POLICY', parseIdentifier(resourceArn).id)
    : { policy: resourcePolicy.policy };
};

export const resourcePolicyOperations = {
  PutResourcePolicy: commanding('PutResourcePolicy', () => ({})),
  GetResourcePolicy: get,
  DeleteResourcePolicy: commanding('DeleteResourcePolicy', () => ({})),
};
