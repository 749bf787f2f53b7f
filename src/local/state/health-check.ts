import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { HealthCheckConfig } from '../contract/types.gen.ts';
import type { HealthCheck, ProtocolVersion, TargetGroupProtocol } from './state.ts';

export interface CheckedGroup {
  readonly protocol: TargetGroupProtocol;
  readonly protocolVersion?: ProtocolVersion;
}

/**
 * A health check with every default filled in (user guide, target-group-health-checks). A member that is left out keeps
 * what `present` says; 0 and empty text go back to the default.
 */
export function readHealthCheck(
  group: CheckedGroup,
  given: HealthCheckConfig = {},
  present: HealthCheck = defaultsFor(group),
): HealthCheck | Refused {
  const standard = defaultsFor(group);
  const { port = present.port ?? 0, protocol = present.protocol } = given;
  if (protocol === 'TCP') return invalid('Health checks use HTTP or HTTPS, not TCP.');
  const check: HealthCheck = {
    enabled: given.enabled ?? present.enabled,
    protocol,
    protocolVersion: given.protocolVersion ?? present.protocolVersion,
    ...(port === 0 ? {} : { port }),
    path: or(given.path, present.path, standard.path),
    healthCheckIntervalSeconds: or(
      given.healthCheckIntervalSeconds,
      present.healthCheckIntervalSeconds,
      standard.healthCheckIntervalSeconds,
    ),
    healthCheckTimeoutSeconds: or(
      given.healthCheckTimeoutSeconds,
      present.healthCheckTimeoutSeconds,
      standard.healthCheckTimeoutSeconds,
    ),
    healthyThresholdCount: or(
      given.healthyThresholdCount,
      present.healthyThresholdCount,
      standard.healthyThresholdCount,
    ),
    unhealthyThresholdCount: or(
      given.unhealthyThresholdCount,
      present.unhealthyThresholdCount,
      standard.unhealthyThresholdCount,
    ),
    httpCode: or(given.matcher?.httpCode, present.httpCode, standard.httpCode),
  };
  return unlessPossible(group, given, check) ?? check;
}

function defaultsFor({ protocol, protocolVersion }: CheckedGroup): HealthCheck {
  return {
    enabled: protocolVersion === 'HTTP1',
    protocol: protocol === 'HTTPS' ? 'HTTPS' : 'HTTP',
    protocolVersion: protocolVersion === 'HTTP2' ? 'HTTP2' : 'HTTP1',
    path: '/',
    healthCheckIntervalSeconds: 30,
    healthCheckTimeoutSeconds: 5,
    healthyThresholdCount: 5,
    unhealthyThresholdCount: 2,
    httpCode: '200',
  };
}

function or<T extends string | number>(given: T | undefined, present: T, standard: T): T {
  if (given === undefined) return present;
  return given === 0 || given === '' ? standard : given;
}

/** Lower bounds that the model, where 0 means the default, cannot say. */
const least = {
  healthCheckIntervalSeconds: 5,
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 2,
} as const satisfies Partial<Record<keyof HealthCheck, number>>;

function unlessPossible(
  { protocol, protocolVersion }: CheckedGroup,
  given: HealthCheckConfig,
  check: HealthCheck,
): Refused | undefined {
  const noDefault = protocol === 'TCP' || protocolVersion === 'GRPC';
  if (
    noDefault &&
    given.enabled === true &&
    (given.protocolVersion === undefined || given.path === undefined)
  ) {
    const what = protocol === 'TCP' ? 'TCP' : 'GRPC';
    return invalid(`Health checks of a ${what} target group need a protocolVersion and a path of their own.`);
  }
  if (check.healthCheckIntervalSeconds < least.healthCheckIntervalSeconds) {
    return invalid('healthCheckIntervalSeconds is 5 to 300, or 0 for the default.');
  }
  if (check.healthyThresholdCount < least.healthyThresholdCount) {
    return invalid('healthyThresholdCount is 2 to 10, or 0 for the default.');
  }
  if (check.unhealthyThresholdCount < least.unhealthyThresholdCount) {
    return invalid('unhealthyThresholdCount is 2 to 10, or 0 for the default.');
  }
  return check.httpCode.split(',').every(isCodeOrRange)
    ? undefined
    : invalid(`matcher.httpCode ${check.httpCode} is no list of codes and ranges from 200 to 499.`);
}

function isCodeOrRange(text: string): boolean {
  const [, from = '', to = from] = /^(\d{3})(?:-(\d{3}))?$/.exec(text) ?? [];
  return from !== '' && Number(from) >= 200 && Number(from) <= Number(to) && Number(to) <= 499;
}
