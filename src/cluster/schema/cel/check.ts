import { fieldSchema, unescapeField } from './document.ts';
import type { Expression, Issue } from './expression.ts';
import { overloadsOf, typeNames } from './functions/table.ts';
import type { Overload } from './functions/overload.ts';
import { toRegExp } from './regex.ts';
import { parseDuration, parseTimestamp } from './time.ts';
import { accepts, bool, bound, dyn, isDyn, parseType, plain, sayType, typeOfSchema } from './type.ts';
import type { Bindings, Type } from './type.ts';
import { typeNameOf } from './value.ts';

export interface Checked {
  readonly type: Type;
  readonly issues: readonly Issue[];
}

/** The type of an expression, and everything in it that can never be evaluated. */
export function checkCel(expression: Expression, variables: ReadonlyMap<string, Type>): Checked {
  const issues: Issue[] = [];
  const type = new Checker(issues).typeOf(expression, variables);
  return { type, issues };
}

type Variables = ReadonlyMap<string, Type>;

class Checker {
  readonly #issues: Issue[];

  constructor(issues: Issue[]) {
    this.#issues = issues;
  }

  typeOf(expression: Expression, variables: Variables): Type {
    switch (expression.kind) {
      case 'literal':
        return typeOfLiteral(expression);
      case 'name':
        return this.#name(expression, variables);
      case 'select':
        return this.#select(expression, variables);
      case 'call':
        return this.#call(expression, variables);
      case 'list':
        return { kind: 'list', item: this.#alike(expression.items, variables) };
      case 'map': {
        const { entries } = expression;
        const key = this.#alike(
          entries.map((entry) => entry.key),
          variables,
        );
        return {
          kind: 'map',
          key,
          value: this.#alike(
            entries.map((entry) => entry.value),
            variables,
          ),
        };
      }
      case 'comprehension':
        return this.#comprehension(expression, variables);
    }
  }

  #name({ name, at }: Extract<Expression, { kind: 'name' }>, variables: Variables): Type {
    const known = variables.get(name);
    if (known !== undefined) return known;
    if (typeNames.includes(name)) return plain('type');
    return this.#wrong(at, `undeclared reference to '${name}' (in container '')`);
  }

  #select(expression: Extract<Expression, { kind: 'select' }>, variables: Variables): Type {
    const { at, field, mode } = expression;
    const operand = this.typeOf(expression.operand, variables);
    const through = operand.kind === 'optional';
    const found = this.#field(through ? operand.value : operand, field, at);
    if (mode === 'has') return bool;
    return mode === 'optional' || through ? { kind: 'optional', value: found } : found;
  }

  #field(operand: Type, field: string, at: number): Type {
    if (isDyn(operand)) return dyn;
    if (operand.kind === 'map') return operand.value;
    if (operand.kind !== 'object')
      return this.#wrong(at, `type '${sayType(operand)}' does not support field selection`);
    const known = fieldSchema(operand.schema, unescapeField(field));
    return known === undefined ? this.#wrong(at, `undefined field '${field}'`) : typeOfSchema(known);
  }

  #call(
    { at, name, receiver, arguments: given }: Extract<Expression, { kind: 'call' }>,
    variables: Variables,
  ): Type {
    const all = receiver === undefined ? given : [receiver, ...given];
    const types = all.map((one) =>
      name === 'format' && one.kind === 'list'
        ? this.#mixed(one.items, variables)
        : this.typeOf(one, variables),
    );
    if (name === '_&&_' || name === '_||_') {
      return this.#result([logical], { at, name, isMethod: false }, types);
    }
    if (name === '_?_:_') return this.#result([ternary], { at, name, isMethod: false }, types);
    const last = given.at(-1);
    const reads = readers[name];
    if (
      reads !== undefined &&
      last?.kind === 'literal' &&
      typeof last.value === 'string' &&
      !reads(last.value)
    ) {
      return this.#wrong(last.at, `invalid ${name} argument`);
    }
    const isMethod = receiver !== undefined;
    const overloads = overloadsOf(name, isMethod);
    if (overloads.length === 0 && overloadsOf(name, !isMethod).length === 0) {
      return this.#wrong(at, `undeclared reference to '${name}' (in container '')`);
    }
    return this.#result(overloads, { at, name, isMethod }, types);
  }

  #result(
    overloads: readonly Signature[],
    call: { readonly at: number; readonly name: string; readonly isMethod: boolean },
    types: readonly Type[],
  ): Type {
    const results = overloads.flatMap(({ parameters, result }) => {
      const bindings: Bindings = new Map();
      const fits =
        parameters.length === types.length &&
        parameters.every((parameter, index) => accepts(parameter, types[index] ?? dyn, bindings));
      return fits ? [bound(result, bindings)] : [];
    });
    if (results.length > 0) return join(results);
    const said = types.map(sayType);
    const [first = '', ...rest] = said;
    const applied = call.isMethod ? `${first}.(${rest.join(', ')})` : `(${said.join(', ')})`;
    return this.#wrong(call.at, `found no matching overload for '${call.name}' applied to '${applied}'`);
  }

  #comprehension(expression: Extract<Expression, { kind: 'comprehension' }>, variables: Variables): Type {
    const { macro, at, variable, condition, body } = expression;
    const range = this.typeOf(expression.range, variables);
    const inner = new Map(variables).set(
      variable,
      this.#ranged(range, macro.startsWith('opt'), expression.range.at),
    );
    if (condition !== undefined) this.#needBool(this.typeOf(condition, inner), condition.at);
    const result = this.typeOf(body, inner);
    switch (macro) {
      case 'all':
      case 'exists':
      case 'exists_one':
        this.#needBool(result, at);
        return bool;
      case 'filter':
        this.#needBool(result, at);
        return range.kind === 'map' ? { kind: 'list', item: range.key } : range;
      case 'map':
        return { kind: 'list', item: result };
      case 'optMap':
        return { kind: 'optional', value: result };
      case 'optFlatMap':
        return result;
    }
  }

  /** A list whose items go into a text, each in its own way. */
  #mixed(items: readonly Expression[], variables: Variables): Type {
    for (const item of items) this.typeOf(item, variables);
    return { kind: 'list', item: dyn };
  }

  /** The type of all items of a literal: that of the first. */
  #alike(items: readonly Expression[], variables: Variables): Type {
    let type: Type | undefined;
    for (const item of items) {
      const found = this.typeOf(item, variables);
      if (type === undefined) type = found;
      else if (!accepts(type, found, new Map())) {
        this.#wrong(item.at, `expected type '${sayType(type)}' but found '${sayType(found)}'`);
      }
    }
    return type ?? dyn;
  }

  #ranged(range: Type, isOptional: boolean, at: number): Type {
    if (isDyn(range)) return dyn;
    if (isOptional && range.kind === 'optional') return range.value;
    if (range.kind === 'list') return range.item;
    if (range.kind === 'map') return range.key;
    return this.#wrong(
      at,
      `expression of type '${sayType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
    );
  }

  #needBool(type: Type, at: number): void {
    if (!accepts(bool, type, new Map())) this.#wrong(at, `expected type 'bool' but found '${sayType(type)}'`);
  }

  #wrong(at: number, message: string): Type {
    this.#issues.push({ at, message });
    return dyn;
  }
}

/** Texts that are written out are read before anybody is asked. */
const readers: Readonly<Record<string, (text: string) => boolean>> = {
  matches: (text) => toRegExp(text) !== undefined,
  duration: (text) => parseDuration(text) !== undefined,
  timestamp: (text) => parseTimestamp(text) !== undefined,
};

type Signature = Pick<Overload, 'parameters' | 'result'>;

const logical: Signature = { parameters: [bool, bool], result: bool };
const ternary: Signature = { parameters: [bool, parseType('A'), parseType('A')], result: parseType('A') };

function typeOfLiteral({ value }: Extract<Expression, { kind: 'literal' }>): Type {
  if (value === null) return plain('null_type');
  if (typeof value === 'object') return plain(value.kind);
  return plain(typeNameOf(value));
}

/** The one type of several, or any. */
function join(types: readonly Type[]): Type {
  const [first = dyn, ...rest] = types;
  return rest.every((type) => sayType(type) === sayType(first)) ? first : dyn;
}
