import type { KnownAnswer, KnownEntry } from '../model/known.ts';
import type { Question } from '../model/model.ts';
import { isStruggling } from '../model/targets.ts';
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
    case 'ranges': {
      const { addresses } = answer;
      const isNew =
        question.type === 'rangesOf' && question.addresses.some((one) => !addresses.includes(one));
      return isNew ? at : at + auditAge + 1;
    }
    case 'admissions':
      return at + ageInTrouble(settings);
    case 'certificates':
      return at + (question.type === 'certificates' && question.isLacking ? emptyAnswerAge : auditAge + 1);
  }
}

/** How old what is known of something may become before it is looked at again. Targets in trouble are looked at more often. */
export function greatestAge(entry: KnownEntry, settings: PlanSettings): number {
  return isStruggling(entry) ? ageInTrouble(settings) : settings.auditAge;
}

function ageInTrouble({ auditAge, troubleAge }: PlanSettings): number {
  return Math.min(auditAge, troubleAge);
}
