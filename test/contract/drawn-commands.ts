import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Command, CommandName } from '../../src/local/state/command.ts';
import type { Listener } from '../../src/local/state/listener-resources.ts';
import type { RegionState, Resource, Service } from '../../src/local/state/state.ts';
import { everything } from './region-invariants.ts';

/** One command to be, and the time before it. */
export interface Draw {
  readonly kind: number;
  readonly picks: readonly number[];
  /** Milliseconds before the command. */
  readonly wait: number;
}

/** Up to two hundred commands. */
export const draws = fc.array(
  fc.record({
    kind: fc.nat(1_000),
    picks: fc.array(fc.nat(1_000), { minLength: 6, maxLength: 6 }),
    wait: fc.constantFrom(0, 0, 5, 25, 60, 200),
  }),
  { minLength: 1, maxLength: 200, size: 'max' },
);

/** Names an existing thing as often as it can, so that most commands get past the first check. */
export function commandFor({ kind, picks }: Draw, state: RegionState, account: string): Command {
  const ours = <T extends Resource>(table: ReadonlyMap<string, T>): readonly T[] =>
    [...table.values()].filter((each) => each.account === account);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = picks;
  const network =
    (b % 5 === 0 ? pick(state.serviceNetworks.values(), c)?.arn : pick(ours(state.serviceNetworks), b)?.id) ??
    'sn-none';
  const service: Service | undefined = pick(ours(state.services), c);
  const listener: Listener | undefined = pick(service?.listeners.values() ?? [], d);
  const rules = [...(listener?.rules.values() ?? [])];
  const rule = pick(rules, e)?.id ?? listener?.defaultRule.id ?? 'rule-none';
  const group = pick(ours(state.targetGroups), e);
  const groupId = group?.id ?? 'tg-none';
  const target = { id: `10.0.0.${f % 6}` };
  const name = `name-${b % 3}`;
  const serviceIdentifier = service?.id ?? 'svc-none';
  const listenerIdentifier = listener?.id ?? 'listener-none';
  const at = { serviceIdentifier, listenerIdentifier };
  const other = pick(ours(state.targetGroups), f)?.id ?? groupId;
  const action =
    f % 4 === 0
      ? { fixedResponse: { statusCode: 404 } }
      : {
          forward: {
            targetGroups: [
              { targetGroupIdentifier: groupId, weight: 1 },
              { targetGroupIdentifier: other, weight: 2 },
            ],
          },
        };
  const anything = everything(state);
  const resourceArn = pick(anything, f)?.arn ?? 'arn:aws:vpc-lattice:us-west-2:111111111111:service/svc-none';
  const association = pick(state.serviceAssociations.values(), d)?.id ?? 'snsa-none';
  const vpcAssociation = pick(state.vpcAssociations.values(), d)?.id ?? 'snva-none';
  const priority = (d % 4) + 1;
  const match = { httpMatch: { method: 'GET' } };
  const commands: readonly Command[] = [
    as('CreateServiceNetwork', { name }),
    as('UpdateServiceNetwork', { serviceNetworkIdentifier: network, authType: 'AWS_IAM' }),
    as('DeleteServiceNetwork', { serviceNetworkIdentifier: network }),
    as('CreateServiceNetworkVpcAssociation', {
      serviceNetworkIdentifier: network,
      vpcIdentifier: `vpc-${f % 3}`,
    }),
    as('UpdateServiceNetworkVpcAssociation', {
      serviceNetworkVpcAssociationIdentifier: vpcAssociation,
      securityGroupIds: ['sg-1'],
    }),
    as('DeleteServiceNetworkVpcAssociation', { serviceNetworkVpcAssociationIdentifier: vpcAssociation }),
    as('CreateService', { name, clientToken: `token-${e % 3}` }),
    as('CreateService', { name, customDomainName: `domain-${f % 2}` }),
    as('UpdateService', { serviceIdentifier, idleTimeoutSeconds: 60 + (f % 2) }),
    as('DeleteService', { serviceIdentifier }),
    as('CreateServiceNetworkServiceAssociation', { serviceNetworkIdentifier: network, serviceIdentifier }),
    as('DeleteServiceNetworkServiceAssociation', { serviceNetworkServiceAssociationIdentifier: association }),
    as('CreateListener', {
      serviceIdentifier,
      name,
      protocol: 'HTTP',
      port: 80 + (f % 3),
      defaultAction: action,
    }),
    as('UpdateListener', { ...at, defaultAction: action }),
    as('DeleteListener', at),
    as('CreateRule', { ...at, name, priority, match, action }),
    as('CreateRule', { ...at, name: `rule-name-${f % 5}`, priority, match, action }),
    as('UpdateRule', { ...at, ruleIdentifier: rule, priority, action }),
    as('BatchUpdateRule', {
      ...at,
      rules: rules.map((each, index) => ({ ruleIdentifier: each.id, priority: ((index * d + f) % 4) + 1 })),
    }),
    as('DeleteRule', { ...at, ruleIdentifier: rule }),
    as('CreateTargetGroup', {
      name,
      type: 'IP',
      config: { protocol: 'HTTP', vpcIdentifier: 'vpc-1', port: 80 },
    }),
    as('UpdateTargetGroup', { targetGroupIdentifier: groupId, healthCheck: { enabled: f % 2 === 0 } }),
    as('DeleteTargetGroup', { targetGroupIdentifier: groupId }),
    as('RegisterTargets', { targetGroupIdentifier: groupId, targets: [target, { id: '10.0.0.9' }] }),
    as('DeregisterTargets', { targetGroupIdentifier: groupId, targets: [target] }),
    ...resourceCommands(state, account, picks),
    ...neighbourCommands(state, account, picks),
    as('TagResource', { resourceArn, tags: { key: name } }),
    as('UntagResource', { resourceArn, tagKeys: ['key'] }),
    as('SetQuotas', { of: 'caller', values: {} }),
    as('ObserveTargetHealth', {
      targetGroupId: groupId,
      verdicts: [{ ...target, port: 80, status: f % 2 === 0 ? 'HEALTHY' : 'UNHEALTHY' }],
    }),
  ];
  const chosen = commands[kind % commands.length];
  assert.ok(chosen !== undefined);
  const instead = commands.filter(({ op }) => /Rule$|^RegisterTargets$/.test(op) && !op.startsWith('Delete'));
  const spared = chosen.op.startsWith('Delete') && a % 3 !== 0;
  return spared ? (instead[Math.floor(kind / 7) % instead.length] ?? chosen) : chosen;
}

/** Those about resources of VPCs. */
function resourceCommands(state: RegionState, account: string, picks: readonly number[]): readonly Command[] {
  const ours = <T extends Resource>(table: ReadonlyMap<string, T>): readonly T[] =>
    [...table.values()].filter((each) => each.account === account);
  const [, b = 0, c = 0, d = 0, e = 0, f = 0] = picks;
  const name = `name-${b % 3}`;
  const gateway = pick(ours(state.resourceGateways), c)?.id ?? 'rgw-none';
  const resources = ours(state.resourceConfigurations);
  const resource = pick(resources, d)?.id ?? 'rcfg-none';
  const group = pick(
    resources.filter(({ setup }) => setup.type === 'GROUP'),
    e,
  );
  const network = pick(ours(state.serviceNetworks), f)?.id ?? 'sn-none';
  const verification = pick(ours(state.domainVerifications), e);
  const resourceConfigurationDefinition = { ipResource: { ipAddress: '10.0.0.1' } };
  const verified =
    verification === undefined || f % 2 === 0
      ? {}
      : { customDomainName: 'a.shop.test', domainVerificationIdentifier: verification.id };
  return [
    as('CreateResourceGateway', { name, vpcIdentifier: 'vpc-1', subnetIds: ['subnet-1'] }),
    as('UpdateResourceGateway', { resourceGatewayIdentifier: gateway, securityGroupIds: [] }),
    as('DeleteResourceGateway', { resourceGatewayIdentifier: gateway }),
    as('CreateResourceConfiguration', {
      name,
      type: 'SINGLE',
      resourceGatewayIdentifier: gateway,
      resourceConfigurationDefinition,
      ...verified,
    }),
    as('CreateResourceConfiguration', { name, type: 'GROUP', resourceGatewayIdentifier: gateway }),
    as('CreateResourceConfiguration', {
      name: `child-${f % 4}`,
      type: 'CHILD',
      resourceConfigurationGroupIdentifier: group?.id ?? resource,
      resourceConfigurationDefinition,
    }),
    as('UpdateResourceConfiguration', { resourceConfigurationIdentifier: resource, portRanges: ['80'] }),
    as('DeleteResourceConfiguration', { resourceConfigurationIdentifier: resource }),
    as('CreateServiceNetworkResourceAssociation', {
      serviceNetworkIdentifier: network,
      resourceConfigurationIdentifier: resource,
    }),
    as('DeleteServiceNetworkResourceAssociation', {
      serviceNetworkResourceAssociationIdentifier: pick(state.resourceAssociations.keys(), e) ?? 'snra-none',
    }),
    as('CreateVpcEndpoint', { vpcId: 'vpc-2', serviceNetworkIdentifier: network }),
    as('CreateVpcEndpoint', { vpcId: 'vpc-2', resourceConfigurationIdentifier: resource }),
    as('DeleteVpcEndpoint', { vpcEndpointId: pick(state.networkEndpoints.keys(), e) ?? 'vpce-none' }),
    as('DeleteResourceEndpointAssociation', {
      resourceEndpointAssociationIdentifier: pick(state.endpointAssociations.keys(), e) ?? 'rea-none',
    }),
    as('StartDomainVerification', { domainName: f % 2 === 0 ? 'shop.test' : 'other.test' }),
    as('DeleteDomainVerification', { domainVerificationIdentifier: verification?.id ?? 'dv-none' }),
    as('CreateAccessLogSubscription', {
      resourceIdentifier: pick([network, resource, pick(ours(state.services), c)?.id ?? 'svc-none'], d) ?? '',
      destinationArn: 'arn:aws:s3:::logs',
    }),
    as('UpdateAccessLogSubscription', {
      accessLogSubscriptionIdentifier: pick(state.accessLogSubscriptions.keys(), e) ?? 'als-none',
      destinationArn: `arn:aws:s3:::logs/${f}`,
    }),
    as('DeleteAccessLogSubscription', {
      accessLogSubscriptionIdentifier: pick(state.accessLogSubscriptions.keys(), e) ?? 'als-none',
    }),
    as('PutAuthPolicy', { resourceIdentifier: network, policy: policyOf('vpc-lattice-svcs:*') }),
    as('PutResourcePolicy', {
      resourceArn:
        pick(ours(state.serviceNetworks), f)?.arn ?? 'arn:aws:vpc-lattice:::servicenetwork/sn-none',
      policy: policyOf('vpc-lattice:*'),
    }),
    as('DeleteResourcePolicy', {
      resourceArn:
        pick(ours(state.serviceNetworks), f)?.arn ?? 'arn:aws:vpc-lattice:::servicenetwork/sn-none',
    }),
    as('DeleteAuthPolicy', { resourceIdentifier: network }),
    as('PublishTxtRecord', {
      name: verification?.txtRecord.name ?? 'none.test',
      values: f % 3 === 0 ? [] : [verification?.txtRecord.value ?? ''],
    }),
  ];
}

/** Those of the services beside Lattice. */
function neighbourCommands(
  state: RegionState,
  account: string,
  picks: readonly number[],
): readonly Command[] {
  const ours = <T extends Resource>(table: ReadonlyMap<string, T>): readonly T[] =>
    [...table.values()].filter((each) => each.account === account);
  const [, b = 0, c = 0, d = 0, e = 0, f = 0] = picks;
  const certificate = pick(ours(state.certificates), c)?.arn ?? 'arn:none';
  const share = pick(ours(state.resourceShares), d);
  const resource = pick([...ours(state.serviceNetworks), ...ours(state.services)], e)?.arn ?? 'arn:none';
  const other = `${(f % 3) + 1}`.repeat(12);
  const invited = [...state.resourceShares.values()].flatMap(({ principals }) =>
    [...principals.values()].filter((each) => each.account === account),
  );
  const arn = share?.arn ?? 'arn:none';
  const vpcId = pick(ours(state.vpcs), c)?.id ?? 'vpc-none';
  const ranges = [...ours(state.vpcs)].flatMap(({ ipv6 }) => ipv6?.associationId ?? []);
  const tags = { key: `name-${b % 3}` };
  const domainName = `d${b % 3}.example.com`;
  const inVpcs = [...ours(state.vpcs), ...ours(state.subnets), ...ours(state.securityGroups)];
  const tagged = [pick(inVpcs, d)?.id ?? `vpc-00000${account}`, `i-0123456${f % 2}`].slice(0, 1 + (c % 2));
  const parts = {
    certificate: '',
    privateKey: '',
    notBefore: 0,
    notAfter: 0,
    serial: '',
    subject: '',
    issuer: '',
  };
  return [
    as('RequestCertificate', {
      domainName,
      otherNames: [],
      validationMethod: 'DNS',
      keyAlgorithm: 'RSA_2048',
      tags,
      clientToken: `token-${e % 3}`,
    }),
    as('ImportCertificate', {
      names: [domainName],
      keyAlgorithm: 'RSA_2048',
      tags: {},
      parts,
      ...(f % 2 === 0 ? {} : { arn: certificate }),
    }),
    as('DeleteCertificate', { arn: certificate }),
    as('CreateResourceShare', {
      name: 'share',
      allowExternalPrincipals: f % 4 !== 0,
      resourceArns: e % 2 === 0 ? [] : [resource],
      principals: f % 4 === 0 ? [] : [other],
      tags,
    }),
    as('UpdateResourceShare', { arn, allowExternalPrincipals: f % 2 === 0 }),
    as('AssociateResourceShare', { arn, resourceArns: [resource], principals: f % 2 === 0 ? [] : [other] }),
    as('DisassociateResourceShare', {
      arn,
      resourceArns: [...(share?.resources.keys() ?? [])].slice(0, 1),
      principals: [...(share?.principals.keys() ?? [])].slice(0, f % 2),
    }),
    as('DeleteResourceShare', { arn }),
    as('AnswerInvitation', {
      arn: pick(invited, e)?.invitation.arn ?? 'arn:none',
      answer: f % 3 === 0 ? 'REJECTED' : 'ACCEPTED',
    }),
    as('CreateVpc', { cidrBlock: '10.0.0.0/16', tags, ...(f % 2 === 0 ? {} : { ipv6: { from: 'amazon' } }) }),
    as('HaveVpc', {
      id: ours(state.vpcs)[e % 3]?.id ?? `vpc-1${String(state.nextSequence).padStart(16, '0')}`,
      cidrBlock: f % 2 === 0 ? '10.0.0.0/16' : '10.1.0.0/16',
      tags,
      ...(e % 3 === 0 ? { cidrBlock6: 'fd00:10:64::/64' } : {}),
    }),
    as('CreateSubnet', { vpcId, cidrBlock: '10.0.1.0/24', availabilityZone: 'us-west-2a', tags }),
    as('AssociateIpv6Range', {
      id: vpcId,
      ipv6: e % 2 === 0 ? { from: 'amazon' } : { from: 'vpc', cidrBlock: '2001:db8::/64' },
    }),
    as('DisassociateIpv6Range', {
      associationId: pick(ranges, e) ?? 'vpc-cidr-assoc-none',
    }),
    as('CreateSecurityGroup', { vpcId, name: `name-${b % 3}`, description: 'drawn', tags }),
    as('AuthorizeIngress', {
      groupId: pick(inVpcs, d)?.id ?? 'sg-none',
      rules: [
        {
          protocol: 'tcp',
          fromPort: 80,
          toPort: 80 + (b % 2),
          source: { kind: 'cidr', value: '10.0.0.0/8' },
        },
      ],
    }),
    as('RevokeIngress', {
      groupId: pick(inVpcs, d)?.id ?? 'sg-none',
      rules: [{ protocol: 'tcp', fromPort: 80, toPort: 80, source: { kind: 'cidr', value: '10.0.0.0/8' } }],
      ids: [],
    }),
    as('CreateEc2Tags', { ids: tagged, tags: { [`tag-${b % 3}`]: `${e % 2}` } }),
    as('DeleteEc2Tags', {
      ids: tagged,
      tags: f % 2 === 0 ? [] : [{ key: `tag-${b % 3}`, value: `${e % 2}` }],
    }),
    as('DeleteVpcResource', { id: pick(inVpcs, d)?.id ?? 'vpc-none' }),
  ];
}

function policyOf(action: string): string {
  return JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: action, Resource: '*' }],
  });
}

function pick<T>(from: Iterable<T>, at: number): T | undefined {
  const list = [...from];
  return list[at % Math.max(1, list.length)];
}

function as<N extends CommandName>(op: N, input: Command<N>['input']): Command<N> {
  return { op, input };
}
