import { collectionOf } from './keys.ts';
import type { CollectionKey } from './known.ts';
import type { TagName } from './ownership.ts';
import type { ResourceType } from './resource.ts';

/**
 * What is peculiar to each type, as data: plan and apply read this and never ask for a type. A new resource is a row
 * here, a driver, and nothing else.
 */
export interface TypeFacts {
  /** The member of the spec that names the parent, and the types it may have. A child goes with its parent. */
  readonly parent?: { readonly member: string; readonly types: readonly ResourceType[] };
  /** Where it is listed; `by` is the member (a reference or a string) which says in which of several listings. */
  readonly listedIn?: {
    readonly collection: (scope: string) => CollectionKey;
    readonly by?: string;
    /** Few parents have any: listed only where one is wanted or searched for. */
    readonly onDemand?: true;
  };
  /** Listed from the start, whatever the model wants: how we find what is ours and no longer wanted. */
  readonly index: boolean;
  /** Whether a listing gives every member; otherwise each item is read once. */
  readonly listing: 'whole' | 'partial';
  /** The listing in which many of them are watched at once while in transition; `by` is a member of the fact. */
  readonly pollIn?: { readonly collection: (scope: string) => CollectionKey; readonly by?: string };
  /** Members used at creation only; what exists keeps its own. */
  readonly wish: readonly string[];
  /** Members that the key says, compared by key. */
  readonly keyed: readonly string[];
  /** Members of which only what is given is compared; the rest is as Lattice likes. */
  readonly partial: readonly string[];
  /** Members that cannot change in place. */
  readonly immutable: readonly string[];
  /** The member in which only the order among siblings is wanted. */
  readonly order?: string;
  /** How a change of an immutable member is made: the new one beside the old one first, or in its place. */
  readonly replace: 'beside' | 'instead';
  /** How something found is recognised as what is wanted, the surest first, after its key. */
  readonly identities: readonly Identity[];
  /**
   * Whose tags say to whom it belongs. `own`: read when it is listed; `ownLate`: only before it is deleted; `asker`: it
   * carries none, and whoever asks for it may write it, also on what belongs to somebody else.
   */
  readonly ownership: 'own' | 'ownLate' | 'parent' | 'asker';
  /** When somebody else has what is wanted: be content with it, or refuse. */
  readonly whenForeign: 'use' | 'refuse';
  readonly deletable: boolean;
  /** Children that must be gone, and not merely going, before it can be deleted. Its other children go with it. */
  readonly goneFirst: readonly ResourceType[];
  /**
   * For the sake of traffic, what is made before it. `referred`: the contents of what it names, where that is empty so
   * far; `family`: besides, all that hangs off the same parent and the contents of what that names.
   */
  readonly behind?: { readonly among: 'referred' | 'family'; readonly types: readonly ResourceType[] };
  /** One per parent, and as old as it: never created or deleted by itself. With nothing in this member it is as good as absent. */
  readonly singleton?: { readonly holds: string };
  /** Whether Lattice refuses writes to it while it is in transition. */
  readonly blocksInTransition: boolean;
  /** What else is wanted depends on how it is: after a change of it that is looked at again. */
  readonly decides: boolean;
  /** Served before everything else: traffic depends on it by the second. */
  readonly urgent: boolean;
  /** Counted by the brake on mass deletions. */
  readonly brake: boolean;
}

export type Identity =
  | { readonly members: readonly string[] }
  /** `without`: a tag that older controllers did not write, and which must be absent. */
  | { readonly tags: readonly TagName[]; readonly without?: TagName };

const plain = {
  index: false,
  listing: 'whole',
  wish: ['name'],
  keyed: [],
  partial: [],
  immutable: [],
  replace: 'instead',
  ownership: 'parent',
  whenForeign: 'refuse',
  deletable: true,
  goneFirst: [],

  blocksInTransition: true,
  decides: false,
  urgent: false,
  brake: false,
} as const satisfies Partial<TypeFacts>;

const groupTags = [
  'ManagedBy',
  'SourceTypeKey',
  'ServiceNamespace',
  'ServiceName',
  'RouteNamespace',
  'RouteName',
  'Hostname',
  'ProtocolVersion',
] as const satisfies readonly TagName[];

export const facts: Readonly<Record<ResourceType, TypeFacts>> = {
  serviceNetwork: {
    ...plain,
    listedIn: { collection: collectionOf.serviceNetworks },
    wish: [],
    keyed: ['name'],
    identities: [{ members: ['name'] }],
    ownership: 'ownLate',
    whenForeign: 'use',
    deletable: false,
  },
  vpcAssociation: {
    ...plain,
    listedIn: { collection: collectionOf.vpcAssociations, by: 'vpcId' },
    wish: [],
    immutable: ['network', 'vpcId'],
    identities: [{ members: ['vpcId'] }],
    ownership: 'ownLate',
    whenForeign: 'use',
  },
  targetGroup: {
    ...plain,
    listedIn: { collection: collectionOf.targetGroups },
    pollIn: { collection: collectionOf.targetGroups },
    index: true,
    listing: 'partial',
    partial: ['healthCheck'],
    immutable: ['port', 'protocol', 'protocolVersion', 'vpcId', 'ipAddressType'],
    replace: 'beside',
    identities: [
      { tags: [...groupTags, 'ServicePort'] },
      { tags: groupTags, without: 'ServicePort' },
      { members: ['name'] },
    ],
    ownership: 'own',
    goneFirst: ['targets'],
  },
  targets: {
    ...plain,
    parent: { member: 'group', types: ['targetGroup'] },
    wish: [],
    identities: [{ members: ['group'] }],
    singleton: { holds: 'targets' },
    blocksInTransition: false,
    urgent: true,
  },
  service: {
    ...plain,
    listedIn: { collection: collectionOf.services },
    pollIn: { collection: collectionOf.services },
    index: true,
    // Taking a certificate away would take the name's service away: it stays until there is another.
    partial: ['certificateArn'],
    wish: ['name', 'authType'],
    immutable: ['customDomainName'],
    identities: [
      { tags: ['ManagedBy', 'RouteType', 'RouteNamespace', 'RouteName', 'Hostname'] },
      { members: ['name'] },
    ],
    ownership: 'own',
    goneFirst: ['serviceAssociation'],
    brake: true,
  },
  authPolicy: {
    ...plain,
    parent: { member: 'resource', types: ['service', 'serviceNetwork'] },
    wish: [],
    identities: [{ members: ['resource'] }],
    ownership: 'asker',
    whenForeign: 'use',
    deletable: false,
    singleton: { holds: 'policy' },
    blocksInTransition: false,
    decides: true,
  },
  accessLogSubscription: {
    ...plain,
    parent: { member: 'resource', types: ['service', 'serviceNetwork'] },
    listedIn: { collection: collectionOf.accessLogSubscriptions, by: 'resource', onDemand: true },
    wish: [],
    immutable: ['resource', 'destinationType'],
    replace: 'beside',
    identities: [{ tags: ['ManagedBy', 'AccessLogPolicy'] }],
    ownership: 'own',
    blocksInTransition: false,
    decides: true,
  },
  listener: {
    ...plain,
    parent: { member: 'service', types: ['service'] },
    listedIn: { collection: collectionOf.listeners, by: 'service' },
    listing: 'partial',
    immutable: ['protocol', 'port'],
    behind: { among: 'referred', types: ['targets'] },
    identities: [{ members: ['service', 'port'] }],
  },
  rule: {
    ...plain,
    parent: { member: 'listener', types: ['listener'] },
    listedIn: { collection: collectionOf.rules, by: 'listener' },
    listing: 'partial',
    // A chosen number is settled with the order among siblings.
    wish: ['name', 'chosenPriority'],
    keyed: ['match'],
    behind: { among: 'referred', types: ['targets'] },
    order: 'priority',
    identities: [{ members: ['listener', 'match'] }],
  },
  serviceAssociation: {
    ...plain,
    parent: { member: 'service', types: ['service'] },
    listedIn: { collection: collectionOf.serviceAssociations, by: 'service' },
    pollIn: { collection: collectionOf.associationsOfNetwork, by: 'network' },
    wish: [],
    immutable: ['service', 'network'],
    identities: [{ members: ['service', 'network'] }],
    ownership: 'ownLate',
    whenForeign: 'use',
    behind: { among: 'family', types: ['authPolicy', 'listener', 'rule', 'targets'] },
  },
};

/** Every type, parents before children: the order of creation, and in reverse of deletion. */
export const typesInOrder: readonly ResourceType[] = [
  'serviceNetwork',
  'vpcAssociation',
  'targetGroup',
  'targets',
  'service',
  'authPolicy',
  'accessLogSubscription',
  'listener',
  'rule',
  'serviceAssociation',
];

/** The types of what lives in each type. */
export const childTypes: ReadonlyMap<ResourceType, readonly ResourceType[]> = new Map(
  typesInOrder.map((type) => [
    type,
    typesInOrder.filter((child) => facts[child].parent?.types.includes(type) === true),
  ]),
);
