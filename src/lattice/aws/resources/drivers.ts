import type { ResourceType } from '../../model/resource.ts';
import { accessLogSubscriptionDriver } from './access-log-subscription.ts';
import { authPolicyDriver } from './auth-policy.ts';
import type { Driver } from './driver.ts';
import { listenerDriver } from './listener.ts';
import { ruleDriver } from './rule.ts';
import { serviceAssociationDriver } from './service-association.ts';
import { serviceNetworkDriver } from './service-network.ts';
import { serviceDriver } from './service.ts';
import { targetGroupDriver } from './target-group.ts';
import { targetsDriver } from './targets.ts';
import { vpcAssociationDriver } from './vpc-association.ts';

/** A driver per type. */
export const drivers: { readonly [Type in ResourceType]: Driver<Type> } = {
  serviceNetwork: serviceNetworkDriver,
  vpcAssociation: vpcAssociationDriver,
  targetGroup: targetGroupDriver,
  targets: targetsDriver,
  service: serviceDriver,
  authPolicy: authPolicyDriver,
  accessLogSubscription: accessLogSubscriptionDriver,
  listener: listenerDriver,
  rule: ruleDriver,
  serviceAssociation: serviceAssociationDriver,
};
