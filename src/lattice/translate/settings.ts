import type { Identity } from '../model/ownership.ts';
import type { Tags } from '../model/resource.ts';
import type { Quotas } from './quotas.ts';

/** What the operator has decided, as far as translation needs it. */
export interface Settings {
  readonly identity: Identity;
  /** The service network that we create, if need be, and associate with our VPC. Never deleted. */
  readonly defaultServiceNetwork?: string;
  /** Every gateway stands for the default network, whatever its name. */
  readonly serviceNetworkOverride: boolean;
  /** On everything we create, beside what objects ask for. */
  readonly additionalTags: Tags;
  readonly quotas: Quotas;
  /** What comes of it is told and never carried out: nothing waits for what would be written to objects first. */
  readonly onlyToRead?: boolean;
}
