import { builtinKinds } from '../schema/builtin/kinds.ts';
import { compareVersions, kindOfDefinition } from '../schema/definition.ts';
import { isObject, listAt, textAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import { qualifiedName } from '../schema/kind.ts';
import type { KindVersion, ResourceKind } from '../schema/kind.ts';
import { definitions, list } from '../storage/state.ts';
import type { State } from '../storage/state.ts';
import type { Traits } from '../storage/lifecycle.ts';

export interface ServedKind {
  readonly kind: ResourceKind;
  readonly version: KindVersion;
}

/** All kinds that are served in one state of the cluster. */
export interface Kinds {
  readonly all: readonly ResourceKind[];
  /** Groups in order, each with its versions, the preferred one first. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  find(group: string, version: string, plural: string): ServedKind | undefined;
  findKind(apiVersion: string, kind: string): ServedKind | undefined;
  traitsOf(resource: string): Traits;
}

/** Reads definitions once each: a definition that did not change gives the same kind again. */
export class Registry {
  readonly #kinds = new WeakMap<JsonObject, ResourceKind>();
  #last: { readonly definedAt: number; readonly kinds: Kinds } | undefined;

  /** The kinds of this state, which must be one of the same cluster every time. */
  at(state: State): Kinds {
    const { definedAt } = state;
    if (this.#last?.definedAt === definedAt) return this.#last.kinds;
    const established = [...list(state, { resource: definitions })]
      .map(([, object]) => object)
      .filter(isEstablished);
    const kinds = kindsOf([...builtinKinds, ...established.map((definition) => this.#kindOf(definition))]);
    this.#last = { definedAt, kinds };
    return kinds;
  }

  #kindOf(definition: JsonObject): ResourceKind {
    const known = this.#kinds.get(definition);
    if (known !== undefined) return known;
    const kind = kindOfDefinition(definition);
    this.#kinds.set(definition, kind);
    return kind;
  }
}

function isEstablished(definition: JsonObject): boolean {
  return listAt(definition, 'status', 'conditions').some(
    (condition) =>
      isObject(condition) &&
      textAt(condition, 'type') === 'Established' &&
      textAt(condition, 'status') === 'True',
  );
}

function kindsOf(all: readonly ResourceKind[]): Kinds {
  const byPath = new Map<string, ServedKind>();
  const byName = new Map<string, ServedKind>();
  const byResource = new Map<string, ResourceKind>();
  const groups = new Map<string, readonly string[]>();
  for (const kind of all) {
    byResource.set(qualifiedName(kind), kind);
    for (const version of kind.versions) {
      byPath.set(`${kind.group}/${version.name}/${kind.plural}`, { kind, version });
      byName.set(`${kind.group}/${version.name}/${kind.kind}`, { kind, version });
      const versions = groups.get(kind.group) ?? [];
      if (!versions.includes(version.name)) {
        groups.set(kind.group, [...versions, version.name].toSorted(compareVersions));
      }
    }
  }
  return {
    all,
    groups,
    find: (group, version, plural) => byPath.get(`${group}/${version}/${plural}`),
    findKind: (apiVersion, kind) =>
      byName.get(`${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}/${kind}`),
    traitsOf: (resource) =>
      byResource.get(resource) ?? {
        generation: 'none',
        graceful: false,
        bornWithStatus: false,
        statusTakes: [],
      },
  };
}
