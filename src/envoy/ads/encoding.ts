import { createHash } from 'node:crypto';
import { fromJson, toBinary } from '@bufbuild/protobuf';
import type { DescMessage } from '@bufbuild/protobuf';
import { ClusterSchema } from '../proto/envoy/config/cluster/v3/cluster.gen.ts';
import { ClusterLoadAssignmentSchema } from '../proto/envoy/config/endpoint/v3/endpoint.gen.ts';
import { ListenerSchema } from '../proto/envoy/config/listener/v3/listener.gen.ts';
import { RouteConfigurationSchema } from '../proto/envoy/config/route/v3/route.gen.ts';
import { ScopedRouteConfigurationSchema } from '../proto/envoy/config/route/v3/scoped_route.gen.ts';
import { referencesOf, resourceKinds } from '../resources/snapshot.ts';
import type { ResourceKind, ResourceRef, Resources, Snapshot, Unfit } from '../resources/snapshot.ts';
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

export interface Encoded {
  readonly snapshot: { readonly [K in ResourceKind]: Map<string, EncodedResource> };
  readonly unfit: readonly Unfit[];
}

/** Turns snapshots into bytes, and remembers what it has encoded by the identity of the JSON. */
export class Encoder {
  readonly #known = new WeakMap<object, EncodedResource>();

  /**
   * A resource that is no valid JSON of its kind is what it was in the `last` snapshot, or left out, so that no other waits
   * for it.
   */
  encode(snapshot: Snapshot, last: EncodedSnapshot): Encoded {
    const unfit: Unfit[] = [];
    const encoded = {
      clusters: this.#all('clusters', snapshot.clusters, { last, unfit }),
      endpoints: this.#all('endpoints', snapshot.endpoints, { last, unfit }),
      listeners: this.#all('listeners', snapshot.listeners, { last, unfit }),
      scopes: this.#all('scopes', snapshot.scopes, { last, unfit }),
      routes: this.#all('routes', snapshot.routes, { last, unfit }),
    };
    return { snapshot: encoded, unfit };
  }

  #all<K extends ResourceKind>(
    kind: K,
    resources: ReadonlyMap<string, Resources[K]>,
    { last, unfit }: { readonly last: EncodedSnapshot; readonly unfit: Unfit[] },
  ): Map<string, EncodedResource> {
    const encoded = new Map<string, EncodedResource>();
    for (const [name, json] of resources) {
      try {
        const resource = this.#known.get(json) ?? encodeResource(kind, name, json);
        this.#known.set(json, resource);
        encoded.set(name, resource);
      } catch (error) {
        unfit.push({ kind, name, message: error instanceof Error ? error.message : String(error) });
        const before = last[kind].get(name);
        if (before !== undefined) encoded.set(name, before);
      }
    }
    return encoded;
  }
}

function encodeResource<K extends ResourceKind>(kind: K, name: string, json: Resources[K]): EncodedResource {
  const references: readonly ResourceRef[] = referencesOf[kind](name, json);
  const schema: DescMessage = schemas[kind];
  const bytes = toBinary(schema, fromJson(schema, json, { registry: anyRegistry }));
  return { name, bytes, version: createHash('sha256').update(bytes).digest('hex').slice(0, 16), references };
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
