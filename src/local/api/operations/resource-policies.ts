import { notFound } from '../../contract/refusal.ts';
import { parseIdentifier } from '../../state/identifiers.ts';
import { principalsOf } from '../../state/resource-share.ts';
import type { SharedOperation } from '../../state/sharing.ts';
import { findShareable } from '../../state/resource-policy.ts';
import { commanding } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetResourcePolicy'> = ({ resourceArn }, call) => {
  const holder = findShareable(call.state(), resourceArn, call);
  if ('refused' in holder) return holder;
  const { resourcePolicy, arn } = holder.found;
  const policy = resourcePolicy?.policy ?? policyOfRam(arn, principalsOf(call.state(), arn));
  return policy === undefined ? notFound('RESOURCE_POLICY', parseIdentifier(resourceArn).id) : { policy };
};

/** What RAM writes for what it shares: all that whoever accepted may do with it. */
function policyOfRam(arn: string, principals: readonly string[]): string | undefined {
  if (principals.length === 0) return undefined;
  const [, , , , , path = ''] = arn.split(':');
  const Action = (shareableActions[path.split('/')[0] ?? ''] ?? []).map((name) => `vpc-lattice:${name}`);
  const statement = { Effect: 'Allow', Principal: { AWS: principals }, Action, Resource: arn };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** By the words that ARNs have for them. */
const shareableActions: Readonly<Record<string, readonly SharedOperation[]>> = {
  servicenetwork: [
    'GetServiceNetwork',
    'CreateServiceNetworkServiceAssociation',
    'CreateServiceNetworkVpcAssociation',
    'CreateServiceNetworkResourceAssociation',
    'CreateServiceNetworkVpcEndpointAssociation',
  ],
  service: ['GetService', 'CreateServiceNetworkServiceAssociation'],
  resourceconfiguration: [
    'GetResourceConfiguration',
    'CreateServiceNetworkResourceAssociation',
    'CreateVpcEndpoint',
  ],
};

export const resourcePolicyOperations = {
  PutResourcePolicy: commanding('PutResourcePolicy', () => ({})),
  GetResourcePolicy: get,
  DeleteResourcePolicy: commanding('DeleteResourcePolicy', () => ({})),
};
