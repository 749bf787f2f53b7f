import { listIn, objectsIn, objectIn, textIn, textsIn } from './json.ts';

export type Labels = Readonly<Record<string, string>>;

/** Whether `labels` carry every pair of `selector`: the plain form that Services use. An empty one matches all. */
export function hasLabels(selector: Labels, labels: Labels | undefined): boolean {
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}

/** A `LabelSelector` as a predicate. An operator nobody knows matches nothing, so that nothing is taken by mistake. */
export function labelSelector(selector: unknown): (labels: Labels | undefined) => boolean {
  const { matchLabels, matchExpressions } = objectIn(selector);
  const pairs = textsIn(matchLabels);
  const tests = objectsIn(matchExpressions).map(expression);
  return (labels) => hasLabels(pairs, labels) && tests.every((test) => test(labels ?? {}));
}

function expression(raw: Readonly<Record<string, unknown>>): (labels: Labels) => boolean {
  const key = textIn(raw['key']) ?? '';
  const values = new Set(listIn(raw['values']));
  const test = operators[textIn(raw['operator']) ?? ''];
  return (labels) => test?.(labels[key], values) ?? false;
}

const operators: Readonly<
  Record<string, (value: string | undefined, values: ReadonlySet<unknown>) => boolean>
> = {
  In: (value, values) => value !== undefined && values.has(value),
  NotIn: (value, values) => value === undefined || !values.has(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
};
