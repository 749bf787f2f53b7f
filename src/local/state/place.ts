import type { DueSubject } from './due.ts';
import type { Failure, RegionState, Resource, Table, Tags, UpdatableStatus } from './state.ts';
import { changed, withoutEntry } from './table.ts';

/** Where the resources of one kind stand in a region: what is done alike to every kind is done through this. */
export interface Place {
  find(state: RegionState, id: string): Resource | undefined;
  all(state: RegionState): Iterable<Resource>;
  retagged(state: RegionState, id: string, tags: Tags): RegionState;
}

/** A place of resources whose creations, changes and deletions take time. */
export interface MovingPlace extends Place {
  /** What was in progress has succeeded. */
  activated(state: RegionState, id: string): RegionState;
  /** What was in progress has failed: `CREATE_IN_PROGRESS` becomes `CREATE_FAILED`. */
  failed(state: RegionState, id: string, failure: Failure): RegionState;
  /** Without the resource itself; what goes with it is the caller's matter. */
  removed(state: RegionState, id: string): RegionState;
}

/** By the words that ARNs have for them. Listeners and rules stand in their service. */
export const places = {
  servicenetwork: place(
    ({ serviceNetworks }) => serviceNetworks,
    (state, serviceNetworks) => ({ ...state, serviceNetworks }),
  ),
  servicenetworkvpcassociation: movingPlace(
    ({ vpcAssociations }) => vpcAssociations,
    (state, vpcAssociations) => ({ ...state, vpcAssociations }),
  ),
  service: movingPlace(
    ({ services }) => services,
    (state, services) => ({ ...state, services }),
  ),
  servicenetworkserviceassociation: movingPlace(
    ({ serviceAssociations }) => serviceAssociations,
    (state, serviceAssociations) => ({ ...state, serviceAssociations }),
  ),
  targetgroup: movingPlace(
    ({ targetGroups }) => targetGroups,
    (state, targetGroups) => ({ ...state, targetGroups }),
  ),
  resourcegateway: movingPlace(
    ({ resourceGateways }) => resourceGateways,
    (state, resourceGateways) => ({ ...state, resourceGateways }),
  ),
  resourceconfiguration: movingPlace(
    ({ resourceConfigurations }) => resourceConfigurations,
    (state, resourceConfigurations) => ({ ...state, resourceConfigurations }),
  ),
  servicenetworkresourceassociation: movingPlace(
    ({ resourceAssociations }) => resourceAssociations,
    (state, resourceAssociations) => ({ ...state, resourceAssociations }),
  ),
  resourceendpointassociation: place(
    ({ endpointAssociations }) => endpointAssociations,
    (state, endpointAssociations) => ({ ...state, endpointAssociations }),
  ),
  domainverification: place(
    ({ domainVerifications }) => domainVerifications,
    (state, domainVerifications) => ({ ...state, domainVerifications }),
  ),
  accesslogsubscription: place(
    ({ accessLogSubscriptions }) => accessLogSubscriptions,
    (state, accessLogSubscriptions) => ({ ...state, accessLogSubscriptions }),
  ),
  certificate: place(
    ({ certificates }) => certificates,
    (state, certificates) => ({ ...state, certificates }),
  ),
  'resource-share': place(
    ({ resourceShares }) => resourceShares,
    (state, resourceShares) => ({ ...state, resourceShares }),
  ),
  vpc: place(
    ({ vpcs }) => vpcs,
    (state, vpcs) => ({ ...state, vpcs }),
  ),
  subnet: place(
    ({ subnets }) => subnets,
    (state, subnets) => ({ ...state, subnets }),
  ),
  'security-group': place(
    ({ securityGroups }) => securityGroups,
    (state, securityGroups) => ({ ...state, securityGroups }),
  ),
  instance: place(
    ({ instances }) => instances,
    (state, instances) => ({ ...state, instances }),
  ),
} as const satisfies Readonly<Record<string, Place>>;

/** What waits for time to pass in one of these places. */
export type MovingKind = Exclude<DueSubject['kind'], 'target' | 'domainVerification' | 'certificate'>;

export const movingPlaces: { readonly [K in MovingKind]: MovingPlace } = {
  service: places.service,
  serviceAssociation: places.servicenetworkserviceassociation,
  vpcAssociation: places.servicenetworkvpcassociation,
  targetGroup: places.targetgroup,
  resourceGateway: places.resourcegateway,
  resourceConfiguration: places.resourceconfiguration,
  resourceAssociation: places.servicenetworkresourceassociation,
};

/** Whatever has an id; listeners and rules excepted. */
export function findById(state: RegionState, id: string): Resource | undefined {
  for (const place of Object.values(places)) {
    const found = place.find(state, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The place that an ARN's word stands for. */
export function placeFor(word: string): Place | undefined {
  return isPlace(word) ? places[word] : undefined;
}

function isPlace(word: string): word is keyof typeof places {
  return Object.hasOwn(places, word);
}

type Read<T> = (state: RegionState) => Table<T>;
type Write<T> = (state: RegionState, table: Table<T>) => RegionState;

function place<T extends Resource>(read: Read<T>, write: Write<T>): Place {
  return {
    find: (state, id) => read(state).get(id),
    all: (state) => read(state).values(),
    retagged: (state, id, tags) =>
      write(
        state,
        changed(read(state), id, (each) => ({ ...each, tags })),
      ),
  };
}

interface Moving extends Resource {
  readonly status: UpdatableStatus;
  readonly failure?: Failure;
}

function movingPlace<T extends Moving>(read: Read<T>, write: Write<T>): MovingPlace {
  const put = (state: RegionState, id: string, change: (each: T) => T): RegionState =>
    write(state, changed(read(state), id, change));
  return {
    ...place(read, write),
    activated: (state, id) => put(state, id, (each) => ({ ...each, status: 'ACTIVE' })),
    failed: (state, id, failure) =>
      put(state, id, (each) => ({ ...each, status: failedFrom[each.status], failure })),
    removed: (state, id) => write(state, withoutEntry(read(state), id)),
  };
}

const failedFrom = {
  CREATE_IN_PROGRESS: 'CREATE_FAILED',
  UPDATE_IN_PROGRESS: 'UPDATE_FAILED',
  DELETE_IN_PROGRESS: 'DELETE_FAILED',
  ACTIVE: 'ACTIVE',
  CREATE_FAILED: 'CREATE_FAILED',
  UPDATE_FAILED: 'UPDATE_FAILED',
  DELETE_FAILED: 'DELETE_FAILED',
} as const satisfies Record<UpdatableStatus, UpdatableStatus>;
