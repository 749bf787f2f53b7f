import type { HttpMatch, ListenerProtocol, Tags } from '../model/resource.ts';

/** What is known of Lattice around one request, as its API says it. */
export interface Facts {
  /** Those that answer to the host of the request. */
  readonly services: readonly ServiceFact[];
  /** Of those services with networks. */
  readonly associations: readonly AssociationFact[];
  /** Those of the associations, by id. */
  readonly networks: ReadonlyMap<string, NetworkFact>;
  /** Those that the rules forward to, by id. One that is not here was not looked at, or is gone. */
  readonly groups: ReadonlyMap<string, GroupFact>;
}

/** What could not be read for want of a permission. */
export interface Unreadable {
  /** `vpc-lattice:ListListeners`. */
  readonly needs: string;
}

export interface Guarded {
  /** `NONE` or `AWS_IAM`. */
  readonly authType: string;
  readonly policy?: string | Unreadable;
}

export interface ServiceFact extends Guarded {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly dnsName: string;
  readonly customDomainName?: string;
  readonly certificateArn?: string;
  readonly tags: Tags;
  readonly listeners: readonly ListenerFact[] | Unreadable;
}

export interface ListenerFact {
  readonly id: string;
  readonly name: string;
  readonly protocol: ListenerProtocol;
  readonly port: number;
  /** Absent of listeners on other ports than that of the request. */
  readonly routing?: Routing | Unreadable;
}

export interface Routing {
  readonly defaultAction: ActionFact;
  /** In any order. */
  readonly rules: readonly RuleFact[];
}

export interface RuleFact {
  readonly id: string;
  readonly name: string;
  readonly priority: number;
  readonly match: HttpMatch;
  readonly action: ActionFact;
}

export type ActionFact =
  | { readonly kind: 'forward'; readonly groups: readonly { readonly id: string; readonly weight: number }[] }
  | { readonly kind: 'fixedResponse'; readonly statusCode: number };

export interface AssociationFact {
  readonly id: string;
  readonly status: string;
  readonly serviceId: string;
  readonly networkId: string;
}

export interface NetworkFact extends Guarded {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly vpcs: readonly VpcFact[];
}

/** How clients of a VPC come into a network: by its association, or by an endpoint there. */
export interface VpcFact {
  readonly vpcId: string;
  readonly owner: string;
  readonly status: string;
  readonly endpointId?: string;
}

export interface GroupFact {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly type: string;
  /** `HTTP1`, `HTTP2` or `GRPC`; absent of groups that speak no HTTP. */
  readonly protocolVersion?: string;
  readonly tags: Tags;
  readonly targets: readonly TargetFact[] | Unreadable;
}

export interface TargetFact {
  readonly id: string;
  readonly port?: number;
  readonly status: string;
  readonly reasonCode?: string;
}

export function isUnreadable(fact: object): fact is Unreadable {
  return 'needs' in fact;
}
