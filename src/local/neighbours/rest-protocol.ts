import type { WireResponse } from '../../ports/wire.ts';
import { isRecord } from '../contract/validate.ts';
import { declined, isDeclined } from './neighbour.ts';
import type { Asked, Declined, Neighbour, Operation, Operations, ServiceError } from './neighbour.ts';

/** A service that takes JSON at a path of each operation. What stands in the query counts as members too. */
export function restNeighbour(operations: Operations): Neighbour {
  return {
    refuse: failed,
    answer: async (asked) => {
      const { requestId, request } = asked;
      const [path = '', query = ''] = request.target.split('?');
      const name = path.slice(1);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) {
        const message = `Of this service there is ${Object.keys(operations).join(', ')} here.`;
        const unknown = { type: 'UnknownOperationException', status: 404, message };
        return { operation: 'unknown', response: failed(unknown, requestId), error: unknown.type };
      }
      const output = await performed({ name, operation }, asked, query);
      return isDeclined(output)
        ? { operation: name, response: failed(output.declined, requestId), error: output.declined.type }
        : { operation: name, response: json(200, output, requestId) };
    },
  };
}

async function performed(
  { name, operation }: { readonly name: string; readonly operation: Operation },
  asked: Asked,
  query: string,
): Promise<object | Declined> {
  const input = parsed(asked.text ?? '');
  if (!isRecord(input)) return declined('MalformedPolicyTemplateException', 'The body is no JSON object.');
  const members = { ...Object.fromEntries(new URLSearchParams(query)), ...input };
  return asked.unpermitted(name, members) ?? (await operation(members, asked));
}

function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed({ type, status, message }: ServiceError, requestId: string): WireResponse {
  const answer = json(status, { message }, requestId);
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': type } };
}

function json(status: number, body: object, requestId: string): WireResponse {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}
