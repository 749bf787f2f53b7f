import type { Organization, Principal } from '../credential.ts';
import type { RequestHead } from '../signature/request-head.ts';

/** One request as policies see it. */
export interface Access {
  readonly principal: Principal;
  /** Further keys of the caller's session. */
  readonly session?: Readonly<Record<string, readonly string[]>>;
  readonly service: GuardedService;
  /** The service network through which the request came. */
  readonly networkArn?: string;
  readonly source: Source;
  /** Of the listener. */
  readonly port: number;
  readonly isSecure: boolean;
  readonly now: number;
  /** Of an API, when the request is a call of one; then the resource stands in the place of the service. */
  readonly action?: string;
  /** Absent where Lattice sees no HTTP: then the action is Connect and the resource the service itself. */
  readonly head?: RequestHead;
}

export interface GuardedService {
  readonly arn: string;
  readonly account: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly organization?: Organization;
}

export interface Source {
  readonly address: string;
  readonly vpc?: string;
  readonly vpcOwner?: string;
}

/** A call of an API as policies see it: the resource stands where a service of the data plane would. */
export function accessByApi(call: ApiAccess): Access {
  const { resource, ...rest } = call;
  return { ...rest, service: resource, source: { address: '127.0.0.1' }, port: 443, isSecure: false };
}

export interface ApiAccess extends Pick<Access, 'session' | 'now'> {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: GuardedService;
}

export function actionOf({ action, head }: Access): string {
  if (action !== undefined) return action;
  return head === undefined ? 'vpc-lattice-svcs:Connect' : 'vpc-lattice-svcs:Invoke';
}

/** The service and the path as it stood on the wire; never the query. */
export function resourceOf({ service, head }: Access): string {
  return head === undefined ? service.arn : service.arn + head.path;
}
