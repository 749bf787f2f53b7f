/** One shape of the service model, as the validator reads it. Lengths count characters, ranges are inclusive. */
export type Shape =
  | StringShape
  | { readonly type: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly type: 'long'; readonly min?: number; readonly max?: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'timestamp' }
  | ListShape
  | MapShape
  | StructureShape;

export interface StringShape {
  readonly type: 'string';
  readonly min?: number;
  readonly max?: number;
  /** Of the whole text. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

export interface ListShape {
  readonly type: 'list';
  readonly member: string;
  readonly min?: number;
  readonly max?: number;
}

export interface MapShape {
  readonly type: 'map';
  readonly key: string;
  readonly value: string;
  readonly min?: number;
  readonly max?: number;
}

export interface StructureShape {
  readonly type: 'structure';
  readonly required: readonly string[];
  /** Exactly one member is set. */
  readonly union?: true;
  readonly members: Readonly<Record<string, Member>>;
}

export interface Member {
  readonly shape: string;
  /** Where it stands in the request; in the body when absent. */
  readonly location?: 'uri' | 'querystring';
}

/** One operation of the service model. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path with `{labels}`, each one whole segment. */
  readonly uri: string;
  /** Of a successful answer. */
  readonly status: number;
  /** Name of the input's shape. */
  readonly input: string;
  /** The modelled errors it may answer with. */
  readonly errors: readonly string[];
}
