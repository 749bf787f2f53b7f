import type { WireResponse } from '../../ports/wire.ts';
import { declined, isDeclined } from './neighbour.ts';
import type { Answered, Asked, Declined, Input, Neighbour, Operations, ServiceError } from './neighbour.ts';
import { element, xml } from './xml.ts';

/** What STS and EC2 do otherwise with the same protocol. */
export interface Dialect {
  readonly namespace: string;
  /** What an item of a list is called. */
  readonly item: 'member' | 'item';
  /** The answer around an operation's output. */
  readonly wrap: (operation: string, output: object, requestId: string) => object;
  /** What it calls errors of authentication and authorization, by the names that most services have for them. */
  readonly names: Readonly<Record<string, string>>;
  readonly error: (error: ServiceError, requestId: string) => string;
}

/** A service that takes forms (`Action=…`) and answers in XML. */
export function queryNeighbour(operations: Operations, dialect: Dialect): Neighbour {
  const fail = (error: ServiceError, requestId: string): WireResponse =>
    xml(error.status, dialect.error(error, requestId), requestId);
  return {
    refuse: ({ type: general, ...error }, requestId) => {
      const type = Object.hasOwn(dialect.names, general) ? dialect.names[general] : undefined;
      return fail({ ...error, type: type ?? general }, requestId);
    },
    answer: async (asked) => {
      const { requestId } = asked;
      const { operation, output } = await performed(operations, asked);
      if (isDeclined(output)) {
        const { type, ...rest } = output.declined;
        const named = type === 'AccessDeniedException' ? (dialect.names[type] ?? type) : type;
        return failed(operation, output, fail({ ...rest, type: named }, requestId));
      }
      const body = element(`${operation}Response`, dialect.wrap(operation, output, requestId), {
        item: dialect.item,
        namespace: dialect.namespace,
      });
      return { operation, response: xml(200, body, requestId) };
    },
  };
}

interface Output {
  readonly operation: string;
  readonly output: object | Declined;
}

async function performed(operations: Operations, asked: Asked): Promise<Output> {
  const input = inputOf(formOf(asked));
  const action = typeof input['Action'] === 'string' ? input['Action'] : '';
  const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
  if (operation === undefined) {
    const names = Object.keys(operations).join(', ');
    const called = action === '' ? 'a call without Action' : action;
    const message = `Of this service there is ${names} here, not ${called}.`;
    return { operation: 'unknown', output: declined('InvalidAction', message) };
  }
  return { operation: action, output: asked.unpermitted(action, input) ?? (await operation(input, asked)) };
}

function failed(operation: string, { declined: { type } }: Declined, response: WireResponse): Answered {
  return { operation, response, error: type };
}

/** The action of a form, whether or not anybody serves it. */
export function actionIn(asked: Pick<Asked, 'request' | 'text'>): string | undefined {
  return formOf(asked).get('Action') ?? undefined;
}

function formOf({ request, text }: Pick<Asked, 'request' | 'text'>): URLSearchParams {
  const { method, target } = request;
  return new URLSearchParams(method === 'POST' ? (text ?? '') : (target.split('?')[1] ?? ''));
}

type Pair = readonly [path: readonly string[], value: string];

/** Deeper than any request of these services. */
const deepest = 8;

/**
 * A form as the structures and lists that its names spell: `Filter.1.Name=a` and `Tags.member.2.Key=b`. Members that are
 * nested absurdly deep are left out.
 */
export function inputOf(form: URLSearchParams): Input {
  const pairs = [...form].map(([name, value]): Pair => [name.split('.'), value]);
  return structure(pairs.filter(([path]) => path.length <= deepest));
}

function structure(pairs: readonly Pair[]): Input {
  return Object.fromEntries([...grouped(pairs)].map(([name, group]) => [name, value(group)]));
}

function value(group: readonly Pair[]): unknown {
  const leaf = group.find(([path]) => path.length === 0);
  if (leaf !== undefined) return leaf[1];
  const members = grouped(group);
  const only = members.size === 1 ? members.get('member') : undefined;
  if (only !== undefined) return value(only);
  const isList = [...members.keys()].every((name) => /^\d{1,5}$/.test(name));
  if (!isList) return structure(group);
  return [...members].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, each]) => value(each));
}

function grouped(pairs: readonly Pair[]): ReadonlyMap<string, readonly Pair[]> {
  const groups = new Map<string, Pair[]>();
  for (const [[name = '', ...rest], text] of pairs) {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [[rest, text]]);
    else group.push([rest, text]);
  }
  return groups;
}
