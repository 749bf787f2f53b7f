import type { Json, JsonObject } from './json.ts';
import type { Schema } from './schema.ts';

/** A kind is data: everything the API server needs to serve it. CRDs and the built-in table both make these. */
export interface ResourceKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly categories: readonly string[];
  /** Served ones, the most preferred first. */
  readonly versions: readonly KindVersion[];
  readonly origin: 'builtin' | 'custom';
  /** Which names its objects may have. */
  readonly names: 'subdomain' | 'label' | 'path';
  /** Fields a field selector may ask for, beside metadata.name and metadata.namespace; absent means missing in the object. */
  readonly selectableFields: readonly string[];
  /** Which changes count as a new generation of the object. */
  readonly generation: Generation;
  /** Deletion waits for whoever runs the object, as long as it asks. */
  readonly graceful: boolean;
  /** A status given at creation is kept. */
  readonly bornWithStatus: boolean;
  /** What of the metadata an update of the status may change too. */
  readonly statusTakes: readonly string[];
  /** A deletion that is over at once answers with the object, not with a Status. */
  readonly returnsDeleted: boolean;
  /** Virtual kinds are asked and never kept: reviews. */
  readonly virtual: boolean;
}

/** `content` is everything but metadata and status. */
export type Generation = 'none' | 'spec' | 'specOrAnnotations' | 'content';

export interface KindVersion {
  readonly name: string;
  /** Of whole objects: apiVersion, kind and metadata included. */
  readonly schema: Schema;
  readonly status: boolean;
  readonly scale?: ScalePaths;
  readonly columns: readonly Column[];
  readonly deprecated?: string;
}

/** Where a scale subresource finds its numbers, as field paths. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  readonly selector?: readonly string[];
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, more only on request. */
  readonly priority: number;
  readonly cell: Cell;
}

/** What a table shows of an object at a moment (Unix ms). */
export type Cell = (object: JsonObject, now: number) => Json;

/** `deployments.apps`; `pods` in the core group. */
export function qualifiedName(kind: Pick<ResourceKind, 'group' | 'plural'>): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

export function apiVersionOf(kind: Pick<ResourceKind, 'group'>, version: string): string {
  return kind.group === '' ? version : `${kind.group}/${version}`;
}
