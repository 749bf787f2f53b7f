import { quotas } from '../../src/local/state/quotas.ts';
import type { RegionState, Resource } from '../../src/local/state/state.ts';
import { groupsUsedBy } from '../../src/local/state/usage.ts';

/** What is wrong with a state, in words. */
export function complaints(state: RegionState): readonly string[] {
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
  for (const { id, vpcId } of [...state.subnets.values(), ...state.securityGroups.values()]) {
    check(state.vpcs.has(vpcId) || vpcId.startsWith('vpc-00000'), `${id}: no VPC`);
  }
  for (const { id, account, status, resources, principals } of state.resourceShares.values()) {
    const members = [...resources.values(), ...principals.values()];
    check(
      status === 'ACTIVE' || members.every((each) => each.status === 'DISASSOCIATED'),
      `${id}: deleted and in force`,
    );
    for (const arn of resources.keys()) check(arn.includes(`:${account}:`), `${id}: shares ${arn}`);
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
    const moving = status.endsWith('IN_PROGRESS') || status.startsWith('PENDING');
    check(moving === state.due.has(resource.id), `${resource.id}: moving ${moving}`);
  }
  return wrong;
}

/** All resources of a region, in no order. */
export function everything(state: RegionState): readonly Resource[] {
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
    ...state.certificates.values(),
    ...state.resourceShares.values(),
    ...state.vpcs.values(),
    ...state.subnets.values(),
    ...state.securityGroups.values(),
    ...state.instances.values(),
  ];
}
