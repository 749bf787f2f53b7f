/**
 * Default Service Quotas of VPC Lattice, per account and Region; all adjustable. Source: "Quotas for Amazon VPC Lattice"
 * in the AWS user guide. They are not in the service model, hence this table. Limits of the API are in limits.gen.ts.
 */
export const quotas = {
  /** L-D64E952E */
  listenersPerService: 2,
  /** L-CF78395E */
  rulesPerListener: 10,
  /** L-3DEC3B9F */
  targetGroupsPerService: 10,
} as const;
