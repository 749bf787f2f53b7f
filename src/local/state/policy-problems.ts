import type { PolicyProblem } from '../auth/policy/parse.ts';
import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';

/** The refusal of a document: each thing that is wrong with it, and where in the document. */
export function policyProblems(problems: readonly PolicyProblem[]): Refused {
  const sentences = problems.map(({ at, message }) => (at === '' ? message : `${at}: ${message}`));
  return invalid(sentences.join(' '), ...sentences.map((message) => ({ name: 'policy', message })));
}
