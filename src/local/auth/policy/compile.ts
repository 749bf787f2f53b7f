import { actionOf, resourceOf } from './access.ts';
import type { Access } from './access.ts';
import type { Condition, Effect, Element, Policy, PolicyVersion, Statement } from './document.ts';
import { keyReader } from './keys.ts';
import { operators } from './operators.ts';
import { compilePattern, like } from './pattern.ts';
import type { Matcher } from './pattern.ts';
import { coversPrincipal } from './principal.ts';

/** What a policy says to a request: its first Deny that applies, else its first Allow, else nothing. */
export type Finding =
  | { readonly effect: 'Allow' | 'Deny'; readonly statement: string }
  | { readonly effect: 'none' };

export type Evaluate = (access: Access) => Finding;

type Test = (access: Access) => boolean;

/** A policy as a function. Patterns, keys and values are read here, once. */
export function compilePolicy({ version, statements }: Policy): Evaluate {
  const compiled = (effect: Effect) =>
    statements
      .filter((statement) => statement.effect === effect)
      .map((statement) => ({
        finding: { effect, statement: statement.name },
        applies: compileStatement(statement, version),
      }));
  const ordered = [...compiled('Deny'), ...compiled('Allow')];
  const silent: Finding = { effect: 'none' };
  return (access) => ordered.find(({ applies }) => applies(access))?.finding ?? silent;
}

function compileStatement(
  { effect, principal, action, resource, conditions }: Statement,
  version: PolicyVersion,
): Test {
  const tests: Test[] = [
    compileAction(action),
    ...(principal === undefined ? [] : [(access: Access) => coversPrincipal(principal, access.principal)]),
    compileResource(resource, { version, effect }),
    ...conditions.map((condition) => compileCondition(condition, { version, effect })),
  ];
  return (access) => tests.every((test) => test(access));
}

/** Actions count in any case. */
function compileAction({ not, patterns }: Element<string>): Test {
  const matchers = patterns.map((pattern) =>
    compilePattern(pattern.toLowerCase(), { version: '2008-10-17', compare: like }),
  );
  return (access) => {
    const action = actionOf(access).toLowerCase();
    return matchers.some((matches) => matches(action, access)) !== not;
  };
}

interface Within {
  readonly version: PolicyVersion;
  readonly effect: Effect;
}

function compileResource({ not, patterns }: Element<string>, { version, effect }: Within): Test {
  const matchers = patterns.map((pattern) => compilePattern(pattern, { version, compare: like }));
  return (access) => {
    const resource = resourceOf(access);
    return not
      ? matchesNone(matchers, resource, access, effect)
      : matchers.some((matches) => matches(resource, access));
  };
}

/**
 * That a text is none of the patterns. A variable without a value leaves that open: then a Deny takes it for true and an
 * Allow for false, so that what is unknown never opens anything.
 */
function matchesNone(matchers: readonly Matcher[], text: string, access: Access, effect: Effect): boolean {
  let isOpen = false;
  for (const matches of matchers) {
    const matched = matches(text, access);
    if (matched === true) return false;
    if (matched === undefined) isOpen = true;
  }
  return !isOpen || effect === 'Deny';
}

function compileCondition(condition: Condition, within: Within): Test {
  const { operator, quantifier, ifExists, key, values } = condition;
  const read = keyReader(key);
  if (operator === 'Null') {
    return (access) =>
      values.some((value) => (value.toLowerCase() === 'true') === (read(access) === undefined));
  }
  const { negated, compile } = operators[operator];
  const matchers = values.map((value) => compile(value, within.version));
  const holds = (value: string, access: Access) =>
    negated
      ? matchesNone(matchers, value, access, within.effect)
      : matchers.some((matches) => matches(value, access));
  const isAbsentEnough = ifExists || quantifier === 'ForAllValues' || (negated && quantifier === undefined);
  // Several values where the operator expects one: a Deny applies if any of them is meant, an Allow only if all are.
  const isAny = quantifier === 'ForAnyValue' || (quantifier === undefined && within.effect === 'Deny');
  return (access) => {
    const given = read(access);
    if (given === undefined || given.length === 0) return isAbsentEnough;
    return isAny ? given.some((value) => holds(value, access)) : given.every((value) => holds(value, access));
  };
}
