import type { Target, TargetGroupConfig } from '../../state/state.ts';

/** Where something listens on this machine. */
export interface LocalAddress {
  readonly address: string;
  /** Absent: the port that whoever calls it knows. */
  readonly port?: number;
}

/** What stands here for what AWS has elsewhere and Lattice only names. */
export interface StandIns {
  /** By instance id, by ARN of a load balancer or a database, or by DNS name in lower case. */
  readonly addresses: ReadonlyMap<string, LocalAddress>;
  /** The ARNs of functions, with or without a qualifier. */
  readonly functions: ReadonlySet<string>;
  /** The socket of what invokes them. */
  readonly invoker: string;
}

/** The ARN under which a function is in a table: one with a qualifier also stands behind the entry without one. */
export function listedFunction(arn: string, has: (arn: string) => boolean): string | undefined {
  if (has(arn)) return arn;
  const [unqualified] = /^(?:[^:]+:){6}[^:]+/.exec(arn) ?? [arn];
  return has(unqualified) ? unqualified : undefined;
}

/** Where a target of a group listens; undefined for a function, and for what nothing stands for. */
export function addressOf(
  { type }: TargetGroupConfig,
  { id, port }: Pick<Target, 'id' | 'port'>,
  { addresses }: Pick<StandIns, 'addresses'>,
): Required<LocalAddress> | undefined {
  if (port === undefined || type === 'LAMBDA') return undefined;
  if (type === 'IP') return { address: id, port };
  const local = addresses.get(id);
  return local === undefined ? undefined : { address: local.address, port: local.port ?? port };
}
