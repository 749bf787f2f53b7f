import { existsSync } from 'node:fs';
import { NetworkCommandFailed } from '../networks/command.ts';
import { namespaceFile } from '../networks/namespaces.ts';
import { ipv6Obstacle, prepareVpc } from '../networks/vpc.ts';
import { UserError } from './command.ts';
import type { Option, Values } from './command.ts';

/** The option of commands that take VPCs which are network namespaces. */
export const vpcNamespaceOptions = {
  'vpc-namespaces': {
    value: 'VPC=NAME,…',
    summary:
      'VPCs that are network namespaces, each by the name that ip netns has for its own; the others are on loopback addresses',
    default: '',
  },
} as const satisfies Readonly<Record<string, Option>>;

/** The names of namespaces by VPC id, made ready for a VPC. */
export async function vpcNamespacesIn(values: Values): Promise<ReadonlyMap<string, string>> {
  const pairs = values
    .text('vpc-namespaces')
    .split(',')
    .filter((pair) => pair !== '');
  const names = pairs.map((pair) => {
    const [, vpcId, name] = /^(vpc-[0-9a-f]+)=([^/=]+)$/.exec(pair) ?? [];
    if (vpcId === undefined || name === undefined) {
      throw new UserError(`--vpc-namespaces: "${pair}" is not VPC=NAME, such as vpc-0123456789abcdef0=blue.`);
    }
    return [vpcId, name] as const;
  });
  for (const [, name] of names) await prepare('--vpc-namespaces', name);
  return new Map(names);
}

/** The option of commands that run pods in a VPC. */
export const vpcNamespaceOption = {
  'vpc-namespace': {
    value: 'NAME',
    summary:
      'the network namespace that the VPC is, by the name that ip netns has for it: pods have their addresses there',
  },
} as const satisfies Readonly<Record<string, Option>>;

/** The name of the namespace, made ready for a VPC, if the VPC is one. */
export async function vpcNamespaceIn(values: Values): Promise<string | undefined> {
  const name = values.optional('vpc-namespace');
  if (name !== undefined) await prepare('--vpc-namespace', name);
  return name;
}

async function prepare(option: string, name: string): Promise<void> {
  if (!existsSync(namespaceFile(name))) {
    throw new UserError(
      `${option}: there is no network namespace ${name}; \`ip netns list\` shows those there are, \`ip netns add ${name}\` makes it.`,
    );
  }
  try {
    await prepareVpc(name);
  } catch (error) {
    if (!(error instanceof NetworkCommandFailed)) throw error;
    throw new UserError(
      `${option}: ${name} cannot be the network of a VPC (${error.message}); it takes root.`,
    );
  }
}

/** Where pods have their addresses. */
export interface PodRanges {
  readonly podCidr: string;
  /** Of IPv6, if they have such besides. */
  readonly podCidr6?: string;
}

/** As one text. */
export function podRanges({ podCidr, podCidr6 }: PodRanges): string {
  return podCidr6 === undefined ? podCidr : `${podCidr},${podCidr6}`;
}

/** Reads `CIDR` or `CIDR,CIDR`, of which the second is of IPv6: that takes a namespace, and a machine with IPv6. */
export async function podRangesIn(text: string, vpcNamespace: string | undefined): Promise<PodRanges> {
  const [podCidr = '', podCidr6] = text.split(',');
  if (podCidr6 === undefined) return { podCidr };
  if (vpcNamespace === undefined) {
    throw new UserError('--pod-cidr: pods have addresses of IPv6 only in a namespace; see --vpc-namespace.');
  }
  const obstacle = await ipv6Obstacle(vpcNamespace);
  if (obstacle !== undefined) {
    throw new UserError(`--pod-cidr: pods cannot have addresses of ${podCidr6}. ${obstacle}`);
  }
  return { podCidr, podCidr6 };
}

/** Ranges of addresses in a VPC that is a namespace: the same in each. */
export const rangesInside = { podCidr: '10.64.0.0/16', serviceCidr: '10.96.0.0/16' } as const;

/** That of IPv6, for pods of a VPC that has both families. */
export const podCidr6Inside = 'fd00:10:64::/64';
