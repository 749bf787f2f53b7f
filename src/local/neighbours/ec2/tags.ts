import { securityGroupsOf, subnetsOf, vpcsOf } from '../../state/vpc.ts';
import type { RegionState } from '../../state/state.ts';
import { recordsIn, textIn, textsIn } from '../input.ts';
import type { Input, Operation } from '../neighbour.ts';
import { declined } from '../neighbour.ts';
import { declinedBy } from '../refusals.ts';
import { endpointsOf } from './endpoints.ts';
import { described } from './filters.ts';

export const createTags: Operation = (input, { dispatch }) => {
  const tags = Object.fromEntries(tagsNamed(input).map(({ key, value = '' }) => [key, value]));
  if (Object.keys(tags).length === 0) return declined('MissingParameter', 'The request has no Tag.');
  const answer = dispatch({ op: 'CreateEc2Tags', input: { ids: textsIn(input, 'ResourceId'), tags } });
  return 'refused' in answer ? declinedBy(answer.refused) : { return: true };
};

export const deleteTags: Operation = (input, { dispatch }) => {
  const ids = textsIn(input, 'ResourceId');
  const answer = dispatch({ op: 'DeleteEc2Tags', input: { ids, tags: tagsNamed(input) } });
  return 'refused' in answer ? declinedBy(answer.refused) : { return: true };
};

/** Each tag for itself, with what it is a tag of. */
export const describeTags: Operation = (input, { region, account }) =>
  described(taggedIn(region.state(), account), input, {
    name: 'tagSet',
    say: ({ resourceId, resourceType, key, value }) => ({ resourceId, resourceType, key, value }),
    facts: ({ resourceId, resourceType, key, value }) => ({
      'resource-id': [resourceId],
      'resource-type': [resourceType],
      key: [key],
      value: [value],
    }),
  });

interface Tag {
  readonly key: string;
  readonly value?: string;
}

function tagsNamed(input: Input): readonly Tag[] {
  return recordsIn(input, 'Tag').flatMap((tag) => {
    const key = textIn(tag, 'Key');
    const value = textIn(tag, 'Value');
    return key === undefined ? [] : [{ key, ...(value === undefined ? {} : { value }) }];
  });
}

function taggedIn(state: RegionState, account: string) {
  const all = {
    vpc: vpcsOf(state, account),
    subnet: subnetsOf(state, account),
    'security-group': securityGroupsOf(state, account),
    'vpc-endpoint': endpointsOf(state, account),
    instance: [...state.instances.values()].filter((each) => each.account === account),
  };
  return Object.entries(all).flatMap(([resourceType, resources]) =>
    resources.flatMap(({ id, tags }) =>
      Object.entries(tags).map(([key, value]) => ({
        resourceId: id,
        resourceType,
        key,
        value,
        tags: { [key]: value },
      })),
    ),
  );
}
