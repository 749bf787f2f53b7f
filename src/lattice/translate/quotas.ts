/** What the account may have, as far as translation has to know. Whoever has had AWS raise a quota says so in the settings. */
export interface Quotas {
  readonly listenersPerService: number;
  readonly rulesPerListener: number;
  readonly targetGroupsPerService: number;
}

/**
 * Default Service Quotas of VPC Lattice, per account and Region; all adjustable. Source: "Quotas for Amazon VPC Lattice"
 * in the AWS user guide. They are not in the service model, hence this table. Limits of the API are in limits.gen.ts.
 */
export const defaultQuotas: Quotas = {
  listenersPerService: 2,
  rulesPerListener: 10,
  targetGroupsPerService: 10,
};

/** What Service Quotas calls each. */
export const quotaCodes: ReadonlyMap<string, keyof Quotas> = new Map([
  ['L-D64E952E', 'listenersPerService'],
  ['L-CF78395E', 'rulesPerListener'],
  ['L-3DEC3B9F', 'targetGroupsPerService'],
]);
