import type { Fact, Lifecycle } from '../../model/known.ts';
import type { Ref, ResourceKey, ResourceType, SpecOf, Tags } from '../../model/resource.ts';
import type { Send } from '../calls.ts';

/** How one type is said in the API's words. Mapping and nothing else: what to do and when is decided elsewhere. */
export interface Driver<Type extends ResourceType> {
  /** What is listed for a parent or scope, page by page. Items without a fact are read one by one. */
  readonly list?: (send: Send, scope: Address) => AsyncIterable<readonly Found[]>;
  readonly get: (send: Send, at: Address) => Promise<Found>;
  readonly create: (send: Send, creation: Creation<Type>) => Promise<Found>;
  /** Absent: nothing about it can change in place. */
  readonly update?: (send: Send, at: Address, change: Change<Type>) => Promise<Found>;
  /** What is left: nothing when it is gone at once. */
  readonly delete: (send: Send, at: Address) => Promise<Found | undefined>;
  /** Of an only child: what something new has of it. Absent: that has to be read. */
  readonly empty?: (parent: Address) => Found;
  /** What the ledger calls it when the model has not named it yet. */
  readonly keyFor: (found: Found, parent: ResourceKey | undefined) => ResourceKey | undefined;
}

/** Where something is: enough for every call, since ARNs hold the ids of the parents. */
export interface Address {
  readonly id: string;
  readonly arn: string;
  readonly fact?: Fact;
}

/** Something as a call showed it. */
export interface Found {
  readonly id: string;
  readonly arn: string;
  readonly name?: string;
  /** Absent where the call does not say enough. */
  readonly fact?: Fact;
  /** The fact leaves something out that only a read tells. */
  readonly isPartial?: true;
  /** What is known of its state even where the rest is not. */
  readonly lifecycle?: Lifecycle;
  readonly usedBy?: readonly string[];
  readonly tags?: Tags;
  /** Part of the call failed, part of it is in the fact. */
  readonly failure?: string;
}

export interface Wanted<Type extends ResourceType> {
  readonly type: Type;
  readonly key: ResourceKey;
  readonly spec: Specs[Type];
  readonly tags: Tags;
}

export interface Creation<Type extends ResourceType> {
  readonly wanted: Wanted<Type>;
  /** The id or ARN a reference stands for; it is known. */
  readonly resolve: (ref: Ref) => string;
  /** Fresh for each intention, the same for a retry of the same call. */
  readonly clientToken: string;
}

export interface Change<Type extends ResourceType> {
  readonly wanted: Wanted<Type>;
  readonly resolve: (ref: Ref) => string;
  /** The members that change. */
  readonly changes: readonly string[];
}

export type Specs = { readonly [Type in ResourceType]: SpecOf<Type> };

/** A member that AWS always gives. */
export function given<T>(value: T | undefined, member: string, operation: string): T {
  if (value === undefined) throw new TypeError(`${operation} answered without ${member}`);
  return value;
}

/** `CREATE_IN_PROGRESS` and its like. A status we do not know counts as active: nothing waits for it for ever. */
export function lifecycleOf(
  status: string | undefined,
  failure: { readonly code?: string | undefined; readonly message?: string | undefined } = {},
): Lifecycle {
  const [, of = '', phase = ''] = /^(CREATE|UPDATE|DELETE)_(IN_PROGRESS|FAILED)$/.exec(status ?? '') ?? [];
  const operation = operations[of];
  if (operation === undefined) return { phase: 'active' };
  return phase === 'IN_PROGRESS'
    ? { phase: 'inProgress', of: operation }
    : {
        phase: 'failed',
        of: operation,
        code: failure.code ?? status ?? '',
        message: failure.message ?? 'AWS gives no reason',
      };
}

const operations: Readonly<Record<string, 'create' | 'update' | 'delete'>> = {
  CREATE: 'create',
  UPDATE: 'update',
  DELETE: 'delete',
};

/** The id of one part of an ARN: `svc-…` after `service/`. */
export function partOf(arn: string, part: 'service' | 'listener' | 'rule' | 'targetgroup'): string {
  const [, id] = new RegExp(`[:/]${part}/([^/]+)`).exec(arn) ?? [];
  if (id === undefined) throw new TypeError(`${arn} names no ${part}`);
  return id;
}

interface Page<Item> {
  items?: Item[] | undefined;
  nextToken?: string | undefined;
}

type AskPage<Item> = (nextToken: string | undefined) => Promise<Page<Item>>;

async function* pages<Item>(page: AskPage<Item>): AsyncGenerator<readonly Item[]> {
  let token: string | undefined;
  do {
    const { items = [], nextToken } = await page(token);
    yield items;
    token = nextToken;
  } while (token !== undefined && token !== '');
}

/** The pages of a listing as they come, without what is not to be `found`. */
export async function* pagesOf<Item>(
  page: AskPage<Item>,
  found: (item: Item) => Found | undefined,
): AsyncGenerator<readonly Found[]> {
  for await (const items of pages(page)) yield items.map(found).filter((each) => each !== undefined);
}

/** The pages of a listing, put together. */
export async function allPages<Item>(page: AskPage<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const items of pages(page)) all.push(...items);
  return all;
}

/** Optional members are left out of a call rather than sent empty. */
export function ifGiven<Name extends string, T>(
  name: Name,
  value: T | undefined,
): { readonly [N in Name]?: T };
export function ifGiven(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}

export const pageSize = 100;
