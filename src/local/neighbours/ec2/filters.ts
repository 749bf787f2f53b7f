import { pageOf } from '../../contract/pagination.ts';
import { anyOne, anyText, like } from '../../auth/policy/pattern.ts';
import { integerIn, recordsIn, textIn, textsIn } from '../input.ts';
import { declined } from '../neighbour.ts';
import type { Declined, Input } from '../neighbour.ts';

/** What a filter looks at, by its name. */
export type Facts = Readonly<Record<string, readonly string[]>>;

export interface Description<T> {
  /** Of the list in the answer: `vpcSet`. */
  readonly name: string;
  readonly say: (item: T) => object;
  readonly facts: (item: T) => Facts;
  /** Of the member that lists ids, and what is said of one that is not there; absent where there is none. */
  readonly ids?: { readonly member: string; readonly of: (item: T) => string; readonly missing: string };
}

/** The items that a Describe call asks for by id and filter, page by page. */
export function described<T extends { readonly tags: Readonly<Record<string, string>> }>(
  all: readonly T[],
  input: Input,
  { name, say, facts, ids }: Description<T>,
): object | Declined {
  const wanted = ids === undefined ? [] : textsIn(input, ids.member);
  const isWanted = (item: T): boolean => ids === undefined || wanted.includes(ids.of(item));
  const missing = wanted.find((id) => !all.some((each) => ids?.of(each) === id));
  if (missing !== undefined) return declined(ids?.missing ?? '', `The ID '${missing}' does not exist`);
  const filters = recordsIn(input, 'Filter').map((filter) => ({
    name: textIn(filter, 'Name') ?? '',
    values: textsIn(filter, 'Value'),
  }));
  const factsOf = (item: T): Facts => ({
    ...facts(item),
    'tag-key': Object.keys(item.tags),
    ...Object.fromEntries(Object.entries(item.tags).map(([key, value]) => [`tag:${key}`, [value]])),
  });
  const [first] = all;
  const unknown = filters.find(
    (filter) =>
      !filter.name.startsWith('tag:') && first !== undefined && !Object.hasOwn(factsOf(first), filter.name),
  );
  if (unknown !== undefined) {
    return declined('InvalidParameterValue', `The filter '${unknown.name}' is invalid`);
  }
  const found = all.filter(
    (item) =>
      (wanted.length === 0 || isWanted(item)) &&
      filters.every((filter) => {
        const facts = factsOf(item);
        const present = Object.hasOwn(facts, filter.name) ? (facts[filter.name] ?? []) : [];
        return filter.values.some((pattern) => present.some((value) => like(unitsOf(pattern))(value)));
      }),
  );
  const maxResults = integerIn(input, 'MaxResults') ?? 1_000;
  const nextToken = textIn(input, 'NextToken');
  const rows = found.map((item, index) => ({ item, sequence: index + 1 }));
  const scope = [name, JSON.stringify([wanted, filters])];
  const page = pageOf(rows, { maxResults, ...(nextToken === undefined ? {} : { nextToken }) }, scope);
  if ('refused' in page) return declined('InvalidNextToken', 'The token is not one of this list.');
  return {
    [name]: page.items.map(({ item }) => say(item)),
    ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
  };
}

/** Tags as EC2 lists them; the list is there though it is empty. */
export function tagSet(tags: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** The tags of a create, for the kind that is created. */
export function tagsFor(input: Input, type: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    recordsIn(input, 'TagSpecification')
      .filter((each) => textIn(each, 'ResourceType') === type)
      .flatMap((each) => recordsIn(each, 'Tag'))
      .map((tag) => [textIn(tag, 'Key') ?? '', textIn(tag, 'Value') ?? '']),
  );
}

function unitsOf(pattern: string) {
  return pattern.split('').map((unit) => (unit === '*' ? anyText : unit === '?' ? anyOne : unit));
}
