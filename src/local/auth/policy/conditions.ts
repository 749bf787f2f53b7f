import { isRecord } from '../../contract/validate.ts';
import type { Condition, OperatorName, PolicyVersion } from './document.ts';
import { operatorNames } from './document.ts';
import { operators } from './operators.ts';

export interface ConditionReading {
  readonly version: PolicyVersion;
  /** Called with a path below the condition, such as `.StringEquals.aws:username`. */
  readonly report: (path: string, message: string) => void;
}

/** The conditions of a statement, in order; what is wrong with one is reported and leaves it out. */
export function parseConditions(block: unknown, { version, report }: ConditionReading): readonly Condition[] {
  if (block === undefined) return [];
  if (!isRecord(block)) {
    report('', 'A condition is an object of operators.');
    return [];
  }
  return Object.entries(block).flatMap(([name, keys]) => {
    const operator = parseOperator(name);
    if (operator === undefined) {
      report(`.${name}`, `${name} is not a condition operator.`);
      return [];
    }
    if (!isRecord(keys)) {
      report(`.${name}`, `${name} must be an object of condition keys.`);
      return [];
    }
    return Object.entries(keys).flatMap(([key, given]) => {
      const values = valuesOf(given);
      const problem =
        key === ''
          ? 'A condition key has a name.'
          : values === undefined
            ? `${key} needs texts, numbers or booleans.`
            : undefined;
      if (problem !== undefined || values === undefined) {
        report(`.${name}.${key}`, problem ?? '');
        return [];
      }
      for (const value of values) {
        const expected = expects(operator.operator, value, version);
        if (expected !== undefined)
          report(`.${name}.${key}`, `"${value}" is not ${expected}, as ${name} needs it.`);
      }
      return [{ ...operator, key, values }];
    });
  });
}

function expects(operator: OperatorName, value: string, version: PolicyVersion): string | undefined {
  if (operator === 'Null') return /^(?:true|false)$/i.test(value) ? undefined : 'true or false';
  return operators[operator].expects(value, version);
}

/** `ForAnyValue:StringLikeIfExists` in its three parts. Only `Null` has no `IfExists`. */
function parseOperator(name: string): Omit<Condition, 'key' | 'values'> | undefined {
  const [, quantifier, base, suffix] = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const operator = operatorNames.find((each) => each === base);
  if (operator === undefined || (operator === 'Null' && suffix !== undefined)) return undefined;
  return {
    ...(quantifier === 'ForAnyValue' || quantifier === 'ForAllValues' ? { quantifier } : {}),
    operator,
    ifExists: suffix !== undefined,
  };
}

function valuesOf(given: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const values = list.filter(
    (each) => typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean',
  );
  return values.length === list.length ? values.map(String) : undefined;
}
