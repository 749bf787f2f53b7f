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
  const lbEndpoints = onePerAddress(
    placed.map(({ address, status }) => ({
      endpoint: { address },
      healthStatus: healthStatus[others][status],
    })),
  );
  return { clusterName: group.id, ...(lbEndpoints.length === 0 ? {} : { endpoints: [{ lbEndpoints }] }) };
}

type Endpoint = Required<Pick<LbEndpointJson, 'endpoint' | 'healthStatus'>>;

/**
 * All functions are at one address, and so may be what stands for several instances. Of endpoints with one address Envoy
 * takes the first, so the one that is best for traffic has to be the only one: a function that drains must not keep calls
 * from the one that took its place.
 */
function onePerAddress(endpoints: readonly Endpoint[]): Endpoint[] {
  const best = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    const key = JSON.stringify(endpoint.endpoint);
    const known = best.get(key);
    if (known === undefined || worth(endpoint) > worth(known)) best.set(key, endpoint);
  }
  return [...best.values()];
}

function worth({ healthStatus }: Endpoint): number {
  return byWorth.indexOf(healthStatus);
}

const byWorth: readonly HealthStatusJson[] = ['DRAINING', 'UNHEALTHY', 'HEALTHY'];

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
