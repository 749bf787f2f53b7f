import type { Refused, ResourceType } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import type { RegionState, Resource, Table } from './state.ts';
import { countValues, withEntry } from './table.ts';

export interface Quota {
  readonly code: string;
  readonly name: string;
  readonly default: number;
}

/** Service Quotas of VPC Lattice by the user guide's page on quotas. */
export const quotas = {
  serviceNetworks: { code: 'L-9CAD07FB', name: 'Service networks per Region', default: 50 },
  services: { code: 'L-620C821E', name: 'Services per Region', default: 2_000 },
  targetGroups: { code: 'L-BB11C6B9', name: 'Target groups per Region', default: 500 },
  listenersPerService: { code: 'L-D64E952E', name: 'Listeners per service', default: 2 },
  rulesPerListener: { code: 'L-CF78395E', name: 'Rules per listener', default: 10 },
  targetGroupsPerService: { code: 'L-3DEC3B9F', name: 'Target groups per service', default: 10 },
  targetsPerTargetGroup: { code: 'L-D71303F3', name: 'Targets per target group', default: 1_000 },
  servicesPerNetwork: { code: 'L-75D4A19E', name: 'Service associations per service network', default: 500 },
  vpcsPerNetwork: { code: 'L-EF6E2D62', name: 'VPC associations per service network', default: 500 },
  resourceConfigurationsPerNetwork: {
    code: 'L-6095700C',
    name: 'Resource configurations per service network',
    default: 500,
  },
  endpointsPerNetwork: {
    code: 'L-89DEA27F',
    name: 'VPC endpoints of type service network per service network',
    default: 200,
  },
  resourceConfigurations: { code: 'L-5FF8F9B9', name: 'Resource configurations per Region', default: 2_000 },
  childrenPerGroup: { code: 'L-9BC96FEF', name: 'Child resource configurations per group', default: 60 },
  resourceGatewaysPerVpc: { code: 'L-0DCA4434', name: 'Resource gateways per VPC', default: 500 },
  domainVerifications: { code: 'L-73D0F278', name: 'Domain verifications per Region', default: 5 },
} as const satisfies Readonly<Record<string, Quota>>;

/** Stands for the accounts that have no quota of their own. */
const everybody = '*';

/** For operators: AWS changes quotas through another service. */
export const setQuotas: Transition<'SetQuotas'> = (state, { of, values }, { account }) => {
  const owner = of === 'everybody' ? everybody : account;
  const before = state.settings.quotas.get(owner) ?? new Map<string, number>();
  const after = new Map([...before, ...Object.entries(values)]);
  const settings = { ...state.settings, quotas: withEntry(state.settings.quotas, owner, after) };
  return { state: { ...state, settings }, result: undefined };
};

export type QuotaName = keyof typeof quotas;

/** What an account would have, and of what. */
export interface Usage {
  readonly quota: QuotaName;
  /** Whose quota it is. */
  readonly account: string;
  /** How many there would be; of a table, one more than the account has in it. */
  readonly wanted: number | Table<Resource>;
  readonly resourceType: ResourceType;
  readonly resourceId?: string;
}

/** The refusal when `wanted` is more than the account may have. */
export function overQuota(state: RegionState, usage: Usage): Refused | undefined {
  const { code, name } = quotas[usage.quota];
  const limit = quotaOf(state, usage.account, quotas[usage.quota]);
  if (
    typeof usage.wanted === 'number' ? usage.wanted <= limit : hasRoom(usage.wanted, usage.account, limit)
  ) {
    return undefined;
  }
  const { resourceType, resourceId } = usage;
  return {
    refused: {
      code: 'quotaExceeded',
      message: `You have reached the limit of ${limit} for "${name}" (${code}) in account ${usage.account}.`,
      resourceType,
      quotaCode: code,
      ...(resourceId === undefined ? {} : { resourceId }),
    },
  };
}

/** What an account may have. */
export function quotaOf(
  { settings }: RegionState,
  account: string,
  { code, default: standard }: Pick<Quota, 'code' | 'default'>,
): number {
  return settings.quotas.get(account)?.get(code) ?? settings.quotas.get(everybody)?.get(code) ?? standard;
}

/** Whether an account may have one more in a table. It is counted only where the limit is near. */
function hasRoom(table: Table<Resource>, account: string, limit: number): boolean {
  return table.size < limit || countValues(table, (each) => each.account === account) < limit;
}
