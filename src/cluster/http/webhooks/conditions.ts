import { Budget, evaluate } from '../../schema/cel/evaluate.ts';
import { parseCel } from '../../schema/cel/parser.ts';
import { isFailure } from '../../schema/cel/value.ts';
import type { Value } from '../../schema/cel/value.ts';
import { isArray, isObject } from '../../schema/json.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import type { Hook } from './hook.ts';

/** What the conditions of one hook may cost together. */
const costOfAll = 1_000_000;

export type Verdict =
  | { readonly code: 'met' }
  | { readonly code: 'unmet' }
  | { readonly code: 'failed'; readonly message: string };

/** Whether all conditions of a hook hold: one that does not hold settles it, whatever others failed. */
export function conditionsOf(hook: Hook, request: JsonObject): Verdict {
  const budget = new Budget(costOfAll);
  const variables = new Map<string, Value>([
    ['object', untyped(request['object'] ?? null)],
    ['oldObject', untyped(request['oldObject'] ?? null)],
    ['request', untyped(request)],
  ]);
  let failure: string | undefined;
  for (const { name, expression } of hook.matchConditions) {
    const parsed = parseCel(expression);
    const result =
      parsed.code === 'expression' ? evaluate(parsed.expression, variables, budget) : parsed.issue.message;
    if (result === false) return { code: 'unmet' };
    if (result !== true) {
      const why =
        typeof result === 'object' && result !== null && isFailure(result) ? result.message : 'it is no bool';
      failure ??= `match condition ${JSON.stringify(name)}: ${typeof result === 'string' ? result : why}`;
    }
  }
  return failure === undefined ? { code: 'met' } : { code: 'failed', message: failure };
}

/** JSON without a schema: whole numbers are ints. */
function untyped(json: Json): Value {
  if (isArray(json)) return { kind: 'list', items: json.map(untyped) };
  if (isObject(json)) {
    return { kind: 'map', entries: Object.entries(json).map(([key, member]) => [key, untyped(member)]) };
  }
  return typeof json === 'number' && Number.isInteger(json) ? BigInt(json) : json;
}
