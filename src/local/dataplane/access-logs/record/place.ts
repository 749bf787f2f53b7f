import type { Action, Listener } from '../../../state/listener-resources.ts';
import type {
  AccessLogSubscription,
  RegionState,
  Service,
  ServiceNetwork,
  Table,
} from '../../../state/state.ts';
import type { LogOrigin } from '../../xds/access-log.ts';
import { reachOf } from '../../xds/reach.ts';
import type { Way } from '../../xds/reach.ts';

/** What a call was for and came through, as far as the region knows. */
export interface Place {
  readonly association: Way;
  readonly network: ServiceNetwork;
  /** Absent when the call was for no service of the network. */
  readonly found?: Found;
}

export interface Found {
  readonly service: Service;
  readonly listener: Listener;
  /** Of the rule that decided. */
  readonly action: Action;
}

/** Rules by id, the default ones too. */
export type RulesById = ReadonlyMap<string, Found>;

export function rulesById(services: Table<Service>): RulesById {
  const rules = new Map<string, Found>();
  for (const service of services.values()) {
    for (const listener of service.listeners.values()) {
      for (const { id, action } of [...listener.rules.values(), listener.defaultRule]) {
        rules.set(id, { service, listener, action });
      }
    }
  }
  return rules;
}

export interface Whereabouts {
  readonly state: RegionState;
  /** Of the state. */
  readonly rules: RulesById;
}

/** Undefined when the association or the network has gone meanwhile. */
export function placeOf(
  { associationId, port, host }: LogOrigin,
  ruleId: string,
  { state, rules }: Whereabouts,
): Place | undefined {
  const association: Way | undefined =
    state.vpcAssociations.get(associationId) ?? state.networkEndpoints.get(associationId);
  const network = state.serviceNetworks.get(association?.serviceNetworkId ?? '');
  if (association === undefined || network === undefined) return undefined;
  const found = host === undefined ? rules.get(ruleId) : passedThrough(state, { associationId, port, host });
  return { association, network, ...(found === undefined ? {} : { found }) };
}

/** The subscriptions that want to know of a call: those of the network, then those of the service. */
export function subscriptionsTo(
  { accessLogSubscriptions }: RegionState,
  { network, found }: Place,
): readonly AccessLogSubscription[] {
  const wants = ({ resourceId, logType }: AccessLogSubscription): boolean =>
    logType !== 'RESOURCE' && (resourceId === network.id || resourceId === found?.service.id);
  return [...accessLogSubscriptions.values()].filter(wants);
}

function passedThrough(
  state: RegionState,
  { associationId, port, host }: Required<LogOrigin>,
): Found | undefined {
  const reach = reachOf(state).find(({ way }) => way.id === associationId);
  const reachable = reach?.reachable.find(
    ({ service, listener }) =>
      listener.protocol === 'TLS_PASSTHROUGH' &&
      listener.port === port &&
      service.customDomainName?.toLowerCase() === host,
  );
  return reachable === undefined
    ? undefined
    : { ...reachable, action: reachable.listener.defaultRule.action };
}
