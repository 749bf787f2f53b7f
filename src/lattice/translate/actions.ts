import type { Finding, Subject } from '../../findings/finding.ts';
import { limits } from '../model/limits.gen.ts';
import type { Action, WeightedGroup } from '../model/resource.ts';
import type { LatticeBackend } from './backends.ts';
import { expressibleWeights } from './weights.ts';

export type TranslatedAction =
  | { readonly state: 'known'; readonly action: Action; readonly notes: readonly Finding[] }
  | { readonly state: 'refused'; readonly refusals: readonly Finding[] }
  | { readonly state: 'unknown'; readonly because: string };

/**
 * What a rule does with its requests. Without a backend that can be reached it answers 500. When a share of the weight
 * leads nowhere, Lattice cannot answer 500 for that share alone, and the others take it over, which has always been so
 * here; a finding tells.
 */
export function translateAction(backends: readonly LatticeBackend[], at: Subject): TranslatedAction {
  for (const backend of backends) {
    if (backend.state === 'unknown' && backend.weight > 0)
      return { state: 'unknown', because: backend.because };
  }
  const forwards = mergeGroups(backends);
  const [total, reached] = [sum(backends), sum(forwards)];
  if (reached === 0) {
    return { state: 'known', action: { kind: 'fixedResponse', statusCode: 500 }, notes: [] };
  }
  const weights = forwards.map(({ weight }) => weight);
  const expressible = expressibleWeights(weights);
  const limit = limits.TargetGroupWeight.max;
  if (expressible === undefined) {
    return { state: 'refused', refusals: [{ code: 'weightsNotExpressible', at, weights, limit }] };
  }
  return {
    state: 'known',
    action: {
      kind: 'forward',
      groups: forwards.map(({ group }, i) => ({ group, weight: expressible[i] ?? 0 })),
    },
    notes: reached === total ? [] : [{ code: 'shareRedistributed', at, share: total - reached, of: total }],
  };
}

/** Lattice takes a group once per action; a backend named twice has both weights. */
function mergeGroups(backends: readonly LatticeBackend[]): readonly WeightedGroup[] {
  const groups = new Map<string, WeightedGroup>();
  for (const backend of backends) {
    if (backend.state !== 'group') continue;
    const earlier = groups.get(backend.group.ref);
    groups.set(backend.group.ref, { group: backend.group, weight: backend.weight + (earlier?.weight ?? 0) });
  }
  return [...groups.values()];
}

function sum(parts: readonly { readonly weight: number }[]): number {
  return parts.reduce((total, { weight }) => total + weight, 0);
}
