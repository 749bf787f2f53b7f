import type { ObjectRef } from '../../kinds/object.ts';
import type { AuthPolicySpec, Resource, ResourceKey, ResourceType } from './resource.ts';

/** What Lattice should hold, as far as it can be told. Plain data: it prints, compares, and holds no ids of AWS's. */
export interface Model {
  /** In the order in which people would read it: parents before children. */
  readonly entries: ReadonlyMap<ResourceKey, Entry>;
  readonly questions: ReadonlyMap<ResourceKey, Question>;
  /** Where something of an object that wants nothing there may be: listed, so that it is found. */
  readonly searches?: readonly Search[];
  /**
   * `refKey` of each object that is in the snapshot, live or deleting, and whose wishes are fully known. A resource is
   * deleted only when the object its tags name is here; any other is an orphan, reported and left alone.
   */
  readonly accountable: ReadonlySet<string>;
  /** Those of them with a deletionTimestamp: what goes because of them is never mistaken for a mass deletion. */
  readonly deleting?: ReadonlySet<string>;
  /** Those of them that were told to be programmed as they are now: nobody waits for what they ask for. */
  readonly programmed?: ReadonlySet<string>;
  /** Objects on whose account nothing is to change for now. */
  readonly paused?: ReadonlySet<string>;
}

export interface Search {
  readonly type: ResourceType;
  /** The key, as it is known, of what is searched; or of the question that found it. */
  readonly in: ResourceKey;
  readonly for: readonly ObjectRef[];
}

export type Entry = Wanted | Undetermined;

export interface Wanted {
  readonly state: 'wanted';
  readonly resource: Resource;
}

/** Cannot be told yet. Whatever is there stays as it is, and so does all that hangs off it. */
export interface Undetermined {
  readonly state: 'undetermined';
  readonly type: ResourceType;
  readonly key: ResourceKey;
  /** For people: what has to be known first. */
  readonly because: string;
  readonly for: readonly ObjectRef[];
  /** It stands for what there is of it in this one, and cannot be named: nothing in there may be taken for left over. */
  readonly within?: ResourceKey;
}

/** What a route has to carry: gRPC and TLS are no HTTP for a target group. */
export type Carried = 'HTTP' | 'GRPC' | 'TCP';

/** A fact of Lattice that translation needs. Plan reads it into the ledger under its key; the next pass knows. */
export type Question =
  | {
      readonly type: 'networkNamed';
      readonly key: ResourceKey;
      /** A name or an id. */
      readonly name: string;
      readonly for: readonly ObjectRef[];
    }
  | {
      readonly type: 'exportedGroup';
      readonly key: ResourceKey;
      readonly serviceName: string;
      readonly serviceNamespace: string;
      /** Only from the cluster of this name, when given. */
      readonly clusterName?: string;
      /** Only in this VPC, when given. */
      readonly vpcId?: string;
      /** Only one that can be given what routes of a kind carry. */
      readonly carries?: Carried;
      /** Only one of this port of the Service. */
      readonly port?: number;
      readonly for: readonly ObjectRef[];
    }
  | {
      /** A target group that somebody made by hand or with another tool. */
      readonly type: 'groupAt';
      readonly key: ResourceKey;
      readonly arn: string;
      readonly for: readonly ObjectRef[];
    }
  | {
      /** Of what the access log subscription with this ARN tells. */
      readonly type: 'subscriptionAt';
      readonly key: ResourceKey;
      readonly arn: string;
      readonly for: readonly ObjectRef[];
    }
  | {
      /** How the service network with this ARN is protected now. */
      readonly type: 'protectionOf';
      readonly key: ResourceKey;
      readonly arn: string;
      readonly for: readonly ObjectRef[];
    }
  | {
      /** All that ACM has issued for this account in this Region. */
      readonly type: 'certificates';
      readonly key: ResourceKey;
      /** A name that asks for one was not among them last time. */
      readonly isLacking: boolean;
      readonly for: readonly ObjectRef[];
    }
  | {
      /** The ranges of a VPC's addresses. */
      readonly type: 'rangesOf';
      readonly key: ResourceKey;
      readonly vpcId: string;
      /** Those of which it is to be told whether they are in it. */
      readonly addresses: readonly string[];
      readonly for: readonly ObjectRef[];
    }
  | {
      /** Where security groups of a VPC let VPC Lattice in. */
      readonly type: 'admissionsTo';
      readonly key: ResourceKey;
      readonly vpcId: string;
      readonly for: readonly ObjectRef[];
    };

/** How something is protected. */
export type Protection = Pick<AuthPolicySpec, 'authType' | 'policy'>;

export type QuestionType = Question['type'];

/** An answer. That there is nothing, or that nobody can be asked, are answers too; not having asked yet is not. */
export type Answer =
  | Whereabouts
  | { readonly found: 'certificates'; readonly certificates: readonly Certificate[] }
  | {
      readonly found: 'ranges';
      readonly ranges: readonly string[];
      /** What it was asked for: a range may have been added since, and what came with it is not judged by this. */
      readonly addresses: readonly string[];
    }
  | {
      readonly found: 'admissions';
      readonly admissions: readonly Admission[];
      /** Ids of VPC Lattice's own, by name. */
      readonly prefixLists: Readonly<Record<string, string>>;
    }
  /** It is not permitted to ask, or the controller has not been told where. */
  | { readonly found: 'off'; readonly because: 'denied' | 'nowhere' };

/** Where something of Lattice is that a question is about. */
export type Whereabouts =
  | {
      readonly found: 'one';
      readonly id: string;
      readonly arn: string;
      /** Of target groups: the services that use it now. */
      readonly usedBy: readonly string[];
      /** Where that was the question. */
      readonly protection?: Protection;
    }
  | { readonly found: 'none' }
  | { readonly found: 'several'; readonly arns: readonly string[] };

/** One that ACM has issued. */
export interface Certificate {
  readonly arn: string;
  /** In lower case; `*.` in front covers one label. */
  readonly names: readonly string[];
  /** Such as `RSA_2048`. */
  readonly keyType: string;
  /** When it was issued, or imported; in milliseconds. */
  readonly since: number;
}

/** TCP ports that a security group opens for VPC Lattice. */
export interface Admission {
  readonly family: 'IPv4' | 'IPv6';
  readonly from: number;
  readonly to: number;
}
