import { annotations } from '../../kinds/names.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { limits } from '../model/limits.gen.ts';
import type { Identity, TagName } from '../model/ownership.ts';
import { managedBy, tagKeys, tagPrefix, tagged } from '../model/ownership.ts';
import type { Tags } from '../model/resource.ts';
import type { Settings } from './settings.ts';

/** The tags of something made for an object: ours win over what people add. */
export function tagsFor(
  settings: Settings,
  object: KubeObject | undefined,
  own: Partial<Readonly<Record<TagName, string>>> = {},
): Tags {
  const additional = { ...settings.additionalTags, ...(object === undefined ? {} : annotatedTags(object)) };
  return {
    ...additional,
    ...tagged({ ManagedBy: managedBy(settings.identity), ...own, ...keysOf(additional) }),
  };
}

/** The tag `Hostname` of what has none and is made beside what has one: no hostname is spelled like this. */
export const noHostname = '-';

function keysOf(additional: Tags): Partial<Record<TagName, string>> {
  const keys = Object.keys(additional);
  return keys.length === 0 ? {} : { TagKeys: tagKeys(keys) };
}

/** On networks and services: which cluster of this name it is. */
export function clusterUid({ clusterUid }: Identity): Partial<Record<TagName, string>> {
  return clusterUid === undefined ? {} : { ClusterUid: clusterUid };
}

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const mostTags = 50;

/** `key=value,…`: pairs that AWS would refuse, and keys that are ours or AWS's, are dropped. The first of a key wins. */
function annotatedTags({ metadata }: KubeObject): Tags {
  const pairs = new Map<string, string>();
  for (const pair of (metadata.annotations?.[annotations.tags] ?? '').split(',')) {
    const at = pair.indexOf('=');
    if (at < 0) continue;
    const [key, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (isTag(key, value) && !pairs.has(key) && pairs.size < mostTags) pairs.set(key, value);
  }
  return Object.fromEntries(
    [...pairs].filter(([key]) => !key.startsWith(tagPrefix) && !key.toLowerCase().startsWith('aws:')),
  );
}

function isTag(key: string, value: string): boolean {
  return (
    key !== '' &&
    value !== '' &&
    key.length <= limits.TagKey.max &&
    value.length <= limits.TagValue.max &&
    allowed.test(key) &&
    allowed.test(value)
  );
}
