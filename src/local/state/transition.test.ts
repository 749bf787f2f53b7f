import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import type { Command, CommandName, Context } from './command.ts';
import { nextDue, settle } from './lifecycle.ts';
import { quotas } from './quotas.ts';
import type { Listener, RegionState, Resource, Service, Settings } from './state.ts';
import { emptyRegion, transition } from './transition.ts';
import { groupsUsedBy } from './usage.ts';

/** Small enough to be reached: three rules per listener, four targets per group. */
const settings: Settings = {
  latency: 'short',
  healthChecks: 'observed',
  quotas: new Map(
    ['1', '2'].map((digit) => [
      digit.repeat(12),
      new Map([
        [quotas.rulesPerListener.code, 3],
        [quotas.targetsPerTargetGroup.code, 4],
        [quotas.targetGroupsPerService.code, 2],
      ]),
    ]),
  ),
};

interface Draw {
  readonly kind: number;
  readonly picks: readonly number[];
  /** Milliseconds before the command. */
  readonly wait: number;
}

const draws = fc.array(
  fc.record({
    kind: fc.nat(1_000),
    picks: fc.array(fc.nat(1_000), { minLength: 6, maxLength: 6 }),
    wait: fc.constantFrom(0, 0, 5, 25, 60, 200),
  }),
  { minLength: 1, maxLength: 200, size: 'max' },
);

suite('whatever is asked of a region, and whenever', () => {
  test('the commands drawn here are of every kind, and each kind is both accepted and refused', () => {
    const seen = new Map<string, Set<boolean>>();
    const look = ({ op, accepted, before, state }: Moment): void => {
      seen.set(op, (seen.get(op) ?? new Set()).add(accepted && state !== before));
    };
    fc.assert(
      fc.property(draws, (all) => void run(all, look)),
      { numRuns: 250, seed: 1 },
    );
    assert.deepEqual(
      [...seen].filter(([, each]) => !each.has(true)),
      [],
    );
    assert.equal(seen.size, 48);
  });

  test('every reference leads somewhere, names and priorities are unique, what is in use stays, quotas hold', () => {
    fc.assert(
      fc.property(draws, (all) => {
        run(all, ({ state }) => {
          assert.deepEqual(complaints(state), []);
        });
      }),
      { numRuns: 150 },
    );
  });

  test('what is gone never comes back, and nothing changes a state that somebody holds', () => {
    fc.assert(
      fc.property(draws, (all) => {
        const gone = new Set<string>();
        run(all, ({ before, beforeText, state }) => {
          assert.equal(text(before), beforeText);
          const ids = new Set(everything(state).map(({ id }) => id));
          for (const { id } of everything(before)) if (!ids.has(id)) gone.add(id);
          assert.deepEqual(
            [...gone].filter((id) => ids.has(id)),
            [],
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  test('the same commands at the same times give the same state, and with time it becomes quiet', () => {
    fc.assert(
      fc.property(draws, (all) => {
        const one = run(all, () => undefined);
        const other = run(all, () => undefined);
        assert.equal(text(one.state), text(other.state));
        const patience = 73 * 60 * 60 * 1_000;
        const quiet = settle(one.state, one.now + patience);
        assert.equal(nextDue(quiet), undefined);
        const moving = everything(quiet).filter(
          (each) => 'status' in each && String(each.status).endsWith('IN_PROGRESS'),
        );
        assert.deepEqual(moving, []);
        assert.equal(settle(quiet, one.now + 2 * patience), quiet);
      }),
      { numRuns: 60 },
    );
  });
});

interface Moment {
  readonly op: CommandName;
  readonly accepted: boolean;
  readonly before: RegionState;
  readonly beforeText: string;
  readonly state: RegionState;
}

function run(
  all: readonly Draw[],
  look: (moment: Moment) => void,
): { readonly state: RegionState; readonly now: number } {
  let state = emptyRegion('us-west-2', settings);
  let now = 1_000_000;
  for (const [index, draw] of all.entries()) {
    now += draw.wait;
    const before = state;
    const beforeText = text(before);
    state = settle(state, now);
    const [a = 0] = draw.picks;
    const account = (a % 8 === 0 ? '2' : '1').repeat(12);
    const context: Context = { now, account, ids: [id(2 * index), id(2 * index + 1)] };
    const command = commandFor(draw, state, account);
    const answer = transition(state, command, context);
    if (!('refused' in answer)) state = answer.state;
    look({ op: command.op, accepted: !('refused' in answer), before, beforeText, state });
  }
  return { state, now };
}

/** Names an existing thing as often as it can, so that most commands get past the first check. */
function commandFor({ kind, picks }: Draw, state: RegionState, account: string): Command {
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

/** What is wrong with a state, in words. */
function complaints(state: RegionState): readonly string[] {
  const wrong: string[] = [];
  const check = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };
  const unique = (values: readonly unknown[], what: string): void =>
    check(new Set(values).size === values.length, `${what} are not unique: ${values.join(', ')}`);
  const services = [...state.services.values()];
  const groups = [...state.targetGroups.values()];
  const resources = [...state.resourceConfigurations.values()];
  for (const { id, resourceGatewayId, setup, domainVerificationId } of resources) {
    check(state.resourceGateways.has(resourceGatewayId), `${id}: no gateway`);
    const group = setup.type === 'CHILD' ? state.resourceConfigurations.get(setup.groupId) : undefined;
    check(setup.type !== 'CHILD' || group?.setup.type === 'GROUP', `${id}: no group`);
    const isVerified =
      domainVerificationId === undefined || state.domainVerifications.has(domainVerificationId);
    check(isVerified, `${id}: no verification`);
  }
  for (const each of state.resourceAssociations.values()) {
    check(state.serviceNetworks.has(each.serviceNetworkId), `${each.id}: no network`);
    check(state.resourceConfigurations.has(each.resourceConfigurationId), `${each.id}: no resource`);
  }
  for (const each of state.endpointAssociations.values()) {
    check(state.resourceConfigurations.has(each.resourceConfigurationId), `${each.id}: no resource`);
  }
  for (const { id, resourceId } of state.accessLogSubscriptions.values()) {
    const logged = [state.serviceNetworks, state.services, state.resourceConfigurations];
    check(
      logged.some((table) => table.has(resourceId)),
      `${id}: ${resourceId} is gone`,
    );
  }
  for (const { id, serviceNetworkId } of state.networkEndpoints.values()) {
    check(state.serviceNetworks.has(serviceNetworkId), `${id}: no network`);
  }
  for (const { id, status } of state.domainVerifications.values()) {
    check((status === 'PENDING') === state.due.has(id), `${id}: ${status}`);
  }

  unique(
    [...state.resourceAssociations.values()].map(
      (each) => each.serviceNetworkId + each.resourceConfigurationId,
    ),
    'associated resources',
  );
  for (const table of [state.resourceGateways, state.resourceConfigurations]) {
    unique(
      [...table.values()].map(({ account, name }) => account + name),
      'names of gateways or resources',
    );
  }
  unique(
    everything(state).map(({ id }) => id),
    'ids',
  );
  unique(
    [...state.serviceNetworks.values()].map(({ account, name }) => account + name),
    'names of networks',
  );
  unique(
    services.map(({ account, name }) => account + name),
    'names of services',
  );
  unique(
    groups.map(({ account, name }) => account + name),
    'names of target groups',
  );
  unique(
    [...state.vpcAssociations.values()].map(({ vpcId }) => vpcId),
    'associated VPCs',
  );
  unique(
    [...state.serviceAssociations.values()].map((each) => each.serviceId + each.serviceNetworkId),
    'associated pairs',
  );
  for (const { id, serviceNetworkId, serviceId } of state.serviceAssociations.values()) {
    check(state.serviceNetworks.has(serviceNetworkId), `${id}: no network`);
    check(state.services.get(serviceId)?.status === 'ACTIVE', `${id}: no active service`);
  }
  for (const { id, serviceNetworkId } of state.vpcAssociations.values()) {
    check(state.serviceNetworks.has(serviceNetworkId), `${id}: no network`);
  }
  for (const service of services) {
    const listeners = [...service.listeners.values()];
    const limits = state.settings.quotas.get(service.account);
    check(listeners.length <= 2, `${service.id}: too many listeners`);
    check(
      groupsUsedBy(service).size <= (limits?.get(quotas.targetGroupsPerService.code) ?? 0),
      `${service.id}: too many target groups`,
    );
    unique(
      listeners.map(({ port }) => port),
      'ports',
    );
    unique(
      listeners.map(({ name }) => name),
      'names of listeners',
    );
    for (const id of groupsUsedBy(service)) {
      const group = state.targetGroups.get(id);
      check(group?.status === 'ACTIVE', `${service.id}: target group ${id} is ${group?.status}`);
      check(group?.usedBy.includes(service.id) === true, `${id}: does not know ${service.id}`);
    }
    for (const { rules } of listeners) {
      check(rules.size <= (limits?.get(quotas.rulesPerListener.code) ?? 0), `${service.id}: too many rules`);
      unique(
        [...rules.values()].map(({ priority }) => priority),
        'priorities',
      );
      unique(
        [...rules.values()].map(({ name }) => name),
        'names of rules',
      );
    }
  }
  for (const group of groups) {
    const { id, usedBy, targets } = group;
    check(usedBy.length <= 1, `${id}: used by ${usedBy.length}`);
    for (const user of usedBy) {
      const service = state.services.get(user);
      check(service !== undefined && groupsUsedBy(service).has(id), `${id}: not used by ${user}`);
    }
    const alive = [...targets.values()].filter(({ status }) => status !== 'DRAINING');
    check(alive.length <= 4, `${id}: too many targets`);
    for (const target of alive) {
      check((target.status === 'UNUSED') === (usedBy.length === 0), `${id}: ${target.id} ${target.status}`);
    }
    for (const [key, { status }] of targets) {
      check((status === 'DRAINING') === state.due.has(`${id}/${key}`), `${id}: ${key} is ${status}`);
    }
    check(group.status !== 'DELETE_IN_PROGRESS' || targets.size === 0, `${id}: going with targets`);
  }
  for (const resource of everything(state)) {
    const status = 'status' in resource ? String(resource.status) : '';
    const moving = status.endsWith('IN_PROGRESS') || status === 'PENDING';
    check(moving === state.due.has(resource.id), `${resource.id}: moving ${moving}`);
  }
  return wrong;
}

function everything(state: RegionState): readonly Resource[] {
  const services = [...state.services.values()];
  const listeners = services.flatMap((service) => [...service.listeners.values()]);
  return [
    ...state.serviceNetworks.values(),
    ...state.vpcAssociations.values(),
    ...services,
    ...state.serviceAssociations.values(),
    ...listeners,
    ...listeners.flatMap(({ defaultRule, rules }) => [defaultRule, ...rules.values()]),
    ...state.targetGroups.values(),
    ...state.resourceGateways.values(),
    ...state.resourceConfigurations.values(),
    ...state.resourceAssociations.values(),
    ...state.endpointAssociations.values(),
    ...state.domainVerifications.values(),
    ...state.accessLogSubscriptions.values(),
  ];
}

function text(state: RegionState): string {
  return JSON.stringify(state, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

function id(number: number): string {
  return number.toString(16).padStart(17, '0');
}
