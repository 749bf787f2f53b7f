import type { YAMLParseError } from 'yaml';
import type { WireRequest } from '../../ports/wire.ts';
import { isArray, isObject, own } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { isJson, readJson } from './json-text.ts';
import { decodeProtobuf } from './protobuf.ts';
import { badRequest, unsupportedMediaType } from './status.ts';

export const objectTypes = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
] as const;

/** The media type of the body, without parameters. */
export function mediaType(request: WireRequest): string {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === '' ? 'application/json' : type;
}

/**
 * The object in the body of a create or update. `expected` is the kind that the path asks for, `typed` what an object is
 * that does not say so.
 */
export async function readObjectBody(
  request: WireRequest,
  expected: string,
  typed?: JsonObject,
): Promise<JsonObject> {
  const type = mediaType(request);
  if (typed !== undefined && type === 'application/json' && textOf(request).trim() === 'null') return typed;
  const document = { ...typed, ...(await readDocument(request, type, { expected, isBare: false })) };
  if (own(document, 'kind') === undefined || own(document, 'kind') === '') {
    throw unrecognized(expected, `Object 'Kind' is missing in '${textOf(request)}'`, shown(request));
  }
  return document;
}

interface Expected {
  readonly expected: string;
  /** Complaints do not say what was expected. */
  readonly isBare: boolean;
}

/** The document in the body, whatever kind it is. */
export async function readDocument(
  request: WireRequest,
  type: string,
  { expected, isBare }: Expected,
): Promise<JsonObject> {
  switch (type) {
    case 'application/json': {
      const read = readJson(textOf(request));
      if (isBare && 'complaint' in read)
        throw badRequest(`couldn't get version/kind; json parse error: ${read.complaint}`);
      return jsonObject(request, expected);
    }
    case 'application/yaml':
      return await yamlObject(request, expected);
    case 'application/vnd.kubernetes.protobuf': {
      const decoded = decodeProtobuf(request.body);
      if (decoded === undefined)
        throw unrecognized(expected, 'the protobuf message cannot be read', '<binary>');
      return decoded;
    }
    default:
      throw unsupportedMediaType(objectTypes);
  }
}

function jsonObject(request: WireRequest, expected: string): JsonObject {
  const text = textOf(request);
  const read = readJson(text);
  if ('complaint' in read) {
    throw unrecognized(
      expected,
      `couldn't get version/kind; json parse error: ${read.complaint}`,
      shown(request),
    );
  }
  const { value } = read;
  if (!isJson(value)) throw badRequest(`${expected} cannot be handled: the object is nested too deeply`);
  if (isObject(value)) return value;
  if (value === null) throw unrecognized(expected, "Object 'Kind' is missing in 'null'", shown(request));
  const struct = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;
  throw unrecognized(
    expected,
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${goName(value)} into Go value of type ${struct}`,
    shown(request),
  );
}

function goName(value: Json): string {
  if (isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

async function yamlObject(request: WireRequest, expected: string): Promise<JsonObject> {
  const value = await parseYaml(textOf(request));
  if (typeof value === 'string') throw unrecognized(expected, value, shown(request));
  if (!isObject(value.value)) throw unrecognized(expected, "Object 'Kind' is missing", shown(request));
  return value.value;
}

/** The first YAML document as kubectl reads it, or what is wrong with it. Clients mostly send JSON: loaded when needed. */
async function parseYaml(text: string): Promise<{ readonly value: Json } | string> {
  if (isNestedTooDeeply(text)) return 'yaml: exceeded max depth of 10000';
  const { parseAllDocuments } = await import('yaml');
  const [document] = parseAllDocuments(text, { version: '1.1', uniqueKeys: false });
  if (document === undefined || !('toJS' in document)) return { value: null };
  const [error] = document.errors;
  if (error !== undefined) return `yaml: line ${error.linePos?.[0].line ?? 1}: ${sayYaml(error)}`;
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return isJson(value) ? { value } : 'yaml: the document is nested too deeply or holds what JSON cannot';
  } catch (thrown) {
    return `yaml: ${thrown instanceof Error ? thrown.message : 'cannot be read'}`;
  }
}

/** Go's parser has other words; those for what is cut short are told. */
function sayYaml({ code, message }: YAMLParseError): string {
  return code === 'MISSING_CHAR' || code === 'BAD_INDENT'
    ? 'did not find expected node content'
    : (message.split('\n')[0] ?? '');
}

/** The parser's time grows with the square of the depth of lists in brackets. */
function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.matchAll(/[[\]{}]/gu)) {
    depth += sign === '[' || sign === '{' ? 1 : -1;
    if (depth > 1000) return true;
  }
  return false;
}

/** The patch in the body. kubectl may send any of them as YAML. */
export async function readPatch(request: WireRequest): Promise<Json> {
  const text = textOf(request);
  const type = mediaType(request);
  // The library for strategic merge patches gives its own words.
  const title = type.includes('strategic')
    ? ''
    : type.endsWith('yaml')
      ? 'error decoding YAML: '
      : 'error decoding patch: ';
  const read = readJson(text);
  if ('value' in read) {
    if (isJson(read.value)) return read.value;
    throw badRequest(`${title}the patch is nested too deeply`);
  }
  const yaml = type.endsWith('yaml') ? await parseYaml(text) : read.complaint;
  if (typeof yaml !== 'string') return yaml.value;
  throw badRequest(type.endsWith('yaml') ? `${title}error converting YAML to JSON: ${yaml}` : title + yaml);
}

/** A patch that is a map, or null. */
export function patchMap(request: WireRequest, patch: Json): JsonObject | null {
  if (patch === null || isObject(patch)) return patch;
  const title = mediaType(request).includes('strategic') ? '' : 'error decoding patch: ';
  throw badRequest(
    `${title}json: cannot unmarshal ${goName(patch)} into Go value of type map[string]interface {}`,
  );
}

const decoder = new TextDecoder();

export function textOf(request: WireRequest): string {
  return decoder.decode(request.body);
}

/** What is shown of a body that is no object: JSON as it is, other bytes in hexadecimal. */
function shown(request: WireRequest): string {
  const text = textOf(request);
  if (text === '') return '<empty>';
  const limit = 30;
  const whole = text.startsWith('{') ? text : Buffer.from(request.body).toString('hex');
  return whole.length > limit ? `${whole.slice(0, limit)} ...` : whole;
}

/** No such kind, as Go's registry of types says it. */
export function unregistered(kind: string, apiVersion: string): string {
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
}

function unrecognized(expected: string, why: string, body: string): Error {
  return badRequest(`the object provided is unrecognized (must be of type ${expected}): ${why} (${body})`);
}
