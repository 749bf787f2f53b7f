import { refKey } from '../../kinds/object.ts';
import { keyOfTagged } from '../model/keys.ts';
import type { KnownEntry } from '../model/known.ts';
import { objectsNamedBy, tagged, tagOf } from '../model/ownership.ts';
import type { TagName } from '../model/ownership.ts';
import type { ResourceKey, Tags, TargetGroupResource } from '../model/resource.ts';
import type { Draft } from './draft.ts';
import { noHostname } from './tags.ts';
import type { GroupUser } from './target-groups.ts';

/**
 * Which group a backend has in a service. Lattice lets a group serve one service only: where the usual one serves another,
 * as while a route is on its way from one to the other, there is one beside it, which says the hostname and stays for
 * as long as its service does. A service that was kept when the form of the mapping changed keeps its groups.
 * `make`: the group with these tags.
 */
export function groupInUse(
  draft: Draft,
  user: GroupUser,
  tags: Tags,
  make: (tags: Tags) => TargetGroupResource,
): TargetGroupResource {
  const usual = make(tags);
  const tagsBeside = { ...tags, ...tagged({ Hostname: user.hostname?.toLowerCase() ?? noHostname }) };
  const keyBeside = keyOfTagged.targetGroup(tagsBeside);
  const present = presentAt(draft, usual.key);
  const beside = keyBeside === undefined || keyBeside === usual.key ? undefined : presentAt(draft, keyBeside);
  if (beside === undefined && present !== undefined && !user.isMoving) return usual;
  const service = user.home.there?.key;
  if (service === undefined && !user.isMoving) return usual;

  const usersOf = ({ key }: KnownEntry): readonly ResourceKey[] => draft.usersOf.get(key) ?? [];
  const isOurs = (entry: KnownEntry): boolean => service !== undefined && usersOf(entry).includes(service);
  const there = present ?? presentAt(draft, keyWithoutPort(tags));
  if (there !== undefined && isOurs(there)) return usual;
  if (beside !== undefined && isOurs(beside)) return make(tagsBeside);
  const kept = service === undefined ? undefined : keptGroup(user, usual, draft.groupsOf.get(service) ?? []);
  if (kept !== undefined) return { ...usual, key: kept.key };
  const isElsewhere = there !== undefined && usersOf(there).length > 0;
  return keyBeside !== usual.key && (beside !== undefined || isElsewhere) ? make(tagsBeside) : usual;
}

/** Also one that is being made. */
function presentAt({ known }: Draft, key: ResourceKey | undefined): KnownEntry | undefined {
  const entry = key === undefined ? undefined : known.entries.get(key);
  const isThere = entry?.state !== 'gone' && (entry?.id !== undefined || entry?.creating !== undefined);
  return isThere ? entry : undefined;
}

/** As older controllers tagged it. */
function keyWithoutPort(tags: Tags): ResourceKey | undefined {
  const [port = ''] = Object.keys(tagged({ ServicePort: '' }));
  return keyOfTagged.targetGroup(Object.fromEntries(Object.entries(tags).filter(([name]) => name !== port)));
}

/** Of the same backend, made when the mapping had its other form. */
function keptGroup(
  { route, groupTags }: GroupUser,
  { tags, spec }: TargetGroupResource,
  groups: readonly KnownEntry[],
): KnownEntry | undefined {
  return groups.find(({ tags: others, fact }) => {
    const isSame = backendTags.every((name) => tagOf(tags, name) === tagOf(others, name));
    const isForm = objectsNamedBy(others).some(
      (object) =>
        (object.kind === 'Gateway') === (groupTags === undefined) || refKey(object) === refKey(route.ref),
    );
    const fits = fact?.type === 'targetGroup' && fact.spec.ipAddressType === spec.ipAddressType;
    return isSame && isForm && fits;
  });
}

const backendTags: readonly TagName[] = ['ServiceName', 'ServiceNamespace', 'ServicePort', 'ProtocolVersion'];
