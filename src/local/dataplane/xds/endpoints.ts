import type { HealthStatusJson } from '../../../envoy/proto/envoy/config/core/v3/health_check.gen.ts';
import type { LbEndpointJson } from '../../../envoy/proto/envoy/config/endpoint/v3/endpoint_components.gen.ts';
import type { ClusterLoadAssignmentJson } from '../../../envoy/proto/envoy/config/endpoint/v3/endpoint.gen.ts';
import type { Target, TargetGroup, TargetStatus } from '../../state/state.ts';

/**
 * The targets of a group, each with what Envoy is to think of it. Instances, load balancers and functions have no
 * address here: such a group is like an empty one.
 */
export function endpointsOf({ id, config, targets }: TargetGroup): ClusterLoadAssignmentJson {
  const addressed = config.type === 'IP' ? [...targets.values()] : [];
  const lbEndpoints = addressed.flatMap((target) => endpointOf(target, anyHealthy(addressed)));
  return { clusterName: id, ...(lbEndpoints.length === 0 ? {} : { endpoints: [{ lbEndpoints }] }) };
}

function endpointOf({ id, port, status }: Target, others: 'healthy' | 'none'): readonly LbEndpointJson[] {
  if (port === undefined) return [];
  const endpoint = { address: { socketAddress: { address: id, portValue: port } } };
  return [{ endpoint, healthStatus: healthStatus[others][status] }];
}

function anyHealthy(targets: readonly Target[]): 'healthy' | 'none' {
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
