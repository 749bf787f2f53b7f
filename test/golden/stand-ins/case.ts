/** What a case's settings may say. Anything else in them is a mistake. */
import assert from 'node:assert/strict';
import { defaultQuotas } from '../../../src/lattice/translate/quotas.ts';
import type { Settings } from '../../../src/lattice/translate/settings.ts';
import type { StoreState } from '../../../src/snapshot/stores.ts';
import type { GoldenInput } from '../../golden.ts';

export interface Case {
  readonly settings: Settings;
  readonly cluster: ClusterCase;
  readonly lattice: LatticeCase;
  /** What is left out of the output otherwise: writes to `Gateway` and `GatewayClass`, and `tags`. */
  readonly show: readonly string[];
}

export interface ClusterCase {
  readonly documents: readonly unknown[];
  /** By plural name of the store, such as `httpRoutes`; synced otherwise. */
  readonly stores: Readonly<Record<string, StoreState>>;
  /** The first pass that sees the objects: our finalizers are not on them yet. */
  readonly firstPass: boolean;
}

export interface LatticeCase {
  /** `empty`: nothing is known. `listed`: it is known that there is nothing. `settled`: all that is wanted is there. */
  readonly state: 'empty' | 'listed' | 'settled';
  /** Keys of what is there besides (of a service, `KEY at HOSTNAME`), and the object that their tags name. */
  readonly leftovers: Readonly<Record<string, string>>;
  /** By name: an id, `none`, or several ARNs. */
  readonly networks: Readonly<Record<string, Reply>>;
  /** By key without `question/export/`. */
  readonly exports: Readonly<Record<string, Reply>>;
  /** By ARN. */
  readonly groups: Readonly<Record<string, Reply>>;
  /** By ARN: the id of the service or network it is of. */
  readonly subscriptions: Readonly<Record<string, Reply>>;
  /** By ARN of the network: `NONE`, or the policy that counts there. */
  readonly protections: Readonly<Record<string, string>>;
  /** What ACM has issued, by the last part of the ARN: names, then kind of key and time. Or why it cannot be asked: `denied`, `nowhere`, `failed`. */
  readonly certificates: string | Readonly<Record<string, string>> | undefined;
  /** By key of the targets: their state, and they; `refused` where they are not registered, since the call for them was. */
  readonly targets: Readonly<Record<string, string>>;
  /** Ranges of our VPC, as EC2 said, and after `of` the addresses it was asked for. */
  readonly ranges: readonly string[];
  /** `FAMILY FROM TO` each: the ports that security groups open for VPC Lattice. Absent: nobody has asked. */
  readonly admissions: readonly string[] | undefined;
  /** What has been listed besides services and target groups. */
  readonly listings: readonly string[];
  /** By key of the resource: what becomes of its step. */
  readonly outcomes: Readonly<Record<string, string>>;
}

export type Reply = string | readonly string[];

const members = [
  'defaultServiceNetwork',
  'serviceNetworkOverride',
  'quotas',
  'stores',
  'firstPass',
  'lattice',
  'leftovers',
  'networks',
  'exports',
  'groups',
  'subscriptions',
  'protections',
  'certificates',
  'targets',
  'ranges',
  'admissions',
  'listings',
  'outcomes',
  'show',
];

export function readCase({ settings, documents }: GoldenInput): Case {
  const unknown = Object.keys(settings).filter((name) => !members.includes(name));
  assert.deepEqual(unknown, [], 'settings nobody reads');
  const { defaultServiceNetwork, lattice = 'empty' } = settings;
  assert.ok(lattice === 'empty' || lattice === 'listed' || lattice === 'settled');
  return {
    show: list(settings['show']),
    settings: {
      identity: {
        accountId: '123456789012',
        clusterName: 'one',
        vpcId: 'vpc-0123456789abcdef0',
        clusterUid: 'uid-of-one',
      },
      ...(typeof defaultServiceNetwork === 'string' ? { defaultServiceNetwork } : {}),
      serviceNetworkOverride: settings['serviceNetworkOverride'] === true,
      additionalTags: {},
      quotas: { ...defaultQuotas, ...record(settings['quotas'], isNumber) },
    },
    cluster: {
      documents,
      stores: record(settings['stores'], isStoreState),
      firstPass: settings['firstPass'] === true,
    },
    lattice: {
      state: lattice,
      leftovers: record(settings['leftovers'], isString),
      networks: record(settings['networks'] ?? { 'my-hotel': 'sn-0123456789abcdef0' }, isReply),
      exports: record(settings['exports'], isReply),
      groups: record(settings['groups'], isReply),
      subscriptions: record(settings['subscriptions'], isReply),
      protections: record(settings['protections'], isString),
      certificates: certificatesIn(settings['certificates']),
      targets: record(settings['targets'], isString),
      ranges: list(settings['ranges']),
      admissions: settings['admissions'] === undefined ? undefined : list(settings['admissions']),
      listings: list(settings['listings']),
      outcomes: record(settings['outcomes'], isString),
    },
  };
}

function certificatesIn(value: unknown): LatticeCase['certificates'] {
  return value === undefined || isString(value) ? value : record(value, isString);
}

function list(value: unknown = []): readonly string[] {
  assert.ok(Array.isArray(value));
  return value.map(String);
}

function record<T>(value: unknown, is: (item: unknown) => item is T): Readonly<Record<string, T>> {
  const entries: (readonly [string, T])[] = [];
  for (const [key, item] of Object.entries(Object(value ?? {}))) {
    assert.ok(is(item), `${key} has a wrong value`);
    entries.push([key, item]);
  }
  return Object.fromEntries(entries);
}

const states: readonly StoreState[] = ['synced', 'pending', 'forbidden', 'absent', 'vanished'];

function isStoreState(value: unknown): value is StoreState {
  return states.some((state) => state === value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isReply(value: unknown): value is Reply {
  return isString(value) || (Array.isArray(value) && value.every(isString));
}
