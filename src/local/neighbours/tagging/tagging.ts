import { errorAnswer } from '../../contract/error.ts';
import { pageOf } from '../../contract/pagination.ts';
import type { Command } from '../../state/command.ts';
import type { Resource } from '../../state/state.ts';
import { taggableResources } from '../../state/tags.ts';
import { integerIn, recordIn, recordsIn, textIn, textsIn } from '../input.ts';
import { jsonNeighbour } from '../json-protocol.ts';
import { declined } from '../neighbour.ts';
import type { Asked, Declined, Input, Neighbour, Operation } from '../neighbour.ts';

/** The resources of the caller's account with tags that fit. The index may be behind the resources. */
const getResources: Operation = (input, { region, account }) => {
  const arns = textsIn(input, 'ResourceARNList');
  const types = textsIn(input, 'ResourceTypeFilters');
  const filters = recordsIn(input, 'TagFilters').map((filter) => ({
    key: textIn(filter, 'Key') ?? '',
    values: textsIn(filter, 'Values'),
  }));
  const token = textIn(input, 'PaginationToken') ?? '';
  const perPage = integerIn(input, 'ResourcesPerPage') ?? 100;
  if (perPage < 1 || perPage > 100) return invalid('ResourcesPerPage is from 1 to 100.');
  if (arns.length > 100) return invalid('ResourceARNList has at most 100 ARNs.');
  if (arns.length > 0 && (types.length > 0 || filters.length > 0 || token !== '')) {
    return invalid('ResourceARNList does not go with TagFilters, ResourceTypeFilters or PaginationToken.');
  }
  const all = taggableResources(region.indexed(), account).filter(
    (resource) =>
      Object.keys(resource.tags).length > 0 &&
      (arns.length === 0 || arns.includes(resource.arn)) &&
      (types.length === 0 || types.some((type) => isOfType(resource, type))) &&
      filters.every(({ key, values }) => {
        const value = Object.hasOwn(resource.tags, key) ? resource.tags[key] : undefined;
        return value !== undefined && (values.length === 0 || values.includes(value));
      }),
  );
  const scope = ['GetResources', account, JSON.stringify([types, filters])];
  const maxResults = arns.length > 0 ? 100 : perPage;
  const page = pageOf(all, { maxResults, ...(token === '' ? {} : { nextToken: token }) }, scope);
  if ('refused' in page) {
    return declined('PaginationTokenExpiredException', 'The pagination token is not one of these filters.');
  }
  return {
    PaginationToken: page.nextToken ?? '',
    ResourceTagMappingList: page.items.map(({ arn, tags }) => ({
      ResourceARN: arn,
      // Some clients send maps in an order that is another each time.
      Tags: Object.entries(tags)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};

/** `vpc-lattice`, or with the word that ARNs have for the kind: `vpc-lattice:targetgroup`, `vpc-lattice:listener`. */
function isOfType({ arn }: Resource, type: string): boolean {
  const [, , service = '', , , ...path] = arn.split(':');
  const words = path.join(':').split('/');
  const [wantedService, wanted] = type.split(':');
  return wantedService === service && (wanted === undefined || wanted === words.at(-2));
}

const tagResources: Operation = (input, asked) => {
  const tags = Object.fromEntries(
    Object.entries(recordIn(input, 'Tags')).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
  if (Object.keys(tags).length === 0) return invalid('Tags has at least one tag.');
  return onEach(input, asked, (resourceArn) => ({ op: 'TagResource', input: { resourceArn, tags } }));
};

const untagResources: Operation = (input, asked) => {
  const tagKeys = textsIn(input, 'TagKeys');
  if (tagKeys.length === 0) return invalid('TagKeys has at least one key.');
  return onEach(input, asked, (resourceArn) => ({ op: 'UntagResource', input: { resourceArn, tagKeys } }));
};

/** Each on its own: what fails is told beside what does not. */
function onEach(
  input: Input,
  { dispatch }: Asked,
  command: (arn: string) => Command<'TagResource'> | Command<'UntagResource'>,
): object | Declined {
  const arns = textsIn(input, 'ResourceARNList');
  if (arns.length < 1 || arns.length > 20) return invalid('ResourceARNList has 1 to 20 ARNs.');
  const failed = arns.flatMap((arn) => {
    const answer = dispatch(command(arn));
    if (!('refused' in answer)) return [];
    const { status } = errorAnswer(answer.refused);
    const why = {
      StatusCode: status,
      ErrorCode: 'InvalidParameterException',
      ErrorMessage: answer.refused.message,
    };
    return [[arn, why] as const];
  });
  return { FailedResourcesMap: Object.fromEntries(failed) };
}

function invalid(message: string): Declined {
  return declined('InvalidParameterException', message);
}

/** Resource Groups Tagging: tags of whatever kind of resource, in one place. */
export const tagging: Neighbour = jsonNeighbour('ResourceGroupsTaggingAPI_20170126', {
  GetResources: getResources,
  TagResources: tagResources,
  UntagResources: untagResources,
});
