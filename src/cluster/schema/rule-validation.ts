import { fieldSchema, fromJson } from './cel/document.ts';
import { Budget, evaluate } from './cel/evaluate.ts';
import type { Variables } from './cel/evaluate.ts';
import { isFailure } from './cel/value.ts';
import type { Failure, Value } from './cel/value.ts';
import { forbidden, invalid, join, required } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { equal, isArray, isObject, own } from './json.ts';
import type { Json } from './json.ts';
import type { Rule } from './rules.ts';
import type { Schema } from './schema.ts';
import { correlatedItem } from './validation.ts';

/** What one evaluation, and all of one object, may cost: as much as upstream allows. */
const costOfOne = 1_000_000;
const costOfAll = 10_000_000;

export interface Change {
  readonly value: Json;
  /** What it was, where that can be told. */
  readonly before?: Json | undefined;
}

/** Everything that the CEL rules of a schema say against a value that the schema itself allows. */
export function validateRules(schema: Schema, change: Change): readonly FieldError[] {
  return new RuleValidation().errors(schema, change, '');
}

/** One object's validation: its rules share a budget. */
class RuleValidation {
  readonly #budget = new Budget(costOfAll);
  #isOver = false;

  errors(schema: Schema, change: Change, path: string): readonly FieldError[] {
    const { value, before } = change;
    if (this.#isOver || (value === null && schema.nullable === true)) return [];
    const own = (schema.rules?.all ?? []).flatMap((rule) => this.#broken(rule, schema, { ...change, path }));
    if (isArray(value)) return [...own, ...this.#items(schema, { value, before }, path)];
    return isObject(value) ? [...own, ...this.#members(schema, change, path)] : own;
  }

  #items(
    schema: Schema,
    { value, before }: { readonly value: readonly Json[]; readonly before: Json | undefined },
    path: string,
  ): readonly FieldError[] {
    const { items } = schema;
    if (items === undefined) return [];
    return value.flatMap((item, index) =>
      this.errors(items, { value: item, before: correlatedItem(schema, item, before) }, `${path}[${index}]`),
    );
  }

  #members(schema: Schema, { value, before }: Change, path: string): readonly FieldError[] {
    if (!isObject(value)) return [];
    const names = Object.keys(value).filter((key) => schema.embeddedResource !== true || key !== 'metadata');
    return names.flatMap((key) => {
      const known = fieldSchema(schema, key);
      const was = isObject(before) ? own(before, key) : undefined;
      const field = schema.properties?.has(key) === true ? join(path, key) : `${path}[${key}]`;
      return known === undefined ? [] : this.errors(known, { value: value[key] ?? null, before: was }, field);
    });
  }

  #broken(rule: Rule, schema: Schema, here: Change & { readonly path: string }): readonly FieldError[] {
    const { value, before, path } = here;
    if (this.#isOver || (rule.isTransition && !rule.optionalOldSelf && before === undefined)) return [];
    // What did not change was allowed once, and stays: only rules about the change itself are asked.
    if (!rule.isTransition && before !== undefined && equal(before, value)) return [];
    const variables = variablesOf(rule, schema, here);
    const budget = new Budget(Math.min(costOfOne, this.#budget.left));
    const result = evaluate(rule.expression, variables, budget);
    const type = schema.type ?? '';
    if (!this.#budget.spend(costOfOne - budget.left)) {
      this.#isOver = true;
      return [
        invalid(
          path,
          type,
          'validation failed due to running out of cost budget, no further validation rules will be run',
        ),
      ];
    }
    if (result === true) return [];
    if (isFailure(result)) {
      this.#isOver = result.fatal;
      return [invalid(path, type, sayFailure(result, rule))];
    }
    const message =
      rule.messageExpression === undefined ? '' : evaluate(rule.messageExpression, variables, budget);
    const said = typeof message === 'string' && isOneLine(message) ? message.trim() : messageOf(rule);
    return [errorOf(rule, { field: below(path, rule.fieldPath), value, said })];
  }
}

function isOneLine(message: string): boolean {
  return message.trim() !== '' && !message.includes('\n') && message.length <= 5 * 1024;
}

function variablesOf(rule: Rule, schema: Schema, { value, before }: Change): Variables {
  const self = fromJson(schema, value);
  const was = before === undefined ? undefined : fromJson(schema, before);
  const variables = new Map<string, Value>([['self', self]]);
  if (rule.optionalOldSelf)
    return variables.set('oldSelf', { kind: 'optional', ...(was === undefined ? {} : { value: was }) });
  return was === undefined ? variables : variables.set('oldSelf', was);
}

function messageOf({ message, text }: Rule): string {
  return message === '' ? `failed rule: ${text}` : message;
}

function sayFailure({ message, fatal }: Failure, rule: Rule): string {
  const of = rule.message === '' ? rule.text : rule.message;
  if (fatal)
    return `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${of}`;
  if (message.startsWith('no such overload')) {
    return `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${of}`;
  }
  return `${message} evaluating rule: ${of}`;
}

function below(path: string, names: readonly string[]): string {
  return names.reduce(join, path);
}

interface Broken {
  readonly field: string;
  readonly value: Json;
  readonly said: string;
}

function errorOf({ reason }: Rule, { field, value, said }: Broken): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(field, said);
    case 'FieldValueRequired':
      return required(field, said);
    case 'FieldValueDuplicate':
      return { code: 'duplicate', field, ...shownValue(value), detail: '' };
    case 'FieldValueInvalid':
      return { code: 'invalid', field, ...shownValue(value), detail: said };
  }
}

/** Lists and objects are not repeated to the user. */
function shownValue(value: Json): Pick<FieldError, 'value'> {
  return isArray(value) || isObject(value) ? {} : { value };
}
