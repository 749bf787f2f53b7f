import type { AuthenticatedPrincipal } from '../auth/credential.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Inputs } from '../contract/types.gen.ts';
import type { Trouble } from './due.ts';
import type { NeighbourInputs, NeighbourResults } from './neighbour-command.ts';
import type { Listener, Rule, DefaultRule } from './listener-resources.ts';
import type {
  AccessLogSubscription,
  Tags,
  AuthPolicy,
  AuthType,
  LatencyProfile,
  Resource,
  ResourcePolicy,
  RegionState,
  Service,
  ServiceAssociation,
  ServiceNetwork,
  TargetGroup,
  VpcAssociation,
} from './state.ts';
import type {
  DomainVerification,
  EndpointAssociation,
  ResourceAssociation,
  ResourceConfiguration,
  ResourceGateway,
} from './vpc-resources.ts';

/** The operations of the API that change state, and what else does. */
export interface CommandInputs extends Pick<Inputs, ApiCommand>, OwnInputs {}

/** What the region's own parts, its neighbours and its operators tell it. */
interface OwnInputs extends NeighbourInputs {
  readonly ObserveTargetHealth: ObserveTargetHealth;
  readonly CreateVpcEndpoint: CreateVpcEndpoint;
  readonly DeleteVpcEndpoint: VpcEndpointResult;
  readonly PublishTxtRecord: PublishTxtRecord;
  readonly SetQuotas: SetQuotas;
  readonly SetLatency: SetLatency;
  readonly SetTroubles: SetTroubles;
}

type ApiCommand = Exclude<keyof Results, keyof OwnInputs>;

export type CommandName = keyof CommandInputs;

export interface Command<N extends CommandName = CommandName> {
  readonly op: N;
  readonly input: CommandInputs[N];
}

/** What a command gives, as it stands right after the change. Of a delete: what is going, or went. */
export interface Results extends NeighbourResults {
  readonly CreateServiceNetwork: ServiceNetwork;
  readonly UpdateServiceNetwork: ServiceNetwork;
  readonly DeleteServiceNetwork: ServiceNetwork;
  readonly CreateServiceNetworkVpcAssociation: VpcAssociation;
  readonly UpdateServiceNetworkVpcAssociation: VpcAssociation;
  readonly DeleteServiceNetworkVpcAssociation: VpcAssociation;
  readonly CreateService: Service;
  readonly UpdateService: Service;
  readonly DeleteService: Service;
  readonly CreateServiceNetworkServiceAssociation: ServiceAssociation;
  readonly DeleteServiceNetworkServiceAssociation: ServiceAssociation;
  readonly CreateListener: ListenerResult;
  readonly UpdateListener: ListenerResult;
  readonly DeleteListener: ListenerResult;
  readonly CreateRule: Rule;
  readonly UpdateRule: Rule;
  readonly BatchUpdateRule: RulesResult;
  readonly DeleteRule: Rule;
  readonly CreateTargetGroup: TargetGroup;
  readonly UpdateTargetGroup: TargetGroup;
  readonly DeleteTargetGroup: TargetGroup;
  readonly RegisterTargets: TargetsResult;
  readonly DeregisterTargets: TargetsResult;
  readonly CreateResourceGateway: ResourceGateway;
  readonly UpdateResourceGateway: ResourceGateway;
  readonly DeleteResourceGateway: ResourceGateway;
  readonly CreateResourceConfiguration: ResourceConfiguration;
  readonly UpdateResourceConfiguration: ResourceConfiguration;
  readonly DeleteResourceConfiguration: ResourceConfiguration;
  readonly CreateServiceNetworkResourceAssociation: ResourceAssociation;
  readonly DeleteServiceNetworkResourceAssociation: ResourceAssociation;
  readonly DeleteResourceEndpointAssociation: EndpointAssociation;
  readonly StartDomainVerification: DomainVerification;
  readonly DeleteDomainVerification: DomainVerification;
  readonly CreateAccessLogSubscription: AccessLogSubscription;
  readonly UpdateAccessLogSubscription: AccessLogSubscription;
  readonly DeleteAccessLogSubscription: AccessLogSubscription;
  readonly PutAuthPolicy: AuthPolicyResult;
  readonly DeleteAuthPolicy: AuthPolicyResult;
  readonly PutResourcePolicy: ResourcePolicy;
  readonly DeleteResourcePolicy: ResourcePolicy;
  readonly TagResource: Resource;
  readonly UntagResource: Resource;
  readonly ObserveTargetHealth: undefined;
  readonly CreateVpcEndpoint: VpcEndpointResult;
  readonly DeleteVpcEndpoint: VpcEndpointResult;
  readonly PublishTxtRecord: undefined;
  readonly SetQuotas: undefined;
  readonly SetLatency: undefined;
  readonly SetTroubles: undefined;
}

export interface ListenerResult {
  readonly service: Service;
  readonly listener: Listener;
}

/** A policy, and whether what it is attached to asks for one. */
export interface AuthPolicyResult {
  readonly policy: AuthPolicy;
  readonly authType: AuthType;
}

export interface RulesResult {
  readonly successful: readonly (Rule | DefaultRule)[];
  readonly unsuccessful: readonly RuleFailure[];
}

export interface RuleFailure {
  /** As the request named it. */
  readonly ruleIdentifier: string;
  readonly failureCode: string;
  readonly failureMessage: string;
}

export interface TargetsResult {
  readonly successful: readonly TargetName[];
  readonly unsuccessful: readonly TargetFailure[];
}

export interface TargetName {
  readonly id: string;
  readonly port?: number;
}

export interface TargetFailure extends TargetName {
  readonly failureCode: string;
  readonly failureMessage: string;
}

/** Verdicts of the health checks. One about a target that is not checked, or not there any more, changes nothing. */
export interface ObserveTargetHealth {
  readonly targetGroupId: string;
  readonly verdicts: readonly (TargetName & { readonly status: 'HEALTHY' | 'UNHEALTHY' })[];
}

/** An endpoint that EC2 makes in a VPC of the caller, to a service network or to one resource. */
export type CreateVpcEndpoint = {
  /** A new one when absent. */
  readonly vpcEndpointId?: string;
  readonly vpcId: string;
  readonly tags?: Tags;
} & (
  | { readonly serviceNetworkIdentifier: string }
  | {
      readonly resourceConfigurationIdentifier: string;
      /** Resource unless told. */
      readonly endpointType?: 'Resource' | 'Tunnel';
    }
);

export interface VpcEndpointResult {
  readonly vpcEndpointId: string;
}

/** All texts of a name in public DNS; none takes the record away. */
export interface PublishTxtRecord {
  readonly name: string;
  readonly values: readonly string[];
}

/** Quotas of the caller's account, or of every account that has none of its own. What exists already stays. */
export interface SetQuotas {
  readonly of: 'caller' | 'everybody';
  /** By quota code. */
  readonly values: Readonly<Record<string, number>>;
}

/** How long everything takes from now on; what is under way ends as it would have. */
export interface SetLatency {
  readonly latency: LatencyProfile;
}

/** Everything that is to go wrong from now on. */
export interface SetTroubles {
  readonly troubles: readonly Trouble[];
}

/** All that a transition knows beside state and command, so that a journal of them gives the same state again. */
export interface Context {
  readonly now: number;
  /** Of the caller. */
  readonly account: string;
  /** The caller, where it matters who in the account it is. */
  readonly principal?: AuthenticatedPrincipal;
  /** Seventeen hexadecimal digits each; a listener needs two, for itself and for its default rule. */
  readonly ids: readonly [string, string];
}

export interface Changed<R> {
  readonly state: RegionState;
  readonly result: R;
}

/** One command's rule: a new state with a result, or a refusal that leaves everything as it was. */
export type Transition<N extends CommandName> = (
  state: RegionState,
  input: CommandInputs[N],
  context: Context,
) => Changed<Results[N]> | Refused;
