import type { TargetFailure, TargetName } from './command.ts';
import { ipv4Bytes, ipv6Groups } from './ip-address.ts';
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
  const numbers = family === 'IPV6' ? ipv6Groups(id) : ipv4Bytes(id);
  if (numbers === undefined) return unsupported(`${id} is no ${family === 'IPV6' ? 'IPv6' : 'IPv4'} address`);
  return isNobodys[family](numbers)
    ? unsupported(`${id} cannot be a target: it is link-local, multicast or reserved`)
    : undefined;
}

/** Loopback addresses are not among them: local pods have those. */
const isNobodys = {
  IPV4: ([first = 0, second = 0]) => (first === 169 && second === 254) || first === 0 || first >= 224,
  /** fd00:ec2::/32 is, at AWS, what 169.254.0.0/16 is in IPv4. */
  IPV6: (groups) => {
    const [first = 0, second = 0] = groups;
    const isAws = first === 0xfd00 && second === 0x0ec2;
    return isAws || (first & 0xffc0) === 0xfe80 || first >= 0xff00 || groups.every((group) => group === 0);
  },
} as const satisfies Record<'IPV4' | 'IPV6', (numbers: readonly number[]) => boolean>;
