import type { FieldError } from '../schema/field-error.ts';
import { reasonOf, sayFieldError } from '../schema/field-error.ts';
import type { JsonObject } from '../schema/json.ts';
import { qualifiedName } from '../schema/kind.ts';
import type { ResourceKind } from '../schema/kind.ts';
import type { Refusal } from '../storage/refusal.ts';
import type { Key } from '../storage/state.ts';

/** A Kubernetes `Status` on its way to the client: what every handler throws when a request cannot be done. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: JsonObject;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, status: JsonObject, headers: Readonly<Record<string, string>> = {}) {
    super(typeof status['message'] === 'string' ? status['message'] : `HTTP ${code}`);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

export function failure(code: number, reason: string, message: string, details?: JsonObject): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

export function badRequest(message: string): Refused {
  return new Refused(400, failure(400, 'BadRequest', message));
}

/** No such path among the resources of a version we serve. */
export function noSuchResource(): Refused {
  return new Refused(404, failure(404, 'NotFound', 'the server could not find the requested resource', {}));
}

export function methodNotAllowed(): Refused {
  const message = 'the server does not allow this method on the requested resource';
  return new Refused(405, failure(405, 'MethodNotAllowed', message, {}));
}

export function unauthorized(): Refused {
  return new Refused(401, failure(401, 'Unauthorized', 'Unauthorized'));
}

/** What a request may weigh, in bytes, as upstream has it. */
export const largestBody = 3 * 1024 * 1024;

export function tooLargeBody(): Refused {
  const message = `Request entity too large: limit is ${largestBody}`;
  return new Refused(413, failure(413, 'RequestEntityTooLarge', message));
}

const representations = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const streams = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];

/** What the built-in kinds say, whose collections can be streams; the server of custom resources has other words. */
export function notAcceptable(kind: ResourceKind | undefined, isCollection: boolean): Refused {
  if (kind?.origin === 'custom') return refusedTypes(representations);
  const types = isCollection ? [...representations, ...streams] : representations;
  const message = `406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`;
  return new Refused(406, failure(406, 'NotAcceptable', message, {}));
}

/** No watch is told in YAML. */
export function notStreamable(): Refused {
  return refusedTypes(streams);
}

function refusedTypes(types: readonly string[]): Refused {
  return unacceptable(`only the following media types are accepted: ${types.join(', ')}`);
}

export function unacceptable(message: string): Refused {
  return new Refused(406, failure(406, 'NotAcceptable', message));
}

/** What nobody was ready for; upstream gives such errors without a reason. */
export function internal(message: string): Refused {
  return new Refused(500, failure(500, '', message));
}

export function unsupportedMediaType(accepted: readonly string[]): Refused {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new Refused(415, failure(415, 'UnsupportedMediaType', message));
}

export function notFound(kind: ResourceKind, name: string): Refused {
  return new Refused(
    404,
    failure(404, 'NotFound', `${qualifiedName(kind)} "${name}" not found`, detailsOf(kind, name)),
  );
}

export function expired(message: string): JsonObject {
  return failure(410, 'Expired', message);
}

/** A write to an object's own path that takes its name away. */
export function nameless({ target }: { readonly target: { readonly name: string } }): Refused {
  return badRequest(
    `the name of the object (${target.name} based on URL) was undeterminable: name must be provided`,
  );
}

/** 422 with a cause per field. */
export function invalidObject(
  subject: { readonly group: string; readonly kind: string; readonly name: string },
  errors: readonly FieldError[],
): Refused {
  const { group, kind, name } = subject;
  const sentences = errors.map((error) => `${error.field}: ${sayFieldError(error)}`);
  const list = sentences.length === 1 ? (sentences[0] ?? '') : `[${sentences.join(', ')}]`;
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return new Refused(
    422,
    failure(422, 'Invalid', `${qualified} "${name}" is invalid: ${list}`, {
      ...(name === '' ? {} : { name }),
      ...(group === '' ? {} : { group }),
      ...(kind === '' ? {} : { kind }),
      causes: errors.map((error) => ({
        reason: reasonOf(error),
        message: sayFieldError(error),
        field: error.field,
      })),
    }),
  );
}

/** The options of a request (`ListOptions`, `PatchOptions`) are wrong. */
export function invalidOptions(kind: string, errors: readonly FieldError[]): Refused {
  return invalidObject({ group: 'meta.k8s.io', kind, name: '' }, errors);
}

/** What storage refused, in Kubernetes' words. */
export function sayRefusal(refusal: Refusal, kind: ResourceKind): Refused {
  switch (refusal.code) {
    case 'notFound':
      return notFound(kind, refusal.key.name);
    case 'alreadyExists': {
      const { name } = refusal.key;
      const message = `${qualifiedName(kind)} "${name}" already exists`;
      return new Refused(409, failure(409, 'AlreadyExists', message, detailsOf(kind, name)));
    }
    case 'modified':
      return conflict(
        kind,
        refusal.key.name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    case 'replaced': {
      const { key, expected, actual } = refusal;
      const why = `Precondition failed: UID in precondition: ${expected}, UID in object meta: ${actual}`;
      return conflict(
        kind,
        key.name,
        `StorageError: invalid object, Code: 4, Key: ${storageKey(kind, key)}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
      );
    }
    case 'otherUid':
      return unmet(
        kind,
        refusal.key.name,
        `the UID in the precondition (${refusal.expected}) does not match the UID in record (${refusal.actual}). The object might have been deleted and then recreated`,
      );
    case 'otherVersion':
      return unmet(
        kind,
        refusal.key.name,
        `the ResourceVersion in the precondition (${refusal.expected}) does not match the ResourceVersion in record (${refusal.actual}). The object might have been modified`,
      );
    case 'namespaceMissing': {
      const details = { name: refusal.namespace, kind: 'namespaces' };
      return new Refused(
        404,
        failure(404, 'NotFound', `namespaces "${refusal.namespace}" not found`, details),
      );
    }
    case 'namespaceTerminating': {
      const cause = `unable to create new content in namespace ${refusal.namespace} because it is being terminated`;
      return forbidden(kind, refusal.key.name, cause, [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${refusal.namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ]);
    }
    case 'definitionTerminating': {
      const message = `create not allowed while custom resource definition is terminating`;
      return new Refused(405, failure(405, 'MethodNotAllowed', message, detailsOf(kind, '')));
    }
    case 'protected':
      return forbidden(kind, refusal.key.name, 'this namespace may not be deleted');
  }
}

/** Where upstream would keep an object, which it tells in one complaint. */
function storageKey(kind: ResourceKind, { namespace, name }: Key): string {
  const room = kind.origin === 'custom' ? `${kind.group}/${kind.plural}` : kind.plural;
  const place = kind.group === '' && kind.plural === 'services' ? 'services/specs' : room;
  return `/registry/${place}/${namespace === '' ? '' : `${namespace}/`}${name}`;
}

export function conflict(kind: ResourceKind, name: string, cause: string): Refused {
  const message = `Operation cannot be fulfilled on ${qualifiedName(kind)} "${name}": ${cause}`;
  return new Refused(409, failure(409, 'Conflict', message, detailsOf(kind, name)));
}

/** Preconditions name the kind, not the resource. */
function unmet(kind: ResourceKind, name: string, cause: string): Refused {
  const named = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const details = { ...detailsOf(kind, name), kind: kind.kind };
  return new Refused(
    409,
    failure(409, 'Conflict', `Operation cannot be fulfilled on ${named} "${name}": ${cause}`, details),
  );
}

function forbidden(kind: ResourceKind, name: string, cause: string, causes?: readonly JsonObject[]): Refused {
  const message = `${qualifiedName(kind)} "${name}" is forbidden: ${cause}`;
  const details = { ...detailsOf(kind, name), ...(causes === undefined ? {} : { causes }) };
  return new Refused(403, failure(403, 'Forbidden', message, details));
}

export function detailsOf(kind: ResourceKind, name: string): JsonObject {
  return {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
  };
}
