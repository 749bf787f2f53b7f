import type { AddressJson } from '../../../envoy/proto/envoy/config/core/v3/address.gen.ts';
import type { HealthStatusJson } from '../../../envoy/proto/envoy/config/core/v3/health_check.gen.ts';
import type { LbEndpointJson } from '../../../envoy/proto/envoy/config/endpoint/v3/endpoint_components.gen.ts';
import type { ClusterLoadAssignmentJson } from '../../../envoy/proto/envoy/config/endpoint/v3/endpoint.gen.ts';
import type { Target, TargetGroup, TargetStatus } from '../../state/state.ts';
import { addressOf, listedFunction } from './stand-ins.ts';
import type { StandIns } from './stand-ins.ts';

/** The targets of a group, each with what Envoy is to think of it. One that nothing stands for is left out. */
export function endpointsOf(group: TargetGroup, standIns: StandIns): ClusterLoadAssignmentJson {
  const placed = [...group.targets.values()].flatMap((target): readonly Placed[] => {
    const address = addressFor(group, target, standIns);
    return address === undefined ? [] : [{ address, status: target.status }];
  });
  const others = anyHealthy(placed);
  const lbEndpoints = placed.map(({ address, status }): LbEndpointJson => ({
    endpoint: { address },
    healthStatus: healthStatus[others][status],
  }));
  return { clusterName: group.id, ...(lbEndpoints.length === 0 ? {} : { endpoints: [{ lbEndpoints }] }) };
}

interface Placed {
  readonly address: AddressJson;
  readonly status: TargetStatus;
}

/** A function is reached through what invokes all of them. */
function addressFor({ config }: TargetGroup, target: Target, standIns: StandIns): AddressJson | undefined {
  if (config.type === 'LAMBDA') {
    const { functions, invoker } = standIns;
    const listed = listedFunction(target.id, (arn) => functions.has(arn));
    return listed === undefined ? undefined : { pipe: { path: invoker } };
  }
  const local = addressOf(config, target, standIns);
  return local && { socketAddress: { address: local.address, portValue: local.port } };
}

function anyHealthy(targets: readonly Placed[]): 'healthy' | 'none' {
  return targets.some(({ status }) => healthStatus.healthy[status] === 'HEALTHY') ? 'healthy' : 'none';
}

/**
 * By whether the group has a healthy target. If it has none, all that do not drain get traffic: Lattice fails open.
 * A target that drains gets no new request and finishes those it has.
 */
const healthStatus: Readonly<Record<'healthy' | 'none', Readonly<Record<TargetStatus, HealthStatusJson>>>> = {
  healthy: {
    HEALTHY: 'HEALTHY',
    UNAVAILABLE: 'HEALTHY',
    INITIAL: 'UNHEALTHY',
    UNUSED: 'UNHEALTHY',
    UNHEALTHY: 'UNHEALTHY',
    DRAINING: 'DRAINING',
  },
  none: {
    HEALTHY: 'HEALTHY',
    UNAVAILABLE: 'HEALTHY',
    INITIAL: 'HEALTHY',
    UNUSED: 'HEALTHY',
    UNHEALTHY: 'HEALTHY',
    DRAINING: 'DRAINING',
  },
};
