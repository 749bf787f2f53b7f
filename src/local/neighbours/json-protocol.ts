import type { WireResponse } from '../../ports/wire.ts';
import { isRecord } from '../contract/validate.ts';
import { declined, isDeclined } from './neighbour.ts';
import type { Asked, Declined, Neighbour, Operation, Operations, ServiceError } from './neighbour.ts';

/** A service that takes JSON, and the operation's name in `X-Amz-Target` behind its own: `CertificateManager.X`. */
export function jsonNeighbour(target: string, operations: Operations): Neighbour {
  return {
    refuse: failed,
    answer: async (asked) => {
      const { requestId } = asked;
      const [service, name = ''] = (asked.request.headers['x-amz-target'] ?? '').split('.');
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (service !== target || operation === undefined) {
        const message = `Of this service there is ${Object.keys(operations).join(', ')} here.`;
        const unknown = { type: 'UnknownOperationException', status: 400, message };
        return { operation: 'unknown', response: failed(unknown, requestId), error: unknown.type };
      }
      const output = await performed({ name, operation }, asked);
      return isDeclined(output)
        ? { operation: name, response: failed(output.declined, requestId), error: output.declined.type }
        : { operation: name, response: json(200, output, requestId) };
    },
  };
}

async function performed(
  { name, operation }: { readonly name: string; readonly operation: Operation },
  asked: Asked,
): Promise<object | Declined> {
  const input = parsed(asked.text ?? '');
  if (!isRecord(input)) return declined('SerializationException', 'The body is no JSON object.');
  return asked.unpermitted(name, input) ?? (await operation(input, asked));
}

function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed({ type, status, message }: ServiceError, requestId: string): WireResponse {
  const answer = json(status, { __type: type, message }, requestId);
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': type } };
}

function json(status: number, body: object, requestId: string): WireResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}
