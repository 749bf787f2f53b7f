import { isRecord } from '../contract/validate.ts';

/** Why a text is no policy document; `undefined` when it is one by its form. */
export function problemWithPolicy(text: string): string | undefined {
  if (/[\r\n]/.test(text)) return 'The policy string in JSON must not contain newlines or blank lines.';
  const json = parsed(text);
  if (!isRecord(json)) return 'The policy is not a JSON object.';
  const { Version: version, Statement: statement } = json;
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    return 'The policy has a Version other than 2012-10-17 and 2008-10-17.';
  }
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  if (statement === undefined || statements.length === 0) return 'The policy has no Statement.';
  for (const [index, each] of statements.entries()) {
    const problem = problemWithStatement(each);
    if (problem !== undefined) return `Statement ${index + 1} of the policy ${problem}.`;
  }
  return undefined;
}

function problemWithStatement(statement: unknown): string | undefined {
  if (!isRecord(statement)) return 'is not an object';
  const { Effect: effect, Condition: condition } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') return 'has an Effect other than Allow and Deny';
  for (const name of ['Principal', 'Action', 'Resource']) {
    const given = [statement[name], statement[`Not${name}`]].filter((each) => each !== undefined);
    if (given.length !== 1) return `needs either ${name} or Not${name}`;
  }
  return condition === undefined || isRecord(condition) ? undefined : 'has a Condition that is not an object';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
