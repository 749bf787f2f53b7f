import type { OperationName } from '../../contract/operations.gen.ts';
import type { Handler } from '../handler.ts';
import { listenerOperations } from './listeners.ts';
import { accessLogSubscriptionOperations } from './access-log-subscriptions.ts';
import { authPolicyOperations } from './auth-policies.ts';
import { domainVerificationOperations } from './domain-verifications.ts';
import { endpointAssociationOperations } from './endpoint-associations.ts';
import { resourceAssociationOperations } from './resource-associations.ts';
import { resourceConfigurationOperations } from './resource-configurations.ts';
import { resourceGatewayOperations } from './resource-gateways.ts';
import { resourcePolicyOperations } from './resource-policies.ts';
import { ruleOperations } from './rules.ts';
import { serviceAssociationOperations } from './service-associations.ts';
import { serviceNetworkOperations } from './service-networks.ts';
import { serviceOperations } from './services.ts';
import { tagOperations } from './tags.ts';
import { targetGroupOperations } from './target-groups.ts';
import { targetOperations } from './targets.ts';
import { vpcAssociationOperations } from './vpc-associations.ts';

/** Every operation of VPC Lattice. */
export const handlers: { readonly [N in OperationName]: Handler<N> } = {
  ...serviceNetworkOperations,
  ...vpcAssociationOperations,
  ...serviceOperations,
  ...serviceAssociationOperations,
  ...listenerOperations,
  ...ruleOperations,
  ...targetGroupOperations,
  ...targetOperations,
  ...resourceGatewayOperations,
  ...resourceConfigurationOperations,
  ...resourceAssociationOperations,
  ...endpointAssociationOperations,
  ...domainVerificationOperations,
  ...accessLogSubscriptionOperations,
  ...authPolicyOperations,
  ...resourcePolicyOperations,
  ...tagOperations,
};
