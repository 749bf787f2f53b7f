import { facts } from '../model/facts.ts';
import type { Fact } from '../model/known.ts';
import { refKey } from '../../kinds/object.ts';
import type { Undetermined } from '../model/model.ts';
import type { Resource, ResourceKey, ResourceType } from '../model/resource.ts';
import { memberOf, refsIn } from '../model/values.ts';
import { about, parentOf } from './planning.ts';
import type { Planning } from './planning.ts';
import type { Step } from './step.ts';

/** For the sake of traffic, some steps are tried only after others: no rule names an empty group if that can be helped. */
export function standBehind(planning: Planning): void {
  const { model, steps } = planning;
  if (![...steps.values()].some(({ op }) => op === 'create' || op === 'update')) return;
  const children = childrenIn(model.entries);
  for (const [key, step] of steps) {
    if (step.op !== 'create' && step.op !== 'update') continue;
    const { behind } = facts[step.type];
    if (behind === undefined) continue;
    const open = behind.among === 'family' ? unknownBeside(planning, step, behind.types) : undefined;
    if (open !== undefined) {
      const until = planning.now + planning.settings.callDeadline;
      steps.set(key, { op: 'wait', ...about(step.resource, open.because), until });
      continue;
    }
    const members =
      behind.among === 'family' && step.op === 'create'
        ? [...family(step.resource, children), ...contents(step.resource, children)]
        : contents(step.resource, children);
    const before = members.filter(({ type }) => behind.types.includes(type));
    const first = before.filter((member) => isWork(planning, member));
    const wholes = behind.among === 'family' && step.op === 'create' ? wholesOf(planning, before) : [];
    if (first.length === 0 && wholes.length === 0) continue;
    steps.set(key, {
      ...step,
      behind: [...new Set(first.map((member) => member.key))],
      ...(wholes.length === 0 ? {} : { wholes }),
    });
  }
}

/**
 * For each object that asks for something in a family, what of that is not there yet: nobody is to reach what answers for no
 * object as it should. What is shared by all is asked for by each.
 */
function wholesOf({ steps }: Planning, members: readonly Resource[]): readonly (readonly ResourceKey[])[] {
  const parts = members.filter(({ type }) => facts[type].singleton === undefined);
  const leaves = parts.filter(({ type }) => facts[type].order !== undefined);
  const objects = new Set((leaves.length > 0 ? leaves : parts).flatMap((part) => part.for.map(refKey)));
  return [...objects].map((object) =>
    parts
      .filter((part) => part.for.some((ref) => refKey(ref) === object))
      .flatMap(({ key }) => (steps.get(key)?.op === 'keep' ? [] : [key])),
  );
}

/** What the same objects ask for, does not exist, and is not known well enough to be made. */
function unknownBeside(
  { model, matching }: Planning,
  step: Step,
  types: readonly ResourceType[],
): Undetermined | undefined {
  const objects = new Set(step.for.map(refKey));
  for (const entry of model.entries.values()) {
    if (entry.state === 'wanted' || !types.includes(entry.type) || matching.found.has(entry.key)) continue;
    if (entry.for.some((object) => objects.has(refKey(object)))) return entry;
  }
  return undefined;
}

type Children = ReadonlyMap<ResourceKey, readonly Resource[]>;

function childrenIn(entries: Planning['model']['entries']): Children {
  const children = new Map<ResourceKey, Resource[]>();
  for (const entry of entries.values()) {
    const parent = entry.state === 'wanted' ? parentOf(entry.resource) : undefined;
    if (entry.state !== 'wanted' || parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [entry.resource]);
    else siblings.push(entry.resource);
  }
  return children;
}

/** All that hangs off the same parent, at any depth, and the contents of what it names. */
function family(resource: Resource, children: Children): readonly Resource[] {
  const below = (key: ResourceKey): readonly Resource[] =>
    (children.get(key) ?? []).flatMap((child) =>
      child.key === resource.key ? [] : [child, ...contents(child, children), ...below(child.key)],
    );
  const parent = parentOf(resource);
  return parent === undefined ? [] : below(parent);
}

function contents(resource: Resource, children: Children): readonly Resource[] {
  const parent = parentOf(resource);
  return refsIn(resource.spec)
    .filter((key) => key !== parent)
    .flatMap((key) => children.get(key) ?? [])
    .filter(({ type }) => facts[type].singleton !== undefined);
}

/** Something is made, or begun to be filled. More of what is there already is not worth waiting for. */
function isWork({ steps }: Planning, { type, key }: Resource): boolean {
  const step = steps.get(key);
  switch (step?.op) {
    case 'create':
    case 'replace':
    case 'wait':
      return true;
    case 'update':
      return facts[type].singleton === undefined || isEmpty(step.from) || step.after.length > 0;
    case 'keep':
    case 'delete':
    case 'adopt':
    case 'hold':
    case 'orphan':
    case 'refuse':
    case undefined:
      return false;
  }
}

/** Of what one parent has one of: as good as absent. */
export function isEmpty(fact: Fact): boolean {
  const { singleton } = facts[fact.type];
  if (singleton === undefined) return false;
  const held = memberOf(fact.spec, singleton.holds);
  return held === undefined || (Array.isArray(held) && held.length === 0);
}
