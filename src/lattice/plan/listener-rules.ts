import type { KnownEntry } from '../model/known.ts';
import type { ResourceKey, RuleResource } from '../model/resource.ts';
import type { Planning } from './planning.ts';

/** The rules that are wanted, by the key of their listener. */
export function wantedRules({ model }: Planning): ReadonlyMap<ResourceKey, readonly RuleResource[]> {
  const result = new Map<ResourceKey, RuleResource[]>();
  for (const entry of model.entries.values()) {
    if (entry.state !== 'wanted' || entry.resource.type !== 'rule') continue;
    const listener = entry.resource.spec.listener.ref;
    result.set(listener, [...(result.get(listener) ?? []), entry.resource]);
  }
  return result;
}

/** What there is in a listener besides: neither wanted nor undetermined. */
export function unwantedRules(
  { index, matching, model }: Planning,
  listener: ResourceKey,
): readonly KnownEntry[] {
  const listenerKey = matching.found.get(listener)?.key;
  if (listenerKey === undefined) return [];
  return index
    .childrenOf(listenerKey)
    .filter(
      ({ key, type, state }) =>
        type === 'rule' && state !== 'gone' && !matching.wantedAs.has(key) && !model.entries.has(key),
    );
}
