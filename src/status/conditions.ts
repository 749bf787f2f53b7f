import type { Finding } from '../findings/finding.ts';
import type { Condition } from '../kinds/object.ts';
import { sentence } from './sentences.ts';
import type { Verdict } from './verdicts.ts';
import { verdicts } from './verdicts.ts';

/** What is to be said, before it is compared with what was said. */
export interface Statement {
  readonly type: string;
  readonly status: Condition['status'];
  readonly reason: string;
  readonly message: string;
}

type ConditionType = Exclude<Verdict, { readonly type: 'none' }>['type'];

/** Conditions hold no longer messages. */
const longestMessage = 32_768;

/** What the findings say about one condition, if they say anything: the first decides, all are told. */
export function stated(type: ConditionType, findings: readonly Finding[]): Statement | undefined {
  const relevant = findings.filter(({ code }) => verdicts[code].type === type);
  const [first] = relevant;
  if (first === undefined) return undefined;
  const verdict: Verdict = verdicts[first.code];
  if (verdict.type === 'none') return undefined;
  const { status, reason } = verdict;
  return { type, status, reason, message: [...new Set(relevant.map(sentence))].join(' ') };
}

/**
 * The new conditions over the old ones: ours in the order given, behind those of types we know nothing of. The time of
 * the last transition stays while the status does.
 */
export function merge(
  old: readonly Partial<Condition>[],
  statements: readonly Statement[],
  options: { readonly generation?: number | undefined; readonly ours: readonly string[] },
): readonly Readonly<Record<string, unknown>>[] {
  const foreign = old.filter(({ type }) => type !== undefined && !options.ours.includes(type));
  return [...foreign, ...statements.map((statement) => condition(old, statement, options.generation))];
}

function condition(
  old: readonly Partial<Condition>[],
  { message, ...statement }: Statement,
  generation: number | undefined,
): Readonly<Record<string, unknown>> {
  const earlier = old.find(({ type }) => type === statement.type);
  const same = earlier !== undefined && earlier.status === statement.status;
  return {
    ...statement,
    message: message.slice(0, longestMessage),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(same && earlier.lastTransitionTime !== undefined
      ? { lastTransitionTime: earlier.lastTransitionTime }
      : {}),
  };
}
