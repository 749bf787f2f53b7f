import { textAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { isArray, isObject, listAt, objectAt, spell } from './json.ts';

/** What a selector asks of one key. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

export type ParsedSelector =
  | { readonly code: 'selector'; readonly requirements: readonly Requirement[] }
  | { readonly code: 'unparsable'; readonly message: string };

const operators = 'expected: in, notin, =, ==, !=, gt, lt';
const name = /^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/u;

/** `a=b,c!=d,e in (f,g),!h`: all requirements must hold. */
export function parseLabelSelector(text: string): ParsedSelector {
  const requirements: Requirement[] = [];
  for (const part of splitOutside(text)) {
    const parsed = parseRequirement(part.trim());
    if (typeof parsed === 'string')
      return { code: 'unparsable', message: `unable to parse requirement: ${parsed}` };
    requirements.push(parsed);
  }
  return { code: 'selector', requirements };
}

/** Commas in parentheses separate values, others requirements. */
function splitOutside(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.split(/,(?![^(]*\))/u);
}

function parseRequirement(text: string): Requirement | string {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/u.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    return (
      named(key) ?? {
        key,
        operator: operator === 'in' ? 'in' : 'notin',
        values: list.split(',').map((v) => v.trim()),
      }
    );
  }
  const compared = /^([^\s=!<>]+)\s*(==|=|!=|>|<)\s*([^\s=!<>]*)$/u.exec(text);
  if (compared !== null) {
    const [, key = '', sign = '', value = ''] = compared;
    return named(key) ?? { key, operator: signs[sign] ?? 'in', values: [value] };
  }
  const absent = /^!\s*(\S+)$/u.exec(text);
  if (absent !== null) return named(absent[1] ?? '') ?? { key: absent[1] ?? '', operator: '!', values: [] };
  const words = text.split(/\s+/u);
  if (words.length > 1) return `found '${words[1]}', ${operators}`;
  return named(text) ?? { key: text, operator: 'exists', values: [] };
}

const signs: Readonly<Record<string, Requirement['operator']>> = { '!=': 'notin', '>': 'gt', '<': 'lt' };

function named(key: string): string | undefined {
  if (name.test(key)) return undefined;
  return key === ''
    ? "found '', expected: !, identifier, or 'end of string'"
    : `<nil>: Invalid value: ${JSON.stringify(key)}`;
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
