import type { Expression } from './cel/expression.ts';
import { parseCel } from './cel/parser.ts';
import { isObject, own, textAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** One of `x-kubernetes-validations`, ready to be evaluated. */
export interface Rule {
  readonly text: string;
  readonly expression: Expression;
  readonly message: string;
  readonly messageExpression?: Expression;
  readonly reason: Reason;
  /** Below the value that the rule is about. */
  readonly fieldPath: readonly string[];
  /** It compares with what was, and says nothing of what is new. */
  readonly isTransition: boolean;
  /** It is asked of new values too, with `oldSelf` an optional value. */
  readonly optionalOldSelf: boolean;
}

export type Reason =
  | 'FieldValueInvalid'
  | 'FieldValueForbidden'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate';

export const reasons: readonly Reason[] = [
  'FieldValueDuplicate',
  'FieldValueForbidden',
  'FieldValueInvalid',
  'FieldValueRequired',
];

/** The rules as they are written, and read when somebody first asks: most schemas are served and never used. */
export class Rules {
  readonly written: readonly Json[];
  #read: readonly Rule[] | undefined;

  constructor(written: readonly Json[]) {
    this.written = written;
  }

  /** Rules that cannot be read are left out; `ruleErrors` names them. */
  get all(): readonly Rule[] {
    this.#read ??= this.written.flatMap((json) => (isObject(json) ? parseRule(json) : []));
    return this.#read;
  }
}

function parseRule(json: JsonObject): readonly Rule[] {
  const text = textAt(json, 'rule');
  const parsed = parseCel(text);
  if (parsed.code === 'unparsable') return [];
  const message = parseCel(textAt(json, 'messageExpression'));
  const reason = textAt(json, 'reason');
  return [
    {
      text: text.trim(),
      expression: parsed.expression,
      message: textAt(json, 'message').trim(),
      ...(message.code === 'expression' ? { messageExpression: message.expression } : {}),
      reason: reasons.find((known) => known === reason) ?? 'FieldValueInvalid',
      fieldPath: parsePath(textAt(json, 'fieldPath')) ?? [],
      isTransition: mentions(parsed.expression, 'oldSelf'),
      optionalOldSelf: own(json, 'optionalOldSelf') === true,
    },
  ];
}

/** Whether an expression reads a variable. */
export function mentions(expression: Expression, name: string): boolean {
  switch (expression.kind) {
    case 'literal':
      return false;
    case 'name':
      return expression.name === name;
    case 'select':
      return mentions(expression.operand, name);
    case 'call':
      return (
        (expression.receiver !== undefined && mentions(expression.receiver, name)) ||
        expression.arguments.some((one) => mentions(one, name))
      );
    case 'list':
      return expression.items.some((item) => mentions(item, name));
    case 'map':
      return expression.entries.some(({ key, value }) => mentions(key, name) || mentions(value, name));
    case 'comprehension':
      return (
        mentions(expression.range, name) ||
        (expression.condition !== undefined && mentions(expression.condition, name)) ||
        mentions(expression.body, name)
      );
  }
}

/** `.a.b['c d']` as names; nothing when it is no path. */
export function parsePath(text: string): readonly string[] | undefined {
  const names: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const match = /^(?:\.([^.['"\]]+)|\['((?:[^'\\]|\\.)*)'\])/u.exec(rest);
    if (match === null) return undefined;
    names.push(match[1] ?? match[2]?.replaceAll('\\', '') ?? '');
    rest = rest.slice(match[0].length);
  }
  return names;
}
