import { refKey } from '../../kinds/object.ts';
import { facts } from '../model/facts.ts';
import type { Known, KnownEntry } from '../model/known.ts';
import type { Model, Undetermined } from '../model/model.ts';
import type { ResourceKey, ResourceType } from '../model/resource.ts';
import { stringsIn } from '../model/values.ts';

/** What is known and wanted, looked up by what planning asks for. Each part is made when it is first asked for. */
export interface KnownIndex {
  childrenOf(key: ResourceKey): readonly KnownEntry[];
  /** Those whose facts name this id, besides the thing itself. */
  usersOf(id: string): readonly KnownEntry[];
  byArn(arn: string): KnownEntry | undefined;
  /** Names of our target groups, by which key has them. */
  groupNames(): ReadonlyMap<string, ResourceKey>;
  /** The types of which it cannot be told yet what this object (by `refKey`) asks for. */
  openTypes(object: string): ReadonlySet<ResourceType>;
  /** What stands for things in this one of the model that cannot be named. */
  openWithin(key: ResourceKey): Undetermined | undefined;
}

export function indexKnown(known: Known, model: Model): KnownIndex {
  const children = lazily(() => grouped(known, ({ parent }) => (parent === undefined ? [] : [parent])));
  const users = lazily(() => {
    const ids = new Set([...known.entries.values()].map(({ id }) => id));
    return grouped(known, ({ id, fact }) =>
      fact === undefined ? [] : stringsIn(fact.spec).filter((text) => ids.has(text) && text !== id),
    );
  });
  const groupNames = lazily(() => {
    const ours = [...known.entries.values()].filter(
      ({ state, owner }) => owner === 'ours' && state !== 'gone',
    );
    return new Map(
      ours.flatMap(({ key, fact }) => (fact?.type === 'targetGroup' ? [[fact.spec.name, key] as const] : [])),
    );
  });
  const arns = lazily(() => {
    const things = [...known.entries.values()].filter(({ type }) => facts[type].singleton === undefined);
    return new Map(things.map((entry) => [entry.arn, entry]));
  });
  const open = lazily(() => {
    const types = new Map<string, Set<ResourceType>>();
    for (const entry of model.entries.values()) {
      if (entry.state !== 'undetermined') continue;
      for (const object of entry.for.map(refKey)) {
        types.set(object, (types.get(object) ?? new Set()).add(entry.type));
      }
    }
    return types;
  });
  const within = lazily(() => {
    const undetermined = [...model.entries.values()].filter((entry) => entry.state === 'undetermined');
    return new Map(
      undetermined.flatMap((entry) => (entry.within === undefined ? [] : [[entry.within, entry] as const])),
    );
  });
  return {
    childrenOf: (key) => children().get(key) ?? [],
    usersOf: (id) => users().get(id) ?? [],
    groupNames,
    byArn: (arn) => arns().get(arn),
    openWithin: (key) => within().get(key),
    openTypes: (object) => open().get(object) ?? none,
  };
}

const none: ReadonlySet<ResourceType> = new Set();

function grouped(
  known: Known,
  under: (entry: KnownEntry) => readonly string[],
): ReadonlyMap<string, readonly KnownEntry[]> {
  const groups = new Map<string, KnownEntry[]>();
  for (const entry of known.entries.values()) {
    for (const name of under(entry)) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [entry]);
      else group.push(entry);
    }
  }
  return groups;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
