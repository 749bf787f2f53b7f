import type { KnownAnswer } from '../model/known.ts';
import type { Question } from '../model/model.ts';
import type { PlanSettings } from './settings.ts';

/** When a question that was answered is to be asked again. What was not found is looked for sooner than the rest is verified. */
export function askedAgainAt(
  question: Question,
  { at, answer }: KnownAnswer,
  settings: PlanSettings,
): number {
  const { auditAge, emptyAnswerAge } = settings;
  switch (answer?.found) {
    case undefined:
    case 'none':
    case 'several':
      return at + emptyAnswerAge;
    case 'one':
    case 'off':
      return at + auditAge + 1;
    case 'certificates':
      return at + (question.type === 'certificates' && question.isLacking ? emptyAnswerAge : auditAge + 1);
  }
}
