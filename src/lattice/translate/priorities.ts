import type { Finding } from '../../findings/finding.ts';
import { rulePriorityAnnotation } from '../../kinds/names.ts';
import type { Route } from '../../routing/routing.ts';
import { limits } from '../model/limits.gen.ts';

const { min, max } = limits.RulePriority;

/** The number that people chose for a rule by annotation, if it is one that Lattice takes. */
export function annotatedPriority({ object }: Route, rule: number): number | undefined {
  const text = textOf(object, rule);
  const number = text === undefined || !/^\d{1,6}$/.test(text) ? Number.NaN : Number(text);
  return number >= min && number <= max ? number : undefined;
}

/** Annotations that say no such number; all of them where rules of many routes are in one order. */
export function priorityFindings(route: Route, form: 'perRoute' | 'perHostname'): readonly Finding[] {
  return route.rules.flatMap(({ index }): readonly Finding[] => {
    if (textOf(route.object, index) === undefined) return [];
    const at = { object: route.ref };
    const annotation = rulePriorityAnnotation(index);
    if (form === 'perHostname') {
      const because = 'The order of rules is the one that the Gateway API prescribes.';
      return [{ code: 'fieldIgnored', at, field: `metadata.annotations[${annotation}]`, because }];
    }
    const problem = `must be a whole number from ${min} to ${max}, and has no effect`;
    return annotatedPriority(route, index) === undefined
      ? [{ code: 'annotationInvalid', at, annotation, problem }]
      : [];
  });
}

function textOf({ metadata }: Route['object'], rule: number): string | undefined {
  return metadata.annotations?.[rulePriorityAnnotation(rule)]?.trim();
}
