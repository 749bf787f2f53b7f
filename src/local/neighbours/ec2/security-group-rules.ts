import type { SecurityGroupRule } from '../../state/neighbour-resources.ts';
import { isIpv6 } from '../../state/ip-address.ts';
import { securityGroupsOf } from '../../state/vpc.ts';
import { integerIn, recordsIn, textIn, textsIn } from '../input.ts';
import { declined } from '../neighbour.ts';
import type { Declined, Input, Operation } from '../neighbour.ts';
import { declinedBy } from '../refusals.ts';
import { described } from './filters.ts';

type Rule = Omit<SecurityGroupRule, 'id'>;
type Kind = Rule['source']['kind'];

/** How each sort of source is asked for, and how it is said: in a permission, and in a rule by itself. */
const sources = {
  cidr: { list: 'IpRanges', member: 'CidrIp', said: ['ipRanges', 'cidrIp'], alone: 'cidrIpv4' },
  cidr6: { list: 'Ipv6Ranges', member: 'CidrIpv6', said: ['ipv6Ranges', 'cidrIpv6'], alone: 'cidrIpv6' },
  group: { list: 'Groups', member: 'GroupId', said: ['groups', 'groupId'], alone: 'referencedGroupInfo' },
  prefixList: {
    list: 'PrefixListIds',
    member: 'PrefixListId',
    said: ['prefixListIds', 'prefixListId'],
    alone: 'prefixListId',
  },
} as const satisfies Readonly<Record<Kind, object>>;

const kinds = ['cidr', 'cidr6', 'group', 'prefixList'] as const satisfies readonly Kind[];

/** Only what comes in is kept: nothing here looks at what goes out. */
export const authorizeIngress: Operation = (input, { dispatch, account }) => {
  const rules = rulesIn(input);
  if ('declined' in rules) return rules;
  const groupId = textIn(input, 'GroupId') ?? '';
  const answer = dispatch({ op: 'AuthorizeIngress', input: { groupId, rules } });
  if ('refused' in answer) return declinedBy(answer.refused);
  return {
    return: true,
    securityGroupRuleSet: answer.result.map((rule) => ruleWords(rule, groupId, account)),
  };
};

export const revokeIngress: Operation = (input, { dispatch }) => {
  const ids = textsIn(input, 'SecurityGroupRuleId');
  const rules = ids.length > 0 ? [] : rulesIn(input);
  if ('declined' in rules) return rules;
  const groupId = textIn(input, 'GroupId') ?? '';
  const answer = dispatch({ op: 'RevokeIngress', input: { groupId, rules, ids } });
  return 'refused' in answer ? declinedBy(answer.refused) : { return: true };
};

export const describeRules: Operation = (input, { region, account }) => {
  const all = securityGroupsOf(region.state(), account).flatMap(({ id: groupId, ingress = [] }) =>
    ingress.map((rule) => ({ ...rule, groupId, tags: {} })),
  );
  return described(all, input, {
    name: 'securityGroupRuleSet',
    say: (rule) => ruleWords(rule, rule.groupId, account),
    facts: ({ id, groupId }) => ({ 'group-id': [groupId], 'security-group-rule-id': [id] }),
    ids: {
      member: 'SecurityGroupRuleId',
      of: ({ id }) => id,
      missing: 'InvalidSecurityGroupRuleId.NotFound',
    },
  });
};

/** The permissions of a group: rules for the same ports are one. */
export function permissionWords(rules: readonly SecurityGroupRule[], account: string): readonly object[] {
  const byPorts = new Map<string, SecurityGroupRule[]>();
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    const known = byPorts.get(key);
    if (known === undefined) byPorts.set(key, [rule]);
    else known.push(rule);
  }
  return [...byPorts.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const lists = kinds.map((kind) => {
      const [list, member] = sources[kind].said;
      const those = same.filter(({ source }) => source.kind === kind);
      return [
        list,
        those.map(({ source, description }) => ({
          [member]: source.value,
          ...(kind === 'group' ? { userId: account } : {}),
          ...(description === undefined ? {} : { description }),
        })),
      ] as const;
    });
    return [{ ipProtocol: first.protocol, ...portWords(first), ...Object.fromEntries(lists) }];
  });
}

function ruleWords(rule: SecurityGroupRule, groupId: string, account: string): object {
  const { id, protocol, source, description } = rule;
  const { kind, value } = source;
  return {
    securityGroupRuleId: id,
    groupId,
    groupOwnerId: account,
    isEgress: false,
    ipProtocol: protocol,
    fromPort: rule.fromPort,
    toPort: rule.toPort,
    [sources[kind].alone]: kind === 'group' ? { groupId: value, userId: account } : value,
    ...(description === undefined ? {} : { description }),
    tagSet: [],
  };
}

function portWords({ protocol, fromPort, toPort }: Rule): object {
  return protocol === '-1' ? {} : { fromPort, toPort };
}

/** From `IpPermissions`, or from the members by which one rule can be said. */
function rulesIn(input: Input): readonly Rule[] | Declined {
  const permissions = recordsIn(input, 'IpPermissions');
  const rules: Rule[] = [];
  for (const permission of permissions.length > 0 ? permissions : [shortPermission(input)]) {
    const protocol = protocolIn(permission);
    const fromPort = protocol === '-1' ? -1 : integerIn(permission, 'FromPort');
    const toPort = protocol === '-1' ? -1 : integerIn(permission, 'ToPort');
    if (fromPort === undefined || toPort === undefined || fromPort > toPort) {
      return declined(
        'InvalidParameterValue',
        `Invalid value for portRange. Must specify both from and to ports with ${protocol}.`,
      );
    }
    for (const kind of kinds) {
      const { list, member } = sources[kind];
      for (const each of recordsIn(permission, list)) {
        const value = textIn(each, member) ?? '';
        if (!isWellFormed[kind](value)) {
          return declined('InvalidParameterValue', `Invalid value '${value}' for ${member}.`);
        }
        const description = textIn(each, 'Description');
        const source = { kind, value };
        rules.push({
          protocol,
          fromPort,
          toPort,
          source,
          ...(description === undefined ? {} : { description }),
        });
      }
    }
  }
  return rules.length > 0
    ? rules
    : declined('MissingParameter', 'Either ipPermissions or a source of traffic must be specified.');
}

function shortPermission(input: Input): Input {
  const cidr = textIn(input, 'CidrIp');
  const group = textIn(input, 'SourceSecurityGroupId') ?? textIn(input, 'SourceSecurityGroupName');
  return {
    ...input,
    ...(cidr === undefined ? {} : { IpRanges: [{ CidrIp: cidr }] }),
    ...(group === undefined ? {} : { Groups: [{ GroupId: group }] }),
  };
}

/** By name where there is one. */
function protocolIn(permission: Input): string {
  const given = (textIn(permission, 'IpProtocol') ?? '-1').toLowerCase();
  return { all: '-1', '1': 'icmp', '6': 'tcp', '17': 'udp' }[given] ?? given;
}

const isWellFormed: Readonly<Record<Kind, (value: string) => boolean>> = {
  cidr: (value) => /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!\/)|(?=\/))){4}\/(?:3[0-2]|[12]?\d)$/.test(value),
  cidr6: isIpv6Range,
  group: (value) => /^sg-[0-9a-f]+$/.test(value),
  prefixList: (value) => /^pl-[0-9a-f]+$/.test(value),
};

function isIpv6Range(value: string): boolean {
  const [, address = '', bits = ''] = /^([^/]*)\/(\d{1,3})$/.exec(value) ?? [];
  return isIpv6(address) && Number(bits) <= 128;
}
