import type { ObjectRef } from '../../kinds/object.ts';
import type { Answer, QuestionType, Whereabouts } from './model.ts';
import type { Resource, ResourceKey, ResourceType, SpecOf, Tags } from './resource.ts';

/**
 * What we know of Lattice and how surely: an immutable view of the ledger. A key without an entry is unseen; whether
 * it can be taken for absent is decided by the collection it would be listed in.
 */
export interface Known {
  readonly entries: ReadonlyMap<ResourceKey, KnownEntry>;
  readonly answers: ReadonlyMap<ResourceKey, KnownAnswer>;
  readonly collections: ReadonlyMap<CollectionKey, KnownCollection>;
  /** What is being read for the first time, and has no entry to say so. */
  readonly firstReads?: ReadonlySet<ResourceKey>;
}

/** What can be asked one by one: all that somebody has seen of it can then be told. */
export type Lookup<Value> = Pick<ReadonlyMap<string, Value>, 'get' | 'has'>;

/** `Known` for those who look up what they need, and go through nothing. */
export interface Sight {
  readonly entries: Lookup<KnownEntry>;
  readonly answers: Lookup<KnownAnswer>;
  readonly collections: Lookup<KnownCollection>;
}

/** How surely an entry is known. `pending`: a call is in flight; `unknown`: its answer was lost; `gone`: proven. */
export type Certainty = 'unseen' | 'known' | 'pending' | 'unknown' | 'gone';

export interface KnownEntry {
  readonly key: ResourceKey;
  readonly type: ResourceType;
  readonly state: Certainty;
  /** What AWS calls it; absent while a first create is in flight. */
  readonly id?: string;
  readonly arn?: string;
  /** Its name in Lattice, known even where the rest has not been read. */
  readonly name?: string;
  readonly fact?: Fact;
  readonly tags: Tags;
  /**
   * By its own `ManagedBy` tag, or by its parent's where the type carries none. `unread`: its own tags have not been
   * asked for, because nothing depended on them yet.
   */
  readonly owner: 'ours' | 'foreign' | 'unread';
  /** A call that changes them was lost: whatever it was, they are read again. */
  readonly tagsUnsure?: true;
  /** Of the cluster of our name that had it before us: its uid, as long as we remember. */
  readonly formerCluster?: string;
  /** The objects its tags (or its parent's) name, and while we remember them the ones it was written for. */
  readonly for: readonly ObjectRef[];
  /** It was written for these, and its answer was heard: they are not only those of its parent. */
  readonly isWrittenFor?: true;
  /** The entry in which it lives: a rule's listener, a listener's service. */
  readonly parent?: ResourceKey;
  /** When the fact was learned, by our clock. */
  readonly at: number;
  /** A read of it is in flight. It may be written to all the same: the read will then not count. */
  readonly reading?: boolean;
  /** In transition: when another look is worth its call. */
  readonly pollAt?: number;
  /** In transition: a call that would have shown it settled was refused. The next look is a read. */
  readonly tried?: true;
  readonly lastError?: RemoteError;
  /** Not to be tried before this time, as long as what is wanted stays the same. */
  readonly retryAt?: number;
  /** What the call that failed last asked for, in canonical form. */
  readonly attempted?: string;
  /** What its creation asks for, until it is known whether that worked. */
  readonly creating?: Resource;
  /** Of a creation: the key of the one in whose stead it is made, which stays in use until it exists. */
  readonly beside?: ResourceKey;
  /** How often the answer to this call was lost in a row. */
  readonly lost?: number;
}

/** A type's actual state in the words of its spec, and what Lattice adds. */
export type Fact = { readonly [Type in ResourceType]: FactOf<Type> }[ResourceType];

export interface FactOf<Type extends ResourceType> {
  readonly type: Type;
  /** Members that refer to others hold ids here, in the place of references. */
  readonly spec: ActualSpec<SpecOf<Type>>;
  readonly lifecycle: Lifecycle;
  readonly createdAt?: number;
  /** Of services and associations. */
  readonly dnsName?: string;
  /** Of target groups: ARNs of the services that use it. */
  readonly usedBy?: readonly string[];
  /** Of targets: state per `id:port`, as Lattice spells it. */
  readonly targetStates?: Readonly<Record<string, string>>;
}

/** The same shape with every `Ref` replaced by the id found there. */
export type ActualSpec<Spec> = Spec extends { readonly ref: string; readonly output: string }
  ? string
  : Spec extends readonly (infer Item)[]
    ? readonly ActualSpec<Item>[]
    : Spec extends object
      ? { readonly [Member in keyof Spec]: ActualSpec<Spec[Member]> }
      : Spec;

export type Lifecycle =
  | { readonly phase: 'active' }
  | { readonly phase: 'inProgress'; readonly of: 'create' | 'update' | 'delete' }
  | {
      readonly phase: 'failed';
      readonly of: 'create' | 'update' | 'delete';
      readonly code: string;
      readonly message: string;
    };

export interface KnownAnswer {
  readonly key: ResourceKey;
  readonly type: QuestionType;
  readonly state: 'known' | 'pending' | 'unknown';
  /** The last answer, kept while it is being renewed. */
  readonly answer?: Answer;
  readonly at: number;
  readonly lastError?: RemoteError;
  readonly retryAt?: number;
}

/** What has been answered about where something is. */
export function whereabouts({ answers }: Sight, key: ResourceKey): Whereabouts | undefined {
  const answer = answers.get(key)?.answer;
  return answer?.found === 'one' || answer?.found === 'none' || answer?.found === 'several'
    ? answer
    : undefined;
}

/** What one listing covers, such as `services` or `rules of listener/shop/cart/http/80`. */
export type CollectionKey = string;

export interface KnownCollection {
  readonly key: CollectionKey;
  readonly state: 'known' | 'pending' | 'unknown';
  /** When the last complete listing began. */
  readonly at: number;
  /** It is being listed again; what is known of it holds meanwhile. */
  readonly reading?: boolean;
  readonly lastError?: RemoteError;
  readonly retryAt?: number;
}

/** A remote refusal or failure, classified once at the edge. */
export interface RemoteError {
  readonly cause:
    | 'conflict'
    | 'denied'
    | 'notFound'
    | 'quota'
    | 'throttled'
    | 'invalid'
    | 'unreachable'
    | 'serverFault';
  /** AWS's own code, such as `AccessDeniedException`. */
  readonly code: string;
  readonly message: string;
  readonly operation: string;
  readonly requestId?: string;
  /** Of conflicts and not-founds: the resource AWS names. */
  readonly resourceId?: string;
  /** How long AWS asks to wait. */
  readonly retryAfterMs?: number;
}
