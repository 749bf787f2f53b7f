import type { WireResponse } from '../../ports/wire.ts';
import { isObject, objectAt } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { ResourceCall } from './context.ts';
import { bytes } from './reply.ts';
import { unacceptable } from './status.ts';

/** How a client wants to see objects. */
export type Shape = 'object' | 'table' | 'metadata';

const mediaTypes: readonly string[] = [
  '*/*',
  'application/*',
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
];

interface Wish {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function wishes(accept: string): readonly Wish[] {
  return accept.split(',').map((one) => {
    const [type = '', ...parameters] = one.split(';').map((part) => part.trim());
    return {
      type,
      parameters: new Map(
        parameters.map((part): [string, string] => [part.split('=')[0] ?? '', part.split('=')[1] ?? '']),
      ),
    };
  });
}

/** Whether a client takes anything that an API server has. Ours has no protobuf, and answers in JSON instead. */
export function isAcceptable(accept: string): boolean {
  return accept.trim() === '' || wishes(accept).some(({ type }) => mediaTypes.includes(type));
}

/** Whether YAML is what a client would like best. */
export function wantsYaml(accept: string): boolean {
  return wishes(accept).find(({ type }) => mediaTypes.includes(type))?.type === 'application/yaml';
}

/** The first shape of those a client takes that there is. */
export function shapeOf(accept: string, { kind }: ResourceCall, of: 'object' | 'list'): Shape {
  for (const { type, parameters } of wishes(accept)) {
    const as = parameters.get('as');
    if (!mediaTypes.includes(type)) continue;
    if (as === undefined) return 'object';
    if (parameters.get('g') !== undefined && parameters.get('g') !== 'meta.k8s.io') continue;
    if (!['v1', 'v1beta1'].includes(parameters.get('v') ?? '')) continue;
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') {
      const isList = as.endsWith('List');
      if (isList === (of === 'list')) return 'metadata';
      const list =
        kind.origin === 'custom'
          ? 'unstructured.UnstructuredList'
          : `${kind.group.split('.')[0] || 'core'}.${kind.listKind}`;
      throw unacceptable(
        isList
          ? `you requested ${as}, but the requested object is not a list`
          : `you requested ${as}, but the requested object is a list (*${list})`,
      );
    }
  }
  return 'object';
}

/** An object without its content, as collectors and informers of metadata ask for it. */
export function metadataOf(object: JsonObject): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: objectAt(object, 'metadata'),
  };
}

/** What was written, for who wants to see no more of it than its metadata. */
export function shaped(response: WireResponse, accept: string, call: ResourceCall): WireResponse {
  if (response.status >= 300 || !(response.body instanceof Uint8Array)) return response;
  if (!accept.includes('as=') || shapeOf(accept, call, 'object') !== 'metadata') return response;
  const written: Json = JSON.parse(new TextDecoder().decode(response.body));
  if (!isObject(written) || written['kind'] !== call.kind.kind) return response;
  return { ...response, body: bytes(`${JSON.stringify(metadataOf(written))}\n`) };
}

/** An answer as YAML, which is loaded when somebody asks for it; streams stay as they are. */
export async function inYaml(response: WireResponse): Promise<WireResponse> {
  if (!(response.body instanceof Uint8Array)) return response;
  if (response.headers['content-type'] !== 'application/json') return response;
  const { stringify } = await import('yaml');
  const value: Json = JSON.parse(new TextDecoder().decode(response.body));
  const body = bytes(
    stringify(value, { sortMapEntries: true, aliasDuplicateObjects: false, version: '1.1' }),
  );
  return { ...response, headers: { ...response.headers, 'content-type': 'application/yaml' }, body };
}
