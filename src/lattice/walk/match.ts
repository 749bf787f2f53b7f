import type { HeaderMatch, HttpMatch, PathMatch } from '../model/resource.ts';
import { inLowerCase, isTextMatched } from '../model/text-match.ts';
import type { Routing, RuleFact } from './facts.ts';
import { seenHeaders } from './question.ts';
import type { Question } from './question.ts';

/** A rule that was looked at for a request. */
export interface RuleLook {
  readonly rule: RuleFact;
  /** The first condition that does not hold; absent when the rule matches. */
  readonly failed?: FailedCondition;
}

export type FailedCondition =
  | { readonly kind: 'method'; readonly wanted: string; readonly given: string }
  | { readonly kind: 'path'; readonly wanted: PathMatch; readonly given: string; readonly isCase: boolean }
  | {
      readonly kind: 'header';
      readonly wanted: HeaderMatch;
      readonly given: string | undefined;
      readonly isCase: boolean;
    };

/** The rules in order of priority, up to the first that matches. When none of them does, the default action decides. */
export function lookAtRules({ rules }: Pick<Routing, 'rules'>, question: Question): readonly RuleLook[] {
  const looks: RuleLook[] = [];
  for (const rule of rules.toSorted((a, b) => a.priority - b.priority)) {
    const failed = failedCondition(rule.match, question);
    if (failed === undefined) return [...looks, { rule }];
    looks.push({ rule, failed });
  }
  return looks;
}

/** The rule that decides; absent when that is the default action. */
export function matched(looks: readonly RuleLook[]): RuleFact | undefined {
  return looks.find(({ failed }) => failed === undefined)?.rule;
}

function failedCondition(match: HttpMatch, question: Question): FailedCondition | undefined {
  const { method, path, headers } = match;
  if (method !== undefined && method !== question.method)
    return { kind: 'method', wanted: method, given: question.method };
  if (path !== undefined && !isTextMatched(path, question.path))
    return { kind: 'path', wanted: path, given: question.path, isCase: isCase(path, question.path) };
  for (const wanted of headers) {
    const given = headerOf(question, wanted.name);
    if (given === undefined) return { kind: 'header', wanted, given, isCase: false };
    if (!isTextMatched(wanted, given))
      return { kind: 'header', wanted, given, isCase: isCase(wanted, given) };
  }
  return undefined;
}

/** Whether what does not hold would in another case of letters. */
function isCase(wanted: PathMatch | HeaderMatch, given: string): boolean {
  return isTextMatched({ ...wanted, caseSensitive: false }, given);
}

/** A header that comes several times is one value with commas. */
function headerOf(question: Question, name: string): string | undefined {
  const values = seenHeaders(question).filter(([given]) => given === inLowerCase(name));
  return values.length === 0 ? undefined : values.map(([, value]) => value).join(',');
}
