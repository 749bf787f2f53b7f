import type { SecurityGroup, SecurityGroupRule } from '../../state/neighbour-resources.ts';
import type { RegionState, VpcAssociation } from '../../state/state.ts';
import { securityGroupsOf } from '../../state/vpc.ts';
import { entrancesOf } from '../xds/entrance.ts';
import { besideIpv4 } from '../xds/lattice-address.ts';
import type { View } from '../xds/view.ts';

/**
 * What nft is told in each VPC that is a network namespace, by VPC id, so that the security groups of its association
 * decide who may connect to Lattice; who may not hears nothing. In place of all that was told before, at once. Open
 * connections stay. A VPC without such groups is not here.
 */
export function securityGroupRules(
  state: RegionState,
  view: Pick<View, 'namespaces' | 'dualStack' | 'addresses' | 'resourceAddresses'>,
): ReadonlyMap<string, string> {
  const rules = new Map<string, string>();
  if (view.namespaces.size === 0) return rules;
  const entrances = entrancesOf(state);
  for (const association of state.vpcAssociations.values()) {
    if (!view.namespaces.has(association.vpcId)) continue;
    const groups = groupsOf(state, association);
    const own = view.addresses.get(association.id);
    if (groups === undefined || own === undefined) continue;
    const ofResources = entrances
      .filter(({ key, vpcEndpointId }) => vpcEndpointId === undefined && key.startsWith(`${association.id}.`))
      .flatMap(({ key }) => view.resourceAddresses.get(key) ?? []);
    const addresses = [own, ...ofResources];
    const tables = familiesOf(view.dualStack.has(association.vpcId)).map((family) =>
      tableText(family, addresses, groups),
    );
    rules.set(association.vpcId, tables.join(''));
  }
  return rules;
}

/** What is told where no groups decide any more. */
export function noSecurityGroups(hasIpv6: boolean): string {
  return familiesOf(hasIpv6).map(withoutTable).join('');
}

/** A family of addresses in the words of nft, each with a table of its own. */
interface Family {
  readonly name: 'ip' | 'ip6';
  /** The ranges that it can compare with. */
  readonly ranges: SecurityGroupRule['source']['kind'];
  /** Lattice's address of the family, by that of IPv4. */
  readonly own: (address: string) => string;
}

const ipv4: Family = { name: 'ip', ranges: 'cidr', own: (address) => address };
const ipv6: Family = { name: 'ip6', ranges: 'cidr6', own: besideIpv4 };

/** A kernel without IPv6 takes no rules for it. */
function familiesOf(hasIpv6: boolean): readonly Family[] {
  return hasIpv6 ? [ipv4, ipv6] : [ipv4];
}

/** Undefined when all are let in: without groups, and with one that nobody has made here, of which nothing is known. */
function groupsOf(
  state: RegionState,
  { account, securityGroupIds }: VpcAssociation,
): readonly SecurityGroup[] | undefined {
  const known = securityGroupsOf(state, account);
  const groups = securityGroupIds.flatMap((id) => known.find((each) => each.id === id) ?? []);
  return groups.length === 0 || groups.length < securityGroupIds.length ? undefined : groups;
}

/** Removes what is there, and what is not. */
function withoutTable({ name }: Family): string {
  return `table ${name} trellis_security_groups
delete table ${name} trellis_security_groups
`;
}

function tableText(family: Family, addresses: readonly string[], groups: readonly SecurityGroup[]): string {
  const to = `${family.name} daddr { ${addresses.map(family.own).join(', ')} }`;
  const accepted = groups.flatMap(({ id, ingress = [] }) =>
    ingress.flatMap((rule) =>
      matchesOf(rule, family).map((match) => `    ${to} ${match}accept comment "${id} ${rule.id}"\n`),
    ),
  );
  return `${withoutTable(family)}table ${family.name} trellis_security_groups {
  chain input {
    type filter hook input priority filter
    ct state established accept
${accepted.join('')}    ${to} drop
  }
}
`;
}

/**
 * Of connections over TCP, since Lattice takes no others here. Pods are in no groups: a rule that names one lets in every
 * client in the VPC. One that names a prefix list lets in none: the lists there are hold Lattice itself.
 */
function matchesOf(
  { protocol, fromPort, toPort, source }: SecurityGroupRule,
  { name, ranges }: Family,
): readonly string[] {
  const ports = protocol === '-1' ? '' : protocol === 'tcp' ? `tcp dport ${fromPort}-${toPort} ` : undefined;
  if (ports === undefined) return [];
  switch (source.kind) {
    case 'cidr':
    case 'cidr6':
      return source.kind === ranges ? [`${name} saddr ${source.value} ${ports}`] : [];
    case 'group':
      return [ports];
    case 'prefixList':
      return [];
  }
}
