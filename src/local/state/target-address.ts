import type { TargetFailure, TargetName } from './command.ts';
import { ipv4Bytes, isIpv6 } from './ip-address.ts';
import type { TargetGroupConfig } from './state.ts';

type Problem = Pick<TargetFailure, 'failureCode' | 'failureMessage'>;

/** Why a group cannot have a target, judged by its id alone; `undefined` when it can. */
export function problemWith(config: TargetGroupConfig, { id, port }: TargetName): Problem | undefined {
  switch (config.type) {
    case 'IP':
      return ipProblem(config.ipAddressType, id);
    case 'INSTANCE':
      return /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id) ? undefined : unsupported(`${id} is no instance id`);
    case 'ALB': {
      const isBalancer = /^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:loadbalancer\/app\/.+$/.test(id);
      return isBalancer ? undefined : unsupported(`${id} is no ARN of an application load balancer`);
    }
    case 'LAMBDA':
      if (port !== undefined) return unsupported('A function has no port');
      return /^arn:[^:]+:lambda:[^:]+:\d{12}:function:.+$/.test(id)
        ? undefined
        : unsupported(`${id} is no ARN of a function`);
  }
}

function unsupported(failureMessage: string): Problem {
  return { failureCode: 'UnsupportedTarget', failureMessage };
}

function ipProblem(family: 'IPV4' | 'IPV6', id: string): Problem | undefined {
  if (family === 'IPV6') return isIpv6(id) ? undefined : unsupported(`${id} is no IPv6 address`);
  const bytes = ipv4Bytes(id);
  if (bytes === undefined) return unsupported(`${id} is no IPv4 address`);
  const [first = 0, second = 0] = bytes;
  const linkLocal = first === 169 && second === 254;
  return linkLocal || first === 0 || first >= 224
    ? unsupported(`${id} cannot be a target: it is link-local, multicast or reserved`)
    : undefined;
}
