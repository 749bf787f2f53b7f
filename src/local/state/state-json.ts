import { isRecord } from '../contract/validate.ts';
import type { RegionState } from './state.ts';
import { isTable } from './table.ts';

/** Changes with the shape of the state, so that no program reads what another one meant otherwise. */
const format = 'trellis-lattice-state/1';

/** A region's state as JSON can hold it: tables are lists of pairs under `table`. */
export function stateJson(state: RegionState): unknown {
  return { format, state: plain(state) };
}

/** The state in such JSON, or why there is none. */
export function readState(json: unknown): RegionState | string {
  if (!isRecord(json) || json['format'] !== format) {
    return `This is no state of a local VPC Lattice of this version (${format}).`;
  }
  const state = completed(revived(json['state']));
  const wrong = problemWith(state);
  return wrong === undefined && isState(state) ? state : `The state is damaged: ${wrong}.`;
}

/** Of the tables that came later, an older state has none. */
function completed(state: unknown): unknown {
  if (!isRecord(state)) return state;
  const missing = laterTables.filter((name) => state[name] === undefined);
  return missing.length === 0
    ? state
    : { ...state, ...Object.fromEntries(missing.map((name) => [name, new Map()])) };
}

function plain(value: unknown): unknown {
  if (isTable(value)) return { table: [...value].map(([key, each]) => [key, plain(each)]) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/** Tags may have the key `table` too, but never a list for its value. */
function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (!isRecord(value)) return value;
  const { table } = value;
  if (Array.isArray(table)) {
    return new Map(
      table.map((pair) => (Array.isArray(pair) ? [pair[0], revived(pair[1])] : [pair, undefined])),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, revived(each)]));
}

/** Those that a state of an earlier version may lack. */
const laterTables = [
  'certificates',
  'resourceShares',
  'vpcs',
  'subnets',
  'securityGroups',
  'instances',
] as const satisfies readonly (keyof RegionState)[];

const tables = [
  'serviceNetworks',
  'vpcAssociations',
  'services',
  'serviceAssociations',
  'targetGroups',
  'resourceGateways',
  'resourceConfigurations',
  'resourceAssociations',
  'networkEndpoints',
  'endpointAssociations',
  'domainVerifications',
  'accessLogSubscriptions',
  'txtRecords',
  'due',
  ...laterTables,
] as const satisfies readonly (keyof RegionState)[];

/** Whoever writes such a file by hand learns of the first mistake in its outline; members of resources are not checked. */
function problemWith(state: unknown): string | undefined {
  if (!isRecord(state)) return 'it is no object';
  if (typeof state['region'] !== 'string' || typeof state['partition'] !== 'string')
    return 'it has no region';
  if (typeof state['nextSequence'] !== 'number') return 'it has no nextSequence';
  if (!isRecord(state['settings']) || !(state['settings']['quotas'] instanceof Map))
    return 'it has no settings';
  if (!Array.isArray(state['troubles'])) return 'it has no troubles';
  const missing = tables.find((name) => !(state[name] instanceof Map));
  return missing === undefined ? undefined : `it has no ${missing}`;
}

function isState(state: unknown): state is RegionState {
  return problemWith(state) === undefined;
}
