import type { PolicyProblem } from '../auth/policy/parse.ts';
import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';

/** The refusal of a document, with everything that is wrong with it and where: `policy.Statement.0.Action`. */
export function policyProblems(problems: readonly PolicyProblem[]): Refused {
  const fields = problems.map(({ at, message }) => ({
    name: at === '' ? 'policy' : `policy.${at}`,
    message,
  }));
  return invalid(problems.map(({ message }) => message).join(' '), ...fields);
}
