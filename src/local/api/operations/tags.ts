import { findByArn } from '../../state/tags.ts';
import { commanding } from '../handler.ts';
import type { Handler } from '../handler.ts';

const list: Handler<'ListTagsForResource'> = ({ resourceArn }, call) => {
  const resource = findByArn(call.state(), resourceArn, call);
  return 'refused' in resource ? resource : { tags: resource.tags };
};

export const tagOperations = {
  TagResource: commanding('TagResource', () => ({})),
  UntagResource: commanding('UntagResource', () => ({})),
  ListTagsForResource: list,
};
