import { facts, typesInOrder } from './facts.ts';
import type { CollectionKey, Known } from './known.ts';
import type { ResourceType } from './resource.ts';

/** Listings of all there is of a type, in which alone it is found what is ours. */
export const indexes: readonly { readonly key: CollectionKey; readonly type: ResourceType }[] =
  typesInOrder.flatMap((type) => {
    const { index, listedIn } = facts[type];
    return index && listedIn !== undefined ? [{ key: listedIn.collection(''), type }] : [];
  });

/**
 * Whether all of them are known. Before that nothing can be told to be missing or left over: which group a backend has depends
 * on the service that there is, and the other way round.
 */
export function isIndexed({ collections }: Known): boolean {
  return indexes.every(({ key }) => collections.get(key)?.state === 'known');
}
