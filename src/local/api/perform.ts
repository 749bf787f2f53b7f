import { decode } from '../contract/decode.ts';
import type { Undecoded } from '../contract/decode.ts';
import { errorAnswer } from '../contract/error.ts';
import type { Answer } from '../contract/error.ts';
import { operations } from '../contract/operations.gen.ts';
import type { OperationName } from '../contract/operations.gen.ts';
import { accessDenied } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import { route } from '../contract/router.ts';
import type { Call, Handler } from './handler.ts';
import { handlers } from './operations/operations.ts';

export interface ApiRequest {
  readonly method: string;
  /** Raw. */
  readonly path: string;
  /** Raw, without `?`. */
  readonly query: string;
  /** `undefined` when the bytes are not text. */
  readonly body: string | undefined;
}

export interface Performed {
  /** `unknown` when the request addressed none. */
  readonly operation: OperationName | 'unknown';
  /** What the request was about: the last identifier in its path, or the id it was answered with. */
  readonly resource?: string;
  readonly answer: Answer;
}

/** What a request is about, before anything is done. */
export function addressed(method: string, path: string): Pick<Performed, 'operation' | 'resource'> {
  const found = route(method, path);
  if (found.kind !== 'found') return { operation: 'unknown' };
  const resource = Object.values(found.labels).at(-1);
  return { operation: found.operation, ...(resource === undefined ? {} : { resource }) };
}

/** One request from its line to its answer. */
export function perform({ method, path, query, body }: ApiRequest, call: Call): Performed {
  const found = route(method, path);
  if (found.kind === 'unknown') return { operation: 'unknown', answer: unknownOperation(method, path) };
  if (found.kind === 'unreadable') return { operation: 'unknown', answer: unreadable };
  const { operation, labels } = found;
  if (body === undefined) return { operation, answer: unreadable };
  const { answer } = execute(operation, { labels, query, body }, call);
  const resource = Object.values(labels).at(-1) ?? idIn(answer);
  return { operation, answer, ...(resource === undefined ? {} : { resource }) };
}

interface Executed<N> {
  readonly operation: N;
  readonly answer: Answer;
}

function execute<N extends OperationName>(operation: N, request: Undecoded, call: Call): Executed<N> {
  const handler: Handler<N> = handlers[operation];
  const decoded = decode(operation, request);
  if ('refused' in decoded) return { operation, answer: errorAnswer(decoded.refused) };
  const unpermitted = call.unpermitted?.(operation, { ...decoded.input });
  if (unpermitted !== undefined) return { operation, answer: errorAnswer(accessDenied(unpermitted).refused) };
  const output = handler(decoded.input, lags(operation) ? { ...call, state: call.listed } : call);
  if (isRefused(output)) return { operation, answer: errorAnswer(output.refused) };
  const { status } = operations[operation];
  return { operation, answer: { status, headers: {}, body: status === 204 ? undefined : output } };
}

/** Lists over a whole account come from an index. One that knows of a missing parent reads that parent itself. */
function lags(operation: OperationName): boolean {
  const errors: readonly string[] = operations[operation].errors;
  return operation.startsWith('List') && !errors.includes('ResourceNotFoundException');
}

/** No operation answers with a member of this name. */
function isRefused(output: object): output is Refused {
  return 'refused' in output;
}

function idIn({ body }: Answer): string | undefined {
  if (typeof body !== 'object' || body === null || !('id' in body)) return undefined;
  return typeof body.id === 'string' ? body.id : undefined;
}

const unreadable = errorAnswer({
  code: 'validation',
  reason: 'cannotParse',
  message: 'The request is not percent-encoded UTF-8 in its path, or not UTF-8 in its body.',
  fields: [],
});

function unknownOperation(method: string, path: string): Answer {
  const message = `VPC Lattice has no operation ${method} ${path}.`;
  return errorAnswer({ code: 'unmodelled', type: 'UnknownOperationException', status: 404, message });
}
