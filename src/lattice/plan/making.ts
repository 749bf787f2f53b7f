import { facts } from '../model/facts.ts';
import { limits } from '../model/limits.gen.ts';
import type { KnownEntry } from '../model/known.ts';
import type { Resource, ResourceKey } from '../model/resource.ts';
import { freeName } from './rules.ts';
import { refsIn } from '../model/values.ts';
import { about, isMadeAnew, knownAs } from './planning.ts';
import type { Planning } from './planning.ts';
import type { Step } from './step.ts';

/** The step that makes it. */
export function create(planning: Planning, wish: Resource, because: string): Step & { op: 'create' } {
  const resource = withFreeName(planning, wish);
  return {
    op: 'create',
    ...about(resource, because),
    resource,
    after: notReady(planning, resource),
    behind: [],
  };
}

/** A group that goes on for somebody else, until this one is there, keeps its name: Lattice gives no name twice. */
function withFreeName({ index }: Planning, resource: Resource): Resource {
  if (resource.type !== 'targetGroup') return resource;
  const { name } = resource.spec;
  const names = index.groupNames();
  if ((names.get(name) ?? resource.key) === resource.key) return resource;
  const free = freeName(name, new Set(names.keys()), limits.TargetGroupName.max);
  return { ...resource, spec: { ...resource.spec, name: free } };
}

/** The step that makes another one: beside the one there is, where its type allows that, or in its place. */
export function replace(
  planning: Planning,
  resource: Resource,
  entry: KnownEntry,
  changes: readonly string[],
  because: string,
): Step & { op: 'replace' } {
  return {
    op: 'replace',
    ...about(resource, because),
    ...knownAs(resource.key, entry),
    resource,
    how: makesBeside(resource, changes)
      ? { kind: 'beside', aside: asideKey(resource, entry) }
      : { kind: 'instead' },
    changes,
    after: notReady(planning, resource),
  };
}

/** Whether for such changes the new one is made first. What failed at its creation goes first: nobody uses it. */
export function makesBeside({ type }: Resource, changes: readonly string[]): boolean {
  return facts[type].replace === 'beside' && changes.length > 0;
}

/** Where the one that is being replaced goes in the ledger; after a first try it is there already. */
function asideKey({ key }: Resource, entry: KnownEntry): ResourceKey {
  return entry.key === key ? `${key}@${entry.id ?? ''}` : entry.key;
}

/** What it refers to that does not yet exist or is not yet active. */
export function notReady({ matching, known, steps }: Planning, resource: Resource): readonly ResourceKey[] {
  return refsIn(resource.spec).filter((key) => {
    if (known.answers.get(key)?.answer?.found === 'one') return false;
    const entry = matching.found.get(key);
    return !(
      !isMadeAnew(steps.get(key)) &&
      entry?.state === 'known' &&
      entry.fact?.lifecycle.phase !== 'inProgress'
    );
  });
}
