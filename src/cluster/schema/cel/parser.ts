import type { Expression, Issue, Macro } from './expression.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';

/** Deeper expressions are refused, as upstream does. */
const maxDepth = 250;

export type Parsed =
  | { readonly code: 'expression'; readonly expression: Expression }
  | { readonly code: 'unparsable'; readonly issue: Issue };

/** Reads CEL with its standard macros and optional syntax. */
export function parseCel(text: string): Parsed {
  const tokens = tokenize(text);
  if ('message' in tokens) return { code: 'unparsable', issue: tokens };
  try {
    const parser = new Parser(tokens);
    return { code: 'expression', expression: parser.whole() };
  } catch (error) {
    if (error instanceof Unparsable) return { code: 'unparsable', issue: error.issue };
    throw error;
  }
}

class Unparsable extends Error {
  readonly issue: Issue;

  constructor(at: number, message: string) {
    super(message);
    this.issue = { at, message };
  }
}

/** Binary operators by how tightly they bind, the loosest first. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

const macros: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  existsOne: [2],
  map: [2, 3],
  filter: [2],
  optMap: [2],
  optFlatMap: [2],
};

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#ternary();
    const token = this.#peek();
    if (token.kind !== 'end') throw this.#unexpected(token);
    return expression;
  }

  #ternary(): Expression {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new Unparsable(this.#peek().at, 'expression recursion limit exceeded');
    const condition = this.#binary(0);
    const { at } = this.#peek();
    if (!this.#take('?')) {
      this.#depth -= 1;
      return condition;
    }
    const yes = this.#binary(0);
    this.#need(':');
    const no = this.#ternary();
    this.#depth -= 1;
    return { kind: 'call', at, name: '_?_:_', arguments: [condition, yes, no] };
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek();
      const text = token.kind === 'symbol' || token.kind === 'name' ? token.text : '';
      if (!operators.includes(text)) return left;
      this.#next += 1;
      const name = text === 'in' ? '@in' : `_${text}_`;
      left = { kind: 'call', at: token.at, name, arguments: [left, this.#binary(level + 1)] };
    }
  }

  #unary(): Expression {
    const { at } = this.#peek();
    for (const operator of ['!', '-']) {
      if (!this.#take(operator)) continue;
      this.#depth += 1;
      if (this.#depth > maxDepth) throw new Unparsable(at, 'expression recursion limit exceeded');
      const operand = this.#unary();
      this.#depth -= 1;
      const negative = operator === '-' ? negated(operand) : undefined;
      return negative ?? { kind: 'call', at, name: `${operator}_`, arguments: [operand] };
    }
    return this.#member(this.#primary());
  }

  #member(start: Expression): Expression {
    let operand = start;
    for (;;) {
      const { at } = this.#peek();
      if (this.#take('.')) {
        const optional = this.#take('?');
        const field = this.#name();
        const open = this.#peek().at;
        operand =
          !optional && this.#take('(')
            ? this.#method(operand, field, open)
            : { kind: 'select', at, operand, field, mode: optional ? 'optional' : 'take' };
      } else if (this.#take('[')) {
        const optional = this.#take('?');
        const index = this.#ternary();
        this.#need(']');
        operand = { kind: 'call', at, name: optional ? '_[?_]' : '_[_]', arguments: [operand, index] };
      } else return operand;
    }
  }

  #primary(): Expression {
    const token = this.#peek();
    this.#next += 1;
    switch (token.kind) {
      case 'literal':
        return { kind: 'literal', at: token.at, value: token.value };
      case 'name': {
        const open = this.#peek().at;
        return this.#take('(')
          ? this.#call(token.text, open)
          : { kind: 'name', at: token.at, name: token.text };
      }
      case 'symbol':
        if (token.text === '(') return this.#inParentheses();
        if (token.text === '[') return { kind: 'list', at: token.at, items: this.#list(']') };
        if (token.text === '{') return this.#map(token.at);
        if (token.text === '.') return { kind: 'name', at: token.at, name: this.#name() };
        throw this.#unexpected(token);
      case 'end':
        throw this.#unexpected(token);
    }
  }

  #inParentheses(): Expression {
    const inner = this.#ternary();
    this.#need(')');
    return inner;
  }

  #call(name: string, at: number): Expression {
    const given = this.#list(')');
    const [first] = given;
    if (name !== 'has') return { kind: 'call', at, name, arguments: given };
    if (given.length !== 1 || first?.kind !== 'select') {
      throw new Unparsable(at, 'invalid argument to has() macro');
    }
    return { ...first, at, mode: 'has' };
  }

  #method(receiver: Expression, name: string, at: number): Expression {
    const given = this.#list(')');
    const macro = macros[name]?.includes(given.length) === true ? macroOf(name) : undefined;
    if (macro === undefined) return this.#namespaced(receiver, name, { at, given });
    const [variable, ...rest] = given;
    const [body] = rest.slice(-1);
    const [condition] = rest.length === 2 ? rest : [];
    if (variable?.kind !== 'name' || body === undefined) {
      throw new Unparsable(variable?.at ?? at, 'argument must be a simple name');
    }
    return {
      kind: 'comprehension',
      at,
      macro,
      range: receiver,
      variable: variable.name,
      body,
      ...(condition === undefined ? {} : { condition }),
    };
  }

  /** `optional.of(x)`, `sets.contains(a, b)` and `format.uuid()` look like methods and are functions. */
  #namespaced(
    receiver: Expression,
    name: string,
    { at, given }: { readonly at: number; readonly given: readonly Expression[] },
  ): Expression {
    if (receiver.kind === 'name' && ['optional', 'sets', 'format'].includes(receiver.name)) {
      return { kind: 'call', at, name: `${receiver.name}.${name}`, arguments: given };
    }
    return { kind: 'call', at, name, receiver, arguments: given };
  }

  #map(at: number): Expression {
    const entries: { readonly key: Expression; readonly value: Expression }[] = [];
    while (!this.#take('}')) {
      const key = this.#ternary();
      this.#need(':');
      entries.push({ key, value: this.#ternary() });
      if (!this.#take(',')) {
        this.#need('}');
        break;
      }
    }
    return { kind: 'map', at, entries };
  }

  #list(end: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.#take(end)) {
      items.push(this.#ternary());
      if (!this.#take(',')) {
        this.#need(end);
        break;
      }
    }
    return items;
  }

  #name(): string {
    const token = this.#peek();
    if (token.kind !== 'name') throw this.#unexpected(token);
    this.#next += 1;
    return token.text;
  }

  #take(symbol: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.#next += 1;
    return true;
  }

  #need(symbol: string): void {
    const token = this.#peek();
    if (!this.#take(symbol)) throw this.#unexpected(token, ` expecting '${symbol}'`);
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', at: this.#tokens.at(-1)?.at ?? 0 };
  }

  #unexpected(token: Token, hint = ''): Unparsable {
    return new Unparsable(token.at, `Syntax error: mismatched input '${textOf(token)}'${hint}`);
  }
}

function textOf(token: Token): string {
  switch (token.kind) {
    case 'end':
      return '<EOF>';
    case 'literal':
      return typeof token.value === 'object' ? 'null' : String(token.value);
    case 'name':
    case 'symbol':
      return token.text;
  }
}

function negated(operand: Expression): Expression | undefined {
  if (operand.kind !== 'literal') return undefined;
  const { value } = operand;
  return typeof value === 'bigint' || typeof value === 'number' ? { ...operand, value: -value } : undefined;
}

function macroOf(name: string): Macro | undefined {
  switch (name) {
    case 'all':
    case 'exists':
    case 'exists_one':
    case 'map':
    case 'filter':
    case 'optMap':
    case 'optFlatMap':
      return name;
    case 'existsOne':
      return 'exists_one';
    default:
      return undefined;
  }
}
