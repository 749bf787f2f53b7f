import type { SecurityGroupRule } from '../../src/local/state/neighbour-resources.ts';
import { present } from './world.ts';
import type { TrafficWorld } from './world.ts';

/** A security group that nobody uses, and lets nobody in, and the association of a VPC with the network of the world. */
export interface Guarded {
  readonly groupId: string;
  /** From now on these groups guard the association. Resolves when they do. */
  readonly guardBy: (...groupIds: readonly string[]) => Promise<void>;
  /** The group lets them in from now on, over TCP at one port. */
  readonly letIn: (port: number, source: SecurityGroupRule['source']) => Promise<void>;
}

/** The association that the world began with, which is the first VPC's. */
export function guarded(world: TrafficWorld): Guarded {
  const [association] = world.region.state().vpcAssociations.values();
  const vpcId = world.done({ op: 'CreateVpc', input: { cidrBlock: '10.64.0.0/16', tags: {} } }).id;
  const { id: groupId } = world.done({
    op: 'CreateSecurityGroup',
    input: { vpcId, name: 'clients', description: 'clients', tags: {} },
  });
  return {
    groupId,
    guardBy: async (...securityGroupIds) => {
      const serviceNetworkVpcAssociationIdentifier = present(association).id;
      world.done({
        op: 'UpdateServiceNetworkVpcAssociation',
        input: { serviceNetworkVpcAssociationIdentifier, securityGroupIds },
      });
      await world.settle();
    },
    letIn: async (port, source) => {
      const rules = [{ protocol: 'tcp', fromPort: port, toPort: port, source }];
      world.done({ op: 'AuthorizeIngress', input: { groupId, rules } });
      await world.settle();
    },
  };
}
