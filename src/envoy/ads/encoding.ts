import { createHash } from 'node:crypto';
import { fromJson, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, JsonValue } from '@bufbuild/protobuf';
import { ClusterSchema } from '../proto/envoy/config/cluster/v3/cluster.gen.ts';
import { ClusterLoadAssignmentSchema } from '../proto/envoy/config/endpoint/v3/endpoint.gen.ts';
import { ListenerSchema } from '../proto/envoy/config/listener/v3/listener.gen.ts';
import { RouteConfigurationSchema } from '../proto/envoy/config/route/v3/route.gen.ts';
import { ScopedRouteConfigurationSchema } from '../proto/envoy/config/route/v3/scoped_route.gen.ts';
import { referencesOf, resourceKinds } from '../resources/snapshot.ts';
import type { ResourceKind, ResourceRef, Resources, Snapshot } from '../resources/snapshot.ts';
import { anyRegistry } from './any-registry.ts';

/** A resource as it goes on the stream. Equal content has an equal version, in every process. */
export interface EncodedResource {
  readonly name: string;
  readonly version: string;
  readonly bytes: Uint8Array;
  /** What Envoy will ask for, or look up, once it has this. */
  readonly references: readonly ResourceRef[];
}

export type EncodedSnapshot = Readonly<Record<ResourceKind, ReadonlyMap<string, EncodedResource>>>;

/** A name in a resource leads nowhere: our bug, found before Envoy sees it. */
export class DanglingReference extends Error {
  override readonly name = 'DanglingReference';
  readonly from: ResourceRef;
  readonly to: ResourceRef;

  constructor(from: ResourceRef, to: ResourceRef) {
    super(
      `${typeNames[from.kind]} ${from.name} names ${typeNames[to.kind]} ${to.name}, which does not exist`,
    );
    this.from = from;
    this.to = to;
  }
}

/** Turns snapshots into bytes, and remembers what it has encoded by the identity of the JSON. */
export class Encoder {
  readonly #known = new WeakMap<object, EncodedResource>();

  /**
   * Throws `DanglingReference`, or names the resource that is no valid JSON of its kind: so whatever it gives is
   * consistent.
   */
  encode(snapshot: Snapshot): EncodedSnapshot {
    const encoded = {
      clusters: this.#all('clusters', snapshot.clusters),
      endpoints: this.#all('endpoints', snapshot.endpoints),
      listeners: this.#all('listeners', snapshot.listeners),
      scopes: this.#all('scopes', snapshot.scopes),
      routes: this.#all('routes', snapshot.routes),
    };
    demandConsistency(encoded);
    return encoded;
  }

  #all<K extends ResourceKind>(
    kind: K,
    resources: ReadonlyMap<string, Resources[K]>,
  ): ReadonlyMap<string, EncodedResource> {
    const encoded = new Map<string, EncodedResource>();
    for (const [name, json] of resources) {
      const resource = this.#known.get(json) ?? encodeResource(kind, name, json);
      this.#known.set(json, resource);
      encoded.set(name, resource);
    }
    return encoded;
  }
}

function demandConsistency(snapshot: EncodedSnapshot): void {
  for (const kind of resourceKinds) {
    for (const { name, references } of snapshot[kind].values()) {
      for (const to of references) {
        if (!snapshot[to.kind].has(to.name)) throw new DanglingReference({ kind, name }, to);
      }
    }
  }
}

function encodeResource<K extends ResourceKind>(kind: K, name: string, json: Resources[K]): EncodedResource {
  const references: readonly ResourceRef[] = referencesOf[kind](name, json);
  const bytes = binary(kind, name, json);
  return { name, bytes, version: createHash('sha256').update(bytes).digest('hex').slice(0, 16), references };
}

function binary(kind: ResourceKind, name: string, json: JsonValue): Uint8Array {
  try {
    const schema: DescMessage = schemas[kind];
    return toBinary(schema, fromJson(schema, json, { registry: anyRegistry }));
  } catch (error) {
    throw new Error(`${typeNames[kind]} ${name} is not what Envoy calls one`, { cause: error });
  }
}

const schemas = {
  clusters: ClusterSchema,
  endpoints: ClusterLoadAssignmentSchema,
  listeners: ListenerSchema,
  scopes: ScopedRouteConfigurationSchema,
  routes: RouteConfigurationSchema,
} as const satisfies Record<ResourceKind, DescMessage>;

/** What people call the kinds. */
export const typeNames = {
  clusters: 'cluster',
  endpoints: 'endpoints',
  listeners: 'listener',
  scopes: 'route scope',
  routes: 'route configuration',
} as const satisfies Record<ResourceKind, string>;

/** The type URL of a kind, as it stands in every request and response. */
export const typeUrls: Readonly<Record<ResourceKind, string>> = {
  clusters: `type.googleapis.com/${ClusterSchema.typeName}`,
  endpoints: `type.googleapis.com/${ClusterLoadAssignmentSchema.typeName}`,
  listeners: `type.googleapis.com/${ListenerSchema.typeName}`,
  scopes: `type.googleapis.com/${ScopedRouteConfigurationSchema.typeName}`,
  routes: `type.googleapis.com/${RouteConfigurationSchema.typeName}`,
};

export function kindOf(typeUrl: string): ResourceKind | undefined {
  return resourceKinds.find((kind) => typeUrls[kind] === typeUrl);
}
