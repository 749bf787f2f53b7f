import { existsSync } from 'node:fs';
import { namespaceFile } from '../networks/namespaces.ts';
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

/** The names of namespaces by VPC id. */
export function vpcNamespacesIn(values: Values): ReadonlyMap<string, string> {
  const pairs = values
    .text('vpc-namespaces')
    .split(',')
    .filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [, vpcId, name] = /^(vpc-[0-9a-f]+)=([^/=]+)$/.exec(pair) ?? [];
      if (vpcId === undefined || name === undefined) {
        throw new UserError(
          `--vpc-namespaces: "${pair}" is not VPC=NAME, such as vpc-0123456789abcdef0=blue.`,
        );
      }
      return [vpcId, knownNamespace('--vpc-namespaces', name)] as const;
    }),
  );
}

/** The name of a namespace that is there. */
function knownNamespace(option: string, name: string): string {
  if (existsSync(namespaceFile(name))) return name;
  throw new UserError(
    `${option}: there is no network namespace ${name}; \`ip netns list\` shows those there are.`,
  );
}

/** The option of commands that run pods in a VPC. */
export const vpcNamespaceOption = {
  'vpc-namespace': {
    value: 'NAME',
    summary:
      'the network namespace that the VPC is, by the name that ip netns has for it: pods have their addresses there',
  },
} as const satisfies Readonly<Record<string, Option>>;

/** The name of the namespace, if the VPC is one. */
export function vpcNamespaceIn(values: Values): string | undefined {
  const name = values.optional('vpc-namespace');
  return name === undefined ? undefined : knownNamespace('--vpc-namespace', name);
}

/** Ranges of addresses in a VPC that is a namespace: the same in each. */
export const rangesInside = { podCidr: '10.64.0.0/16', serviceCidr: '10.96.0.0/16' } as const;
