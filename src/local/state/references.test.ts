import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { latticeWorld, standingClock } from '../../../test/contract/world.ts';
import type { Refusal } from '../contract/refusal.ts';
import type { Command, CommandName, Results } from './command.ts';

const account = '111111111111';
const groupIn = (vpcIdentifier: string, name = 'group') =>
  ({
    op: 'CreateTargetGroup',
    input: { name, type: 'IP', config: { protocol: 'HTTP', vpcIdentifier } },
  }) as const;

suite('references to what other services have', () => {
  test('may be made up, unless they are strict', () => {
    const { tells } = world(false);
    assert.equal(tells(groupIn('vpc-0123456789abcdef0')), undefined);
    assert.match(
      world(true).tells(groupIn('vpc-0123456789abcdef0')) ?? '',
      /VPC vpc-0123456789abcdef0 not found/,
    );
  });

  test('may be to the default VPC, and to one of the own account that was made', () => {
    const { tells, done } = world(true);
    assert.equal(tells(groupIn(`vpc-00000${account}`)), undefined);
    const vpc = done({ op: 'CreateVpc', input: { cidrBlock: '10.0.0.0/16', tags: {} } });
    assert.equal(tells(groupIn(vpc.id, 'other')), undefined);
    assert.match(tells(groupIn(vpc.id, 'third'), '222222222222') ?? '', /not found/);
  });

  test('have to be within one VPC', () => {
    const { tells, done } = world(true);
    const network = done({ op: 'CreateServiceNetwork', input: { name: 'net' } });
    const vpc = done({ op: 'CreateVpc', input: { cidrBlock: '10.0.0.0/16', tags: {} } });
    const associate = (securityGroup: string) =>
      tells({
        op: 'CreateServiceNetworkVpcAssociation',
        input: {
          serviceNetworkIdentifier: network.id,
          vpcIdentifier: vpc.id,
          securityGroupIds: [securityGroup],
        },
      });
    assert.match(
      associate(`sg-00000${account}`) ?? '',
      /Security group sg-00000111111111111 is in VPC vpc-00000111111111111, not in/,
    );
    const group = done({
      op: 'CreateSecurityGroup',
      input: { vpcId: vpc.id, name: 'web', description: 'web', tags: {} },
    });
    assert.equal(associate(group.id), undefined);
    const gateway = (subnetId: string) =>
      tells({
        op: 'CreateResourceGateway',
        input: { name: 'gate', vpcIdentifier: vpc.id, subnetIds: [subnetId] },
      });
    assert.match(
      gateway(`subnet-0000a${account}`) ?? '',
      /Subnet subnet-0000a111111111111 is in VPC vpc-00000111111111111, not in/,
    );
  });

  test('have to be to a certificate that is issued, for the name', async () => {
    const { tells, done, clock } = world(true);
    const serviceWith = (certificateArn: string, customDomainName = 'shop.example.com') =>
      tells({ op: 'CreateService', input: { name: 'shop', customDomainName, certificateArn } });
    const unknown = 'arn:aws:acm:us-west-2:111111111111:certificate/12345678-1234-1234-1234-123456789012';
    assert.match(serviceWith(unknown) ?? '', /not found/);
    const { arn } = done({
      op: 'RequestCertificate',
      input: {
        domainName: 'example.com',
        otherNames: ['*.example.com'],
        validationMethod: 'DNS',
        keyAlgorithm: 'RSA_2048',
        tags: {},
      },
    });
    assert.match(serviceWith(arn) ?? '', /has the status PENDING_VALIDATION/);
    await clock.advance(100);
    assert.match(
      serviceWith(arn, 'a.shop.example.com') ?? '',
      /is for example.com, \*.example.com, not for a.shop/,
    );
    assert.equal(serviceWith(arn), undefined);
  });

  for (const [type, there, other] of [
    ['INSTANCE', 'i-0123456789abcdef0', 'i-11111111111111111'],
    [
      'ALB',
      `arn:aws:elasticloadbalancing:us-west-2:${account}:loadbalancer/app/shop/1`,
      `arn:aws:elasticloadbalancing:us-west-2:${account}:loadbalancer/app/other/1`,
    ],
    [
      'LAMBDA',
      `arn:aws:lambda:us-west-2:${account}:function:hello:live`,
      'arn:aws:lambda:us-west-2:222222222222:function:hello',
    ],
  ] as const) {
    test(`have to be to targets of type ${type} that exist in the account, each on its own`, async () => {
      const { done, clock } = world(true, [there.replace(':live', ''), other]);
      const config = { protocol: 'HTTP', port: 80, vpcIdentifier: `vpc-00000${account}` } as const;
      const group = (name: string) =>
        done({
          op: 'CreateTargetGroup',
          input: { name, type, ...(type === 'LAMBDA' ? {} : { config }) },
        }).id;
      const [one, two] = [group('one'), group('two')];
      await clock.advance(100);
      const registered = (targetGroupIdentifier: string, id: string) =>
        done({ op: 'RegisterTargets', input: { targetGroupIdentifier, targets: [{ id }] } });
      assert.equal(registered(one, there).unsuccessful.length, 0);
      const missing = type === 'LAMBDA' ? other : `${other.slice(0, -1)}9`;
      const [failure] = registered(two, missing).unsuccessful;
      assert.equal(failure?.failureCode, 'UnsupportedTarget');
      assert.match(failure.failureMessage, /does not exist in account|is of another account/);
    });
  }

  test('have to be to addresses of the VPC, or of this machine', async () => {
    const { done, clock } = world(true);
    const { id: targetGroupIdentifier } = done(groupIn(`vpc-00000${account}`));
    await clock.advance(100);
    const targets = ['172.31.4.5', '127.0.0.9', '10.0.0.1'].map((id) => ({ id, port: 80 }));
    const { unsuccessful } = done({ op: 'RegisterTargets', input: { targetGroupIdentifier, targets } });
    assert.deepEqual(
      unsuccessful.map(({ id, failureCode, failureMessage }) => [id, failureCode, failureMessage]),
      [
        [
          '10.0.0.1',
          'UnsupportedTarget',
          `10.0.0.1 is not in the range of VPC vpc-00000${account}, 172.31.0.0/16`,
        ],
      ],
    );
  });

  test('have to be to addresses of IPv6 that the VPC has, or of this machine', async () => {
    const { done, clock } = world(true);
    const ipv6 = { from: 'pool', cidrBlock: 'fd00:10:64::/56', pool: 'ipam-pool-1' } as const;
    const vpcs = [{}, { ipv6 }].map((more) =>
      done({ op: 'CreateVpc', input: { cidrBlock: '10.0.0.0/16', tags: {}, ...more } }),
    );
    const groups = vpcs.map(({ id: vpcIdentifier }, index) => {
      const config = { protocol: 'HTTP', port: 80, vpcIdentifier, ipAddressType: 'IPV6' } as const;
      return done({ op: 'CreateTargetGroup', input: { name: `group-${index}`, type: 'IP', config } });
    });
    await clock.advance(100);
    const targets = ['fd00:10:64:ff::5', 'fd00:10:65::5', '::1'].map((id) => ({ id, port: 80 }));
    const refused = groups.map(({ id: targetGroupIdentifier }) => {
      const { unsuccessful } = done({ op: 'RegisterTargets', input: { targetGroupIdentifier, targets } });
      return unsuccessful.map(({ id }) => id);
    });
    assert.deepEqual(refused, [['fd00:10:64:ff::5', 'fd00:10:65::5'], ['fd00:10:65::5']]);
  });

  test('have to be to destinations of logs that exist in the account', () => {
    const { refusal, done } = world(true, [
      'arn:aws:s3:::logs',
      `arn:aws:logs:us-west-2:${account}:log-group:/lattice:*`,
    ]);
    const { id } = done({ op: 'CreateServiceNetwork', input: { name: 'net' } });
    const subscribed = (destinationArn: string) => {
      const input = { resourceIdentifier: id, destinationArn };
      const refused = refusal({ op: 'CreateAccessLogSubscription', input });
      return refused?.code === 'notFound' ? refused.resourceType : refused?.code;
    };
    assert.equal(subscribed('arn:aws:s3:::other/prefix'), 'BUCKET');
    assert.equal(subscribed('arn:aws:s3:::logs/prefix'), undefined);
    assert.equal(subscribed(`arn:aws:logs:us-west-2:${account}:log-group:/other`), 'LOG_GROUP');
    assert.equal(subscribed('arn:aws:logs:us-west-2:222222222222:log-group:/lattice'), 'accessDenied');
    assert.equal(subscribed(`arn:aws:logs:us-west-2:${account}:log-group:/lattice`), undefined);
    assert.equal(subscribed(`arn:aws:firehose:us-west-2:${account}:deliverystream/logs`), 'DELIVERY_STREAM');
  });
});

function world(strictReferences: boolean, existing: readonly string[] = []) {
  const clock = standingClock();
  const { region } = latticeWorld(clock, { strictReferences, existing });
  const done = <N extends CommandName>(command: Command<N>): Results[N] => {
    const answer = region.dispatch(command, { account });
    if ('refused' in answer) assert.fail(answer.refused.message);
    return answer.result;
  };
  const refusal = <N extends CommandName>(command: Command<N>, as = account): Refusal | undefined => {
    const answer = region.dispatch(command, { account: as });
    return 'refused' in answer ? answer.refused : undefined;
  };
  /** What is said of a command that is refused. */
  const tells = <N extends CommandName>(command: Command<N>, as = account): string | undefined =>
    refusal(command, as)?.message;
  return { clock, done, refusal, tells };
}
