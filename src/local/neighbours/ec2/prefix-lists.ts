import type { RegionState } from '../../state/state.ts';
import { textIn } from '../input.ts';
import { declined } from '../neighbour.ts';
import type { Operation } from '../neighbour.ts';
import { described } from './filters.ts';

interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly addressFamily: 'IPv4' | 'IPv6';
  readonly entries: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** The two of Lattice: link-local addresses of services and, for resources, the public ranges that the user guide names. */
function prefixListsOf({ region }: RegionState): readonly PrefixList[] {
  return [
    {
      id: 'pl-0721453c7ac4ec009',
      name: `com.amazonaws.${region}.vpc-lattice`,
      addressFamily: 'IPv4',
      entries: ['169.254.171.0/24', '129.224.0.0/17'],
      tags: {},
    },
    {
      id: 'pl-0721453c7ac4ec00a',
      name: `com.amazonaws.${region}.ipv6.vpc-lattice`,
      addressFamily: 'IPv6',
      entries: ['fd00:ec2:80::/64'],
      tags: {},
    },
  ];
}

export const describePrefixLists: Operation = (input, { region }) =>
  described(prefixListsOf(region.state()), input, {
    name: 'prefixListSet',
    say: ({ id, name, addressFamily }) => ({
      prefixListId: id,
      addressFamily,
      state: 'create-complete',
      prefixListArn: `arn:${region.state().partition}:ec2:${region.name}:aws:prefix-list/${id}`,
      prefixListName: name,
      ownerId: 'AWS',
      tagSet: [],
    }),
    facts: ({ id, name }) => ({
      'prefix-list-id': [id],
      'prefix-list-name': [name],
      'owner-id': ['AWS'],
    }),
    ids: { member: 'PrefixListId', of: ({ id }) => id, missing: 'InvalidPrefixListID.NotFound' },
  });

export const getPrefixListEntries: Operation = (input, { region }) => {
  const id = textIn(input, 'PrefixListId') ?? '';
  const found = prefixListsOf(region.state()).find((each) => each.id === id);
  return found === undefined
    ? declined('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`)
    : { entrySet: found.entries.map((cidr) => ({ cidr })) };
};
