import { entriesOf, hasFields, isList, isMap, itemsOf, sizeOf, valueUnder } from './collections.ts';
import { memberOf } from './document.ts';
import type { Expression } from './expression.ts';
import { dispatch } from './functions/overload.ts';
import { overloadsOf, typeNames } from './functions/table.ts';
import { failed, isFailure, noOverload } from './value.ts';
import type { Failure, Result, Value } from './value.ts';

/** What an evaluation may still cost; reading a value costs by its size. */
export class Budget {
  #left: number;

  constructor(left: number) {
    this.#left = left;
  }

  /** Whether there was enough. */
  spend(cost: number): boolean {
    this.#left -= cost;
    return this.#left >= 0;
  }

  get left(): number {
    return Math.max(0, this.#left);
  }
}

export type Variables = ReadonlyMap<string, Value>;

/** The value of an expression. It ends when the budget does. */
export function evaluate(expression: Expression, variables: Variables, budget: Budget): Result {
  return new Evaluation(budget).valueOf(expression, variables);
}

const exceeded: Failure = {
  kind: 'failure',
  message: 'operation cancelled: actual cost limit exceeded',
  fatal: true,
};

class Evaluation {
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  valueOf(expression: Expression, variables: Variables): Result {
    if (!this.#budget.spend(1)) return exceeded;
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'name':
        return this.#name(expression.name, variables);
      case 'select':
        return this.#select(expression, variables);
      case 'call':
        return this.#call(expression, variables);
      case 'list':
        return this.#list(expression.items, variables);
      case 'map':
        return this.#map(expression, variables);
      case 'comprehension':
        return this.#comprehension(expression, variables);
    }
  }

  #name(name: string, variables: Variables): Result {
    const value = variables.get(name);
    if (value !== undefined) return value;
    return typeNames.includes(name) ? { kind: 'type', name } : failed(`no such attribute(s): ${name}`);
  }

  #select(expression: Extract<Expression, { kind: 'select' }>, variables: Variables): Result {
    const { field, mode } = expression;
    const operand = this.valueOf(expression.operand, variables);
    if (isFailure(operand)) return operand;
    const through = typeof operand === 'object' && operand !== null && operand.kind === 'optional';
    const holder = through ? operand.value : operand;
    const found = holder === undefined ? undefined : memberNamed(holder, field);
    if (mode === 'has') return found !== undefined && isMap(holder ?? null);
    if (mode === 'optional' || through)
      return found === undefined ? { kind: 'optional' } : { kind: 'optional', value: found };
    if (found !== undefined) return found;
    return isMap(operand) ? failed(`no such key: ${field}`) : failed(noOverload);
  }

  #call(expression: Extract<Expression, { kind: 'call' }>, variables: Variables): Result {
    const { name, receiver, arguments: given } = expression;
    if (name === '_&&_') return this.#logical(given, false, variables);
    if (name === '_||_') return this.#logical(given, true, variables);
    if (name === '_?_:_') return this.#choice(given, variables);
    const values: Value[] = [];
    for (const one of receiver === undefined ? given : [receiver, ...given]) {
      const value = this.valueOf(one, variables);
      if (isFailure(value)) return value;
      if (!this.#budget.spend(sizeOf(value) / 10)) return exceeded;
      values.push(value);
    }
    const result = dispatch(overloadsOf(name, receiver !== undefined), values);
    const isNamed = /^\w+$/u.test(name) && !name.startsWith('_');
    return isNamed && isFailure(result) && result.message === noOverload
      ? failed(`${noOverload}: ${name}`)
      : result;
  }

  /** Either side may fail when the other one settles it. */
  #logical(sides: readonly Expression[], settles: boolean, variables: Variables): Result {
    let failure: Failure | undefined;
    for (const side of sides) {
      const value = this.valueOf(side, variables);
      if (value === settles) return settles;
      if (isFailure(value)) {
        if (value.fatal) return value;
        failure ??= value;
      } else if (typeof value !== 'boolean') failure ??= failed(noOverload);
    }
    return failure ?? !settles;
  }

  #choice([condition, yes, no]: readonly Expression[], variables: Variables): Result {
    if (condition === undefined || yes === undefined || no === undefined) return failed(noOverload);
    const value = this.valueOf(condition, variables);
    if (isFailure(value)) return value;
    return typeof value === 'boolean' ? this.valueOf(value ? yes : no, variables) : failed(noOverload);
  }

  #list(items: readonly Expression[], variables: Variables): Result {
    const values: Value[] = [];
    for (const item of items) {
      const value = this.valueOf(item, variables);
      if (isFailure(value)) return value;
      values.push(value);
    }
    return { kind: 'list', items: values };
  }

  #map({ entries }: Extract<Expression, { kind: 'map' }>, variables: Variables): Result {
    const values: (readonly [Value, Value])[] = [];
    for (const { key, value } of entries) {
      const name = this.valueOf(key, variables);
      if (isFailure(name)) return name;
      const member = this.valueOf(value, variables);
      if (isFailure(member)) return member;
      values.push([name, member]);
    }
    return { kind: 'map', entries: values };
  }

  #comprehension(expression: Extract<Expression, { kind: 'comprehension' }>, variables: Variables): Result {
    const { macro, variable, condition, body } = expression;
    const range = this.valueOf(expression.range, variables);
    if (isFailure(range)) return range;
    const inner = new Map(variables);
    const each = (value: Value): Result => this.valueOf(body, inner.set(variable, value));
    if (macro === 'optMap' || macro === 'optFlatMap') return optionally(range, macro, each);
    const items = isList(range)
      ? itemsOf(range)
      : isMap(range)
        ? entriesOf(range).map(([key]) => key)
        : undefined;
    if (items === undefined) return failed(noOverload);
    switch (macro) {
      case 'all':
        return quantified(items, false, each);
      case 'exists':
        return quantified(items, true, each);
      case 'exists_one': {
        const chosen = filtered(items, each);
        return isFailure(chosen) ? chosen : chosen.items.length === 1;
      }
      case 'filter':
        return filtered(items, each);
      case 'map': {
        const where = condition;
        const chosen =
          where === undefined
            ? { kind: 'list' as const, items }
            : filtered(items, (value) => this.valueOf(where, inner.set(variable, value)));
        return isFailure(chosen) ? chosen : mapped(chosen.items, each);
      }
    }
  }
}

function memberNamed(holder: Value, field: string): Value | undefined {
  if (!isMap(holder)) return undefined;
  return hasFields(holder) ? memberOf(holder, field) : valueUnder(holder, field);
}

type Each = (value: Value) => Result;

function quantified(items: readonly Value[], settles: boolean, each: Each): Result {
  let failure: Failure | undefined;
  for (const item of items) {
    const value = each(item);
    if (value === settles) return settles;
    if (isFailure(value)) {
      if (value.fatal) return value;
      failure ??= value;
    } else if (typeof value !== 'boolean') failure ??= failed(noOverload);
  }
  return failure ?? !settles;
}

function filtered(
  items: readonly Value[],
  each: Each,
): Failure | { readonly kind: 'list'; readonly items: readonly Value[] } {
  const chosen: Value[] = [];
  for (const item of items) {
    const value = each(item);
    if (isFailure(value)) return value;
    if (typeof value !== 'boolean') return failed(noOverload);
    if (value) chosen.push(item);
  }
  return { kind: 'list', items: chosen };
}

function mapped(items: readonly Value[], each: Each): Result {
  const results: Value[] = [];
  for (const item of items) {
    const value = each(item);
    if (isFailure(value)) return value;
    results.push(value);
  }
  return { kind: 'list', items: results };
}

function optionally(range: Value, macro: 'optMap' | 'optFlatMap', each: Each): Result {
  if (typeof range !== 'object' || range === null || range.kind !== 'optional') return failed(noOverload);
  if (range.value === undefined) return range;
  const result = each(range.value);
  return isFailure(result) || macro === 'optFlatMap' ? result : { kind: 'optional', value: result };
}
