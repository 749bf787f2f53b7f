import type { Model } from '../model/model.ts';
import { refsIn } from '../model/values.ts';

/** References that lead nowhere in the model: each is a bug of ours. `key → missing key`. */
export function checkModel({ entries, questions }: Model): readonly string[] {
  return [...entries.values()].flatMap((entry) =>
    entry.state === 'undetermined'
      ? []
      : refsIn(entry.resource.spec)
          .filter((key) => !entries.has(key) && !questions.has(key))
          .map((key) => `${entry.resource.key} → ${key}`),
  );
}
