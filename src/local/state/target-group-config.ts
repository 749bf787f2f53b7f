import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { TargetGroupConfig as ConfigInput, TargetGroupType } from '../contract/types.gen.ts';
import { readHealthCheck } from './health-check.ts';
import type { ProtocolVersion, TargetGroupConfig, TargetGroupProtocol } from './state.ts';

const defaultPorts: Readonly<Partial<Record<TargetGroupProtocol, number>>> = { HTTP: 80, HTTPS: 443 };

/** Which members each type of target group may have. */
const allowed = {
  IP: ['port', 'protocol', 'protocolVersion', 'ipAddressType', 'vpcIdentifier', 'healthCheck'],
  INSTANCE: ['port', 'protocol', 'protocolVersion', 'vpcIdentifier', 'healthCheck'],
  ALB: ['port', 'protocol', 'protocolVersion', 'vpcIdentifier'],
  LAMBDA: ['lambdaEventStructureVersion'],
} as const satisfies Record<TargetGroupType, readonly (keyof ConfigInput)[]>;

/** The configuration of a new target group with every default filled in, or what it may not say. */
export function readTargetGroupConfig(
  type: TargetGroupType,
  given: ConfigInput = {},
): TargetGroupConfig | Refused {
  const known: readonly string[] = allowed[type];
  const foreign = Object.keys(given).find((member) => !known.includes(member));
  if (foreign !== undefined) return invalid(`Target groups of type ${type} have no ${foreign}.`);
  if (type === 'LAMBDA') {
    const { lambdaEventStructureVersion } = given;
    return lambdaEventStructureVersion === undefined ? { type } : { type, lambdaEventStructureVersion };
  }
  const network = readNetwork(type, given);
  if ('refused' in network) return network;
  if (type === 'ALB') return { type, ...network };
  const healthCheck = readHealthCheck(network, given.healthCheck);
  if ('refused' in healthCheck) return healthCheck;
  return type === 'IP'
    ? { type, ...network, ipAddressType: given.ipAddressType ?? 'IPV4', healthCheck }
    : { type, ...network, healthCheck };
}

interface Network {
  readonly port: number;
  readonly protocol: TargetGroupProtocol;
  readonly protocolVersion?: ProtocolVersion;
  readonly vpcIdentifier: string;
}

function readNetwork(type: Exclude<TargetGroupType, 'LAMBDA'>, given: ConfigInput): Network | Refused {
  const { protocol, protocolVersion, vpcIdentifier } = given;
  if (protocol === undefined) return invalid(`Target groups of type ${type} need a protocol.`);
  if (vpcIdentifier === undefined) return invalid(`Target groups of type ${type} need a vpcIdentifier.`);
  const port = given.port ?? defaultPorts[protocol];
  if (port === undefined) return invalid(`Target groups with protocol ${protocol} need a port.`);
  if (protocol === 'TCP') {
    return protocolVersion === undefined
      ? { port, protocol, vpcIdentifier }
      : invalid('Target groups with protocol TCP have no protocolVersion.');
  }
  if (type === 'ALB' && (protocolVersion ?? 'HTTP1') !== 'HTTP1') {
    return invalid(`Target groups of type ALB use HTTP1, not ${protocolVersion}.`);
  }
  return { port, protocol, protocolVersion: protocolVersion ?? 'HTTP1', vpcIdentifier };
}
