import { textAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { isArray, isObject, listAt, objectAt, spell } from './json.ts';
import { isLabelValue, isQualifiedName } from './names.ts';

/** What a selector asks of one key. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

export type ParsedSelector =
  | { readonly code: 'selector'; readonly requirements: readonly Requirement[] }
  | { readonly code: 'unparsable'; readonly message: string };

/** `a=b,c!=d,e in (f,g),!h`: all requirements must hold. */
export function parseLabelSelector(text: string): ParsedSelector {
  const words = text.match(/==|!=|[()=!<>,]|[^\s()=!<>,]+/gu) ?? [];
  return new LabelSelector(words).parse();
}

const operators: Readonly<Record<string, Requirement['operator']>> = {
  in: 'in',
  notin: 'notin',
  '=': 'in',
  '==': 'in',
  '!=': 'notin',
  '>': 'gt',
  '<': 'lt',
};

/** Reads the words of a selector, and complains as Kubernetes does. */
class LabelSelector {
  readonly #words: readonly string[];
  #next = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  parse(): ParsedSelector {
    const requirements: Requirement[] = [];
    if (this.#words.length === 0) return { code: 'selector', requirements };
    for (;;) {
      if (this.#word !== '!' && !isWord(this.#word)) {
        return unparsable(`found '${this.#word}', expected: !, identifier, or 'end of string'`);
      }
      const requirement = this.#requirement();
      if (typeof requirement === 'string') return unparsable(`unable to parse requirement: ${requirement}`);
      requirements.push(requirement);
      const after = this.#word;
      if (after === '') return { code: 'selector', requirements };
      if (after !== ',') return unparsable(`found '${after}', expected: ',' or 'end of string'`);
      this.#next += 1;
      if (this.#word !== '!' && !isWord(this.#word)) {
        return unparsable(`found '${this.#word}', expected: identifier after ','`);
      }
    }
  }

  get #word(): string {
    return this.#words[this.#next] ?? '';
  }

  #requirement(): Requirement | string {
    const isAbsent = this.#take('!');
    const key = this.#word;
    if (!isWord(key)) return `found '${key}', expected: identifier`;
    this.#next += 1;
    const [wrong] = isQualifiedName(key);
    if (wrong !== undefined) return `<nil>: Invalid value: ${JSON.stringify(key)}: ${wrong}`;
    if (isAbsent) return { key, operator: '!', values: [] };
    if (this.#word === '' || this.#word === ',') return { key, operator: 'exists', values: [] };
    const sign = this.#word;
    const operator = operators[sign];
    if (operator === undefined) return `found '${sign}', expected: in, notin, =, ==, !=, gt, lt`;
    this.#next += 1;
    const values = sign === 'in' || sign === 'notin' ? this.#values() : [this.#value()];
    return typeof values === 'string'
      ? values
      : (valueError(key, operator, values) ?? { key, operator, values });
  }

  /** One value, which may be nothing. */
  #value(): string {
    const word = this.#word;
    if (!isWord(word)) return '';
    this.#next += 1;
    return word;
  }

  #values(): readonly string[] | string {
    if (!this.#take('(')) return `found '${this.#word}' expected: '('`;
    const values: string[] = [];
    for (;;) {
      if (isWord(this.#word)) values.push(this.#value());
      else if (this.#word === ')' || this.#word === ',') values.push('');
      else return `found '${this.#word}', expected: ',', ${values.length > 0 ? '' : "')' "}or identifier`;
      if (this.#take(')')) return [...new Set(values)];
      if (!this.#take(',')) return `found '${this.#word}', expected: ',' or ')'`;
    }
  }

  #take(word: string): boolean {
    if (this.#word !== word) return false;
    this.#next += 1;
    return true;
  }
}

function isWord(word: string): boolean {
  return word !== '' && !/^[()=!<>,]/u.test(word);
}

function valueError(
  key: string,
  operator: Requirement['operator'],
  values: readonly string[],
): string | undefined {
  const [first = ''] = values;
  if ((operator === 'gt' || operator === 'lt') && !/^[+-]?\d+$/u.test(first)) {
    return `values[0]: Invalid value: ${JSON.stringify(first)}: for 'Gt', 'Lt' operators, the value must be an integer`;
  }
  const index = values.findIndex((value) => isLabelValue(value).length > 0);
  const value = values[index];
  if (value === undefined) return undefined;
  return `values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${isLabelValue(value)[0] ?? ''}`;
}

function unparsable(message: string): ParsedSelector {
  return { code: 'unparsable', message };
}

/** Whether labels satisfy all requirements. */
export function matchesLabels(requirements: readonly Requirement[], labels: JsonObject): boolean {
  return requirements.every(({ key, operator, values }) => {
    const has = Object.hasOwn(labels, key);
    const value = textAt(labels, key);
    switch (operator) {
      case 'in':
        return has && values.includes(value);
      case 'notin':
        return !has || !values.includes(value);
      case 'exists':
        return has;
      case '!':
        return !has;
      case 'gt':
        return has && Number(value) > Number(values[0]);
      case 'lt':
        return has && Number(value) < Number(values[0]);
    }
  });
}

/** The requirements of a `LabelSelector` object (matchLabels, matchExpressions). */
export function selectorRequirements(selector: JsonObject): readonly Requirement[] {
  const labels = Object.entries(objectAt(selector, 'matchLabels')).map(([key, value]): Requirement => ({
    key,
    operator: 'in',
    values: [spell(value)],
  }));
  const expressions = listAt(selector, 'matchExpressions')
    .filter(isObject)
    .map((expression): Requirement => {
      const values = expression['values'];
      return {
        key: textAt(expression, 'key'),
        operator: expressionOperators[textAt(expression, 'operator')] ?? 'in',
        values: isArray(values) ? values.map(spell) : [],
      };
    });
  return [...labels, ...expressions];
}

const expressionOperators: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** One spelling of a selector, keys sorted: `app=inv,tier in (a,b)`. */
export function printSelector(requirements: readonly Requirement[]): string {
  return requirements
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, operator, values }) => {
      if (operator === 'exists') return key;
      if (operator === '!') return `!${key}`;
      if (operator === 'in' && values.length === 1) return `${key}=${values[0]}`;
      if (operator === 'gt' || operator === 'lt') return `${key}${operator === 'gt' ? '>' : '<'}${values[0]}`;
      return `${key} ${operator} (${values.toSorted().join(',')})`;
    })
    .join(',');
}

/** `metadata.name=x,status.phase!=Running`. */
export interface FieldRequirement {
  readonly field: string;
  readonly equals: boolean;
  readonly value: string;
}

export function parseFieldSelector(text: string): readonly FieldRequirement[] | { readonly message: string } {
  const parsed: FieldRequirement[] = [];
  for (const part of text.split(',').filter((part) => part !== '')) {
    const match = /^([^=!]+)(==|=|!=)(.*)$/u.exec(part);
    if (match === null) return { message: `invalid selector: '${text}'; can't understand '${part}'` };
    const [, field = '', sign, value = ''] = match;
    parsed.push({ field, equals: sign !== '!=', value });
  }
  return parsed;
}
