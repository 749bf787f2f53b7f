import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { isRecord } from '../contract/validate.ts';
import { declined, isDeclined } from './neighbour.ts';
import type { Asked, Declined, Input, Neighbour, Operation, Operations, ServiceError } from './neighbour.ts';

/** A service that takes JSON, and the operation's name in `X-Amz-Target` behind its own: `CertificateManager.X`. */
export function jsonNeighbour(target: string, operations: Operations): Neighbour {
  return neighbourOf(operations, {
    contentType: 'application/x-amz-json-1.1',
    nameIn: ({ headers }) => {
      const [service, name = ''] = (headers['x-amz-target'] ?? '').split('.');
      return service === target ? name : '';
    },
    membersIn: (_, body) => body,
    errorBody: ({ type, message }) => ({ __type: type, message }),
    unknownStatus: 400,
    noObject: 'SerializationException',
  });
}

/** A service that takes JSON at a path of each operation. What stands in the query counts as members too. */
export function restNeighbour(operations: Operations): Neighbour {
  return neighbourOf(operations, {
    contentType: 'application/json',
    nameIn: ({ target }) => (target.split('?')[0] ?? '').slice(1),
    membersIn: ({ target }, body) => {
      const [, query = ''] = target.split('?');
      return { ...Object.fromEntries(new URLSearchParams(query)), ...body };
    },
    errorBody: ({ message }) => ({ message }),
    unknownStatus: 404,
    noObject: 'MalformedPolicyTemplateException',
  });
}

/** How a service wraps the JSON that goes in and out. */
interface Dialect {
  readonly contentType: string;
  /** The operation's name, whether there is one of it or not. */
  readonly nameIn: (request: WireRequest) => string;
  readonly membersIn: (request: WireRequest, body: Input) => Input;
  readonly errorBody: (error: ServiceError) => object;
  readonly unknownStatus: number;
  /** The error of a body that is no JSON object. */
  readonly noObject: string;
}

function neighbourOf(operations: Operations, dialect: Dialect): Neighbour {
  const json = (status: number, body: object, requestId: string): WireResponse => {
    const headers = { 'content-type': dialect.contentType, 'x-amzn-requestid': requestId };
    return { status, headers, body: Buffer.from(JSON.stringify(body)) };
  };
  const failed = (error: ServiceError, requestId: string): WireResponse => {
    const answer = json(error.status, dialect.errorBody(error), requestId);
    return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': error.type } };
  };
  return {
    refuse: failed,
    answer: async (asked) => {
      const { requestId, request } = asked;
      const name = dialect.nameIn(request);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) {
        const message = `Of this service there is ${Object.keys(operations).join(', ')} here.`;
        const unknown = { type: 'UnknownOperationException', status: dialect.unknownStatus, message };
        return { operation: 'unknown', response: failed(unknown, requestId), error: unknown.type };
      }
      const output = await performed({ name, operation }, asked, dialect);
      return isDeclined(output)
        ? { operation: name, response: failed(output.declined, requestId), error: output.declined.type }
        : { operation: name, response: json(200, output, requestId) };
    },
  };
}

async function performed(
  { name, operation }: { readonly name: string; readonly operation: Operation },
  asked: Asked,
  { membersIn, noObject }: Dialect,
): Promise<object | Declined> {
  const body = parsed(asked.text ?? '');
  if (!isRecord(body)) return declined(noObject, 'The body is no JSON object.');
  const members = membersIn(asked.request, body);
  return asked.unpermitted(name, members) ?? (await operation(members, asked));
}

function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
