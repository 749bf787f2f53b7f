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
export function knownNamespace(option: string, name: string): string {
  if (existsSync(namespaceFile(name))) return name;
  throw new UserError(
    `${option}: there is no network namespace ${name}; \`ip netns list\` shows those there are.`,
  );
}
