import { operations } from './operations.gen.ts';
import type { OperationName } from './operations.gen.ts';
import type { Refused } from './refusal.ts';
import { decoded } from './router.ts';
import type { Labels } from './router.ts';
import type { Member, StructureShape } from './shape.ts';
import { shapes } from './shapes.gen.ts';
import type { Inputs } from './types.gen.ts';
import { isRecord, read } from './validate.ts';
import type { Problem } from './validate.ts';

/** A request whose operation is known. */
export interface Undecoded {
  readonly labels: Labels;
  /** The raw query, without `?`. */
  readonly query: string;
  /** The body as text; empty when there is none. */
  readonly body: string;
}

export interface Decoded<N extends OperationName> {
  readonly input: Inputs[N];
}

/** The request of one operation, checked against every constraint of the model; all violations are named at once. */
export function decode<N extends OperationName>(name: N, request: Undecoded): Decoded<N> | Refused {
  const shape = inputShape(name);
  const body = hasBody(shape) ? parseBody(request.body) : {};
  if (body === undefined) return cannotParse('The request body is not a JSON object.');
  const query = parseQuery(request.query);
  if (query === undefined) return cannotParse('The query string is not percent-encoded UTF-8.');

  const given = Object.entries(shape.members).flatMap(([member, how]): (readonly [string, unknown])[] => {
    if (how.location === 'uri') return [[member, request.labels[member]]];
    if (how.location === 'querystring') return queryValue(how, query.get(member) ?? [], member);
    return Object.hasOwn(body, member) ? [[member, body[member]]] : [];
  });
  const problems: Problem[] = [];
  const input = read(operations[name].input, Object.fromEntries(given), '', problems);
  return isValid(name, input, problems) ? { input } : refusal(problems);
}

/** `read` gives what the generated type of the operation says, if it found nothing to complain about. */
function isValid<N extends OperationName>(
  _name: N,
  _input: unknown,
  problems: readonly Problem[],
): _input is Inputs[N] {
  return problems.length === 0;
}

function refusal(problems: readonly Problem[]): Refused {
  const sentences = problems.map(
    ({ name, value, message }) =>
      `Value '${shortened(value)}' at '${name}' failed to satisfy constraint: ${message}`,
  );
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
  return {
    refused: {
      code: 'validation',
      reason: problems.some(({ kind }) => kind === 'type') ? 'cannotParse' : 'fieldValidationFailed',
      message: `${count}: ${sentences.join('; ')}`,
      fields: problems.map(({ name, message }) => ({ name, message })),
    },
  };
}

function shortened(value: string): string {
  return value.length > 100 ? `${value.slice(0, 100)}…` : value;
}

function cannotParse(message: string): Refused {
  return { refused: { code: 'validation', reason: 'cannotParse', message, fields: [] } };
}

function inputShape(name: OperationName): StructureShape {
  const shape = shapes[operations[name].input];
  if (shape?.type !== 'structure') throw new Error(`the input of ${name} is no structure`);
  return shape;
}

function hasBody({ members }: StructureShape): boolean {
  return Object.values(members).some(({ location }) => location === undefined);
}

function parseBody(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.trim() === '') return {};
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

type Query = ReadonlyMap<string, readonly string[]>;

function parseQuery(text: string): Query | undefined {
  const query = new Map<string, string[]>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decoded((at < 0 ? pair : pair.slice(0, at)).replaceAll('+', ' '));
    const value = decoded((at < 0 ? '' : pair.slice(at + 1)).replaceAll('+', ' '));
    if (name === undefined || value === undefined) return undefined;
    query.set(name, [...(query.get(name) ?? []), value]);
  }
  return query;
}

/** A query has only text: numbers and booleans are read here, and what is neither stays text for `read` to refuse. */
function queryValue(
  { shape: name }: Member,
  values: readonly string[],
  member: string,
): (readonly [string, unknown])[] {
  const [first] = values;
  if (first === undefined) return [];
  switch (shapes[name]?.type) {
    case 'list':
      return [[member, values]];
    case 'integer':
    case 'long':
      return [[member, /^-?\d{1,15}$/.test(first) ? Number(first) : first]];
    case 'boolean':
      return [[member, first === 'true' ? true : first === 'false' ? false : first]];
    case undefined:
    case 'string':
    case 'timestamp':
    case 'map':
    case 'structure':
      return [[member, first]];
  }
}
