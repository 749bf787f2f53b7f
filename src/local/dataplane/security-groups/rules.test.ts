import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { account, latticeWorld, standingClock } from '../../../../test/contract/world.ts';
import type { SecurityGroupRule } from '../../state/neighbour-resources.ts';
import type { Command, CommandName, Results } from '../../state/command.ts';
import { securityGroupRules } from './rules.ts';

const vpcId = 'vpc-0123456789abcdef0';

function scene(rules: readonly Omit<SecurityGroupRule, 'id'>[], dualStack: readonly string[] = []) {
  const { region } = latticeWorld(standingClock(), { latency: 'none' });
  const done = <N extends CommandName>(command: Command<N>): Results[N] => {
    const answer = region.dispatch(command, { account });
    assert.ok(!('refused' in answer), JSON.stringify(answer));
    return answer.result;
  };
  const owner = done({ op: 'CreateVpc', input: { cidrBlock: '10.64.0.0/16', tags: {} } });
  const group = done({
    op: 'CreateSecurityGroup',
    input: { vpcId: owner.id, name: 'clients', description: 'clients', tags: {} },
  });
  if (rules.length > 0) done({ op: 'AuthorizeIngress', input: { groupId: group.id, rules } });
  const network = done({ op: 'CreateServiceNetwork', input: { name: 'network' } });
  return {
    group: group.id,
    rulesWith: (...securityGroupIds: readonly string[]): string | undefined => {
      const association = done({
        op: 'CreateServiceNetworkVpcAssociation',
        input: { serviceNetworkIdentifier: network.id, vpcIdentifier: vpcId, securityGroupIds },
      });
      const view = {
        namespaces: new Map([[vpcId, '/run/netns/a']]),
        dualStack: new Set(dualStack),
        addresses: new Map([[association.id, '169.254.171.1']]),
        resourceAddresses: new Map(),
      };
      const text = securityGroupRules(region.state(), view).get(vpcId);
      return text?.replaceAll(/sgr?-[0-9a-f]+/g, 'id');
    },
  };
}

const tcp = { protocol: 'tcp', fromPort: 80, toPort: 81 };

suite('security groups as rules of nft', () => {
  test('what is not let in is dropped', () => {
    const { rulesWith, group } = scene([
      { ...tcp, source: { kind: 'cidr', value: '10.64.0.0/16' } },
      { protocol: '-1', fromPort: -1, toPort: -1, source: { kind: 'group', value: 'sg-1' } },
      { ...tcp, protocol: 'udp', source: { kind: 'cidr', value: '0.0.0.0/0' } },
      { ...tcp, source: { kind: 'cidr6', value: '::/0' } },
      { ...tcp, source: { kind: 'prefixList', value: 'pl-1' } },
    ]);
    assert.equal(
      rulesWith(group),
      `table ip trellis_security_groups
delete table ip trellis_security_groups
table ip trellis_security_groups {
  chain input {
    type filter hook input priority filter
    ct state established accept
    ip daddr { 169.254.171.1 } ip saddr 10.64.0.0/16 tcp dport 80-81 accept comment "id id"
    ip daddr { 169.254.171.1 } accept comment "id id"
    ip daddr { 169.254.171.1 } drop
  }
}
`,
    );
  });

  test('where there is IPv6 its packets are judged by rules for its ranges', () => {
    const rules = [
      { ...tcp, source: { kind: 'cidr', value: '10.64.0.0/16' } },
      { ...tcp, source: { kind: 'cidr6', value: 'fd00:10:64::/64' } },
      { ...tcp, source: { kind: 'group', value: 'sg-1' } },
    ] as const;
    const { rulesWith, group } = scene(rules, [vpcId]);
    assert.equal(
      rulesWith(group)?.replace(/^.*(?=table ip6 trellis_security_groups\ndelete)/s, ''),
      `table ip6 trellis_security_groups
delete table ip6 trellis_security_groups
table ip6 trellis_security_groups {
  chain input {
    type filter hook input priority filter
    ct state established accept
    ip6 daddr { fd00:ec2:80::a9fe:ab01 } ip6 saddr fd00:10:64::/64 tcp dport 80-81 accept comment "id id"
    ip6 daddr { fd00:ec2:80::a9fe:ab01 } tcp dport 80-81 accept comment "id id"
    ip6 daddr { fd00:ec2:80::a9fe:ab01 } drop
  }
}
`,
    );
  });

  test('a group without rules lets nobody in', () => {
    const { rulesWith, group } = scene([]);
    assert.doesNotMatch(rulesWith(group) ?? '', /169.* accept/);
  });

  test('no groups, and one that nobody made here, let everybody in', () => {
    assert.equal(scene([]).rulesWith(), undefined);
    const { rulesWith, group } = scene([]);
    assert.equal(rulesWith(group, 'sg-0123456789abcdef0'), undefined);
  });
});
