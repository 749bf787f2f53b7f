import type { HealthCheckConfig, TargetGroupConfig as ConfigWords } from '../../contract/types.gen.ts';
import { findTargetGroup } from '../../state/identifiers.ts';
import type { HealthCheck, RegionState, TargetGroup, TargetGroupConfig } from '../../state/state.ts';
import { commanding, failureOf, listing, ownedBy, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetTargetGroup'> = (input, call) => {
  const state = call.state();
  const group = findTargetGroup(state, input.targetGroupIdentifier, call);
  if ('refused' in group) return group;
  return {
    ...described(group),
    serviceArns: serviceArns(state, group),
    ...timesOf(group),
    ...failureOf(group, call),
  };
};

const list: Handler<'ListTargetGroups'> = (input, { account, state }) => {
  const { vpcIdentifier, targetGroupType } = input;
  const now = state();
  const wanted = ownedBy(now.targetGroups, account).filter(({ config }) => {
    const vpc = config.type === 'LAMBDA' ? undefined : config.vpcIdentifier;
    const typeFits = targetGroupType === undefined || config.type === targetGroupType;
    return typeFits && (vpcIdentifier === undefined || vpc === vpcIdentifier);
  });
  return listing({
    all: wanted,
    page: input,
    scope: ['ListTargetGroups', account, vpcIdentifier, targetGroupType],
    say: (group) => summary(now, group),
  });
};

export const targetGroupOperations = {
  CreateTargetGroup: commanding('CreateTargetGroup', described),
  GetTargetGroup: get,
  ListTargetGroups: list,
  UpdateTargetGroup: commanding('UpdateTargetGroup', described),
  DeleteTargetGroup: commanding('DeleteTargetGroup', ({ id, arn, status }) => ({ id, arn, status })),
};

function described({ id, arn, name, status, config }: TargetGroup) {
  const words = configSaid(config);
  return { id, arn, name, type: config.type, status, ...(words === undefined ? {} : { config: words }) };
}

function summary(state: RegionState, group: TargetGroup) {
  const { id, arn, name, status, config } = group;
  const { port, protocol, ipAddressType, vpcIdentifier, lambdaEventStructureVersion } =
    configSaid(config) ?? {};
  return {
    id,
    arn,
    name,
    type: config.type,
    status,
    ...(port === undefined ? {} : { port }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(ipAddressType === undefined ? {} : { ipAddressType }),
    ...(vpcIdentifier === undefined ? {} : { vpcIdentifier }),
    ...(lambdaEventStructureVersion === undefined ? {} : { lambdaEventStructureVersion }),
    serviceArns: serviceArns(state, group),
    ...timesOf(group),
  };
}

function serviceArns({ services }: RegionState, { usedBy }: TargetGroup): readonly string[] {
  return usedBy.flatMap((id) => {
    const service = services.get(id);
    return service === undefined ? [] : [service.arn];
  });
}

/** A group for functions whose creator said nothing has no configuration at all. */
function configSaid(config: TargetGroupConfig): ConfigWords | undefined {
  if (config.type === 'LAMBDA') {
    const { lambdaEventStructureVersion } = config;
    return lambdaEventStructureVersion === undefined ? undefined : { lambdaEventStructureVersion };
  }
  const { type: _, ...network } = config;
  return 'healthCheck' in network
    ? { ...network, healthCheck: healthCheckSaid(network.healthCheck) }
    : network;
}

function healthCheckSaid({ httpCode, ...check }: HealthCheck): HealthCheckConfig {
  return { ...check, matcher: { httpCode } };
}
