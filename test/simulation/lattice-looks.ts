import type { Model } from '../../src/lattice/model/model.ts';
import type { Action as WantedAction, Resource, ResourceType } from '../../src/lattice/model/resource.ts';
import { matchKey } from '../../src/lattice/model/keys.ts';
import type { Action } from '../../src/local/state/listener-resources.ts';
import type { RegionState } from '../../src/local/state/state.ts';

/** A world without ids, so that what is wanted and what is there can be compared. */
export interface Looks {
  readonly networks: readonly string[];
  readonly vpcs: readonly string[];
  readonly services: Readonly<Record<string, ServiceLooks>>;
  /** Members by the name of their group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

export interface ServiceLooks {
  readonly networks: readonly string[];
  /** `port protocol`, and the rules in the order in which they win. */
  readonly listeners: Readonly<Record<string, readonly string[]>>;
}

export function looksOfState(state: RegionState): Looks {
  const networkName = (id: string): string => state.serviceNetworks.get(id)?.name ?? id;
  const groupName = (id: string): string => state.targetGroups.get(id)?.name ?? id;
  return {
    networks: [...state.serviceNetworks.values()].map(({ name }) => name).toSorted(),
    vpcs: [...state.vpcAssociations.values()]
      .map(({ vpcId, serviceNetworkId, status }) => `${vpcId} ${networkName(serviceNetworkId)} ${status}`)
      .toSorted(),
    services: Object.fromEntries(
      [...state.services.values()].map((service) => [
        service.name,
        {
          networks: [...state.serviceAssociations.values()]
            .filter(({ serviceId }) => serviceId === service.id)
            .map(({ serviceNetworkId, status }) => `${networkName(serviceNetworkId)} ${status}`)
            .toSorted(),
          listeners: Object.fromEntries(
            [...service.listeners.values()].map(({ port, protocol, rules }) => [
              `${port} ${protocol}`,
              [...rules.values()]
                .toSorted((a, b) => a.priority - b.priority)
                .map(({ match, action }) => `${matchKey(match)} ${foundAction(action, groupName)}`),
            ]),
          ),
        },
      ]),
    ),
    groups: Object.fromEntries(
      [...state.targetGroups.values()].map(({ name, targets }) => [
        name,
        [...targets.values()]
          .filter(({ status }) => status !== 'DRAINING')
          .map(({ id, port }) => `${id}:${port}`)
          .toSorted(),
      ]),
    ),
  };
}

function foundAction(action: Action, groupName: (id: string) => string): string {
  return action.kind === 'fixedResponse'
    ? String(action.statusCode)
    : action.targetGroups
        .map(({ targetGroupId, weight }) => `${groupName(targetGroupId)}*${weight}`)
        .toSorted()
        .join();
}

export function looksOfModel(model: Model): Looks {
  const resources = [...model.entries.values()].flatMap((entry) =>
    entry.state === 'wanted' ? [entry.resource] : [],
  );
  const of = <Type extends ResourceType>(type: Type) =>
    resources.filter((resource): resource is Extract<Resource, { type: Type }> => resource.type === type);
  const nameOf = (key: string): string => {
    const resource = resources.find((other) => other.key === key);
    return resource !== undefined && 'name' in resource.spec ? resource.spec.name : key;
  };
  return {
    networks: of('serviceNetwork')
      .map(({ spec }) => spec.name)
      .toSorted(),
    vpcs: of('vpcAssociation')
      .map(({ spec }) => `${spec.vpcId} ${nameOf(spec.network.ref)} ACTIVE`)
      .toSorted(),
    services: Object.fromEntries(
      of('service').map(({ key, spec }) => [
        spec.name,
        {
          networks: of('serviceAssociation')
            .filter((association) => association.spec.service.ref === key)
            .map((association) => `${nameOf(association.spec.network.ref)} ACTIVE`)
            .toSorted(),
          listeners: Object.fromEntries(
            of('listener')
              .filter((listener) => listener.spec.service.ref === key)
              .map((listener) => [
                `${listener.spec.port} ${listener.spec.protocol}`,
                of('rule')
                  .filter((rule) => rule.spec.listener.ref === listener.key)
                  .toSorted((a, b) => a.spec.priority - b.spec.priority)
                  .map((rule) => `${matchKey(rule.spec.match)} ${wantedAction(rule.spec.action, nameOf)}`),
              ]),
          ),
        },
      ]),
    ),
    groups: Object.fromEntries(
      of('targetGroup').map(({ key, spec }) => [
        spec.name,
        of('targets')
          .filter((targets) => targets.spec.group.ref === key)
          .flatMap((targets) => targets.spec.targets.map(({ id, port }) => `${id}:${port}`))
          .toSorted(),
      ]),
    ),
  };
}

function wantedAction(action: WantedAction, nameOf: (key: string) => string): string {
  return action.kind === 'fixedResponse'
    ? String(action.statusCode)
    : action.groups
        .map(({ group, weight }) => `${nameOf(group.ref)}*${weight}`)
        .toSorted()
        .join();
}
