import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  GetTargetGroupCommand,
  ListTargetGroupsCommand,
  UpdateTargetGroupCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { TargetGroupConfig } from '@aws-sdk/client-vpc-lattice';
import { keyOfTagged } from '../../model/keys.ts';
import type { Fact } from '../../model/known.ts';
import type { HealthCheck, TargetGroupSpec } from '../../model/resource.ts';
import { given, ifGiven, lifecycleOf, pageSize, pagesOf } from './driver.ts';
import type { Driver, Found } from './driver.ts';

export const targetGroupDriver: Driver<'targetGroup'> = {
  list: (send) =>
    pagesOf(
      (nextToken) => send(new ListTargetGroupsCommand({ nextToken, maxResults: pageSize })),
      (item) => ({
        id: given(item.id, 'id', 'ListTargetGroups'),
        arn: given(item.arn, 'arn', 'ListTargetGroups'),
        name: given(item.name, 'name', 'ListTargetGroups'),
        lifecycle: lifecycleOf(item.status),
        usedBy: item.serviceArns ?? [],
      }),
    ),
  get: async (send, { id }) =>
    found(await send(new GetTargetGroupCommand({ targetGroupIdentifier: id })), 'GetTargetGroup'),
  create: async (send, { wanted: { spec, tags }, clientToken }) =>
    found(
      await send(
        new CreateTargetGroupCommand({
          name: spec.name,
          type: 'IP',
          config: {
            port: spec.port,
            protocol: spec.protocol,
            ...ifGiven('protocolVersion', spec.protocolVersion),
            vpcIdentifier: spec.vpcId,
            ipAddressType: spec.ipAddressType,
            ...(spec.healthCheck === undefined ? {} : { healthCheck: toHealthCheck(spec.healthCheck) }),
          },
          tags: { ...tags },
          clientToken,
        }),
      ),
      'CreateTargetGroup',
    ),
  update: async (send, { id, fact }, { wanted: { spec } }) => ({
    ...found(
      await send(
        new UpdateTargetGroupCommand({
          targetGroupIdentifier: id,
          healthCheck: toHealthCheck({ ...checkOf(fact), enabled: true, ...spec.healthCheck }),
        }),
      ),
      'UpdateTargetGroup',
    ),
    ...ifGiven('usedBy', fact?.usedBy),
  }),
  delete: async (send, { id, arn, fact }) => {
    const answer = await send(new DeleteTargetGroupCommand({ targetGroupIdentifier: id }));
    const lifecycle = lifecycleOf(answer.status ?? 'DELETE_IN_PROGRESS');
    return { id, arn, ...(fact === undefined ? {} : { fact: { ...fact, lifecycle } }) };
  },
  keyFor: ({ tags }) => (tags === undefined ? undefined : keyOfTagged.targetGroup(tags)),
};

interface Item {
  id?: string | undefined;
  arn?: string | undefined;
  name?: string | undefined;
  status?: string | undefined;
  config?: TargetGroupConfig | undefined;
  serviceArns?: string[] | undefined;
  failureCode?: string | undefined;
  failureMessage?: string | undefined;
}

function found(item: Item, operation: string): Found {
  const name = given(item.name, 'name', operation);
  return {
    id: given(item.id, 'id', operation),
    arn: given(item.arn, 'arn', operation),
    name,
    fact: {
      type: 'targetGroup',
      spec: specOf(name, item.config),
      lifecycle: lifecycleOf(item.status, { code: item.failureCode, message: item.failureMessage }),
      usedBy: item.serviceArns ?? [],
    },
  };
}

/** Groups of other types (functions, load balancers) have less to say; they are never ours. */
function specOf(name: string, config: TargetGroupConfig | undefined): TargetGroupSpec {
  const version = config?.protocolVersion;
  return {
    name,
    port: config?.port ?? 0,
    protocol: config?.protocol === 'HTTPS' || config?.protocol === 'TCP' ? config.protocol : 'HTTP',
    ...(version === 'HTTP1' || version === 'HTTP2' || version === 'GRPC' ? { protocolVersion: version } : {}),
    vpcId: config?.vpcIdentifier ?? '',
    ipAddressType: config?.ipAddressType === 'IPV6' ? 'IPV6' : 'IPV4',
    ...(config?.healthCheck === undefined ? {} : { healthCheck: fromHealthCheck(config.healthCheck) }),
  };
}

function checkOf(fact: Fact | undefined): HealthCheck | undefined {
  return fact?.type === 'targetGroup' ? fact.spec.healthCheck : undefined;
}

type ApiHealthCheck = NonNullable<TargetGroupConfig['healthCheck']>;

function toHealthCheck(check: HealthCheck): ApiHealthCheck {
  return {
    enabled: check.enabled,
    ...ifGiven('protocol', check.protocol),
    ...ifGiven('protocolVersion', check.protocolVersion),
    ...ifGiven('port', check.port),
    ...ifGiven('path', check.path),
    ...ifGiven('healthCheckIntervalSeconds', check.intervalSeconds),
    ...ifGiven('healthCheckTimeoutSeconds', check.timeoutSeconds),
    ...ifGiven('healthyThresholdCount', check.healthyThreshold),
    ...ifGiven('unhealthyThresholdCount', check.unhealthyThreshold),
    ...(check.statusMatch === undefined ? {} : { matcher: { httpCode: check.statusMatch } }),
  };
}

function fromHealthCheck(check: ApiHealthCheck): HealthCheck {
  const { protocol, protocolVersion } = check;
  return {
    enabled: check.enabled ?? false,
    ...(protocol === 'HTTP' || protocol === 'HTTPS' ? { protocol } : {}),
    ...(protocolVersion === 'HTTP1' || protocolVersion === 'HTTP2' ? { protocolVersion } : {}),
    ...ifGiven('port', check.port),
    ...ifGiven('path', check.path),
    ...ifGiven('intervalSeconds', check.healthCheckIntervalSeconds),
    ...ifGiven('timeoutSeconds', check.healthCheckTimeoutSeconds),
    ...ifGiven('healthyThreshold', check.healthyThresholdCount),
    ...ifGiven('unhealthyThreshold', check.unhealthyThresholdCount),
    ...ifGiven('statusMatch', check.matcher?.httpCode),
  };
}
