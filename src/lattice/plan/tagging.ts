import { facts } from '../model/facts.ts';
import type { KnownEntry } from '../model/known.ts';
import { isTagKey, tagOf, tagPrefix } from '../model/ownership.ts';
import type { Resource, ResourceKey, Tags } from '../model/resource.ts';
import { about, knownAs, parentOf } from './planning.ts';
import type { Planning } from './planning.ts';

/**
 * Tags that people asked for. Those of services and groups are known; of what lives in a service they are not, and it gets
 * its own before the service does: whoever starts anew sees by the service that something is left to do. Tags of others
 * are never looked at.
 */
export function arrangeTags(planning: Planning): void {
  for (const resource of wanted(planning)) {
    if (facts[resource.type].ownership !== 'own') continue;
    const entry = kept(planning, resource);
    if (entry === undefined || !differs(entry.tags, resource.tags)) continue;
    if (familyIsTagged(planning, resource)) retag(planning, resource, entry);
  }
}

/** Whether all that lives in it carries its tags, as far as we have put them there; asks for what is missing. */
function familyIsTagged(planning: Planning, root: Resource): boolean {
  let all = true;
  const family = new Set<ResourceKey>([root.key]);
  for (const resource of wanted(planning)) {
    const { singleton, ownership } = facts[resource.type];
    // What has tags of its own, or none, is not in the family.
    const isByItself = resource.key === root.key || singleton !== undefined || ownership === 'own';
    if (isByItself || !family.has(parentOf(resource) ?? '')) continue;
    family.add(resource.key);
    const entry = kept(planning, resource);
    if (entry?.owner === 'foreign') continue;
    if (entry === undefined) all = false;
    else if (entry.owner === 'unread') {
      planning.reads.resource(entry, about(resource, 'whose it is decides whether it gets tags'));
      all = false;
    } else if (differs(entry.tags, resource.tags)) {
      retag(planning, resource, entry, root);
      all = false;
    }
  }
  return all;
}

function* wanted({ model }: Planning) {
  for (const entry of model.entries.values()) if (entry.state === 'wanted') yield entry.resource;
}

/** As it is known, where nothing else is to be done about it. */
function kept({ steps, matching }: Planning, { key }: Resource): KnownEntry | undefined {
  return steps.get(key)?.op === 'keep' ? matching.found.get(key) : undefined;
}

function retag(planning: Planning, resource: Resource, entry: KnownEntry, root = resource): void {
  if (entry.arn === undefined) return;
  const actual = planning.matching.found.get(root.key)?.tags ?? entry.tags;
  planning.steps.set(resource.key, {
    op: 'adopt',
    ...about(resource, 'its tags differ'),
    ...knownAs(resource.key, entry),
    resource,
    arn: entry.arn,
    untag: outdated(actual, resource.tags),
  });
}

function differs(actual: Tags, wished: Tags): boolean {
  for (const key in wished) if (!key.startsWith(tagPrefix) && actual[key] !== wished[key]) return true;
  return outdated(actual, wished).length > 0;
}

/** Tags that were asked for once, and are no longer. */
function outdated(actual: Tags, wished: Tags): readonly string[] {
  const ours = tagOf(actual, 'TagKeys') ?? '';
  if (ours === '') return [];
  const keys = Object.keys(actual).filter(
    (key) => !key.startsWith(tagPrefix) && wished[key] === undefined && isTagKey(ours, key),
  );
  const record = `${tagPrefix}TagKeys`;
  return wished[record] === undefined ? [...keys, record] : keys;
}
