import { listAt, numberAt, objectAt, textAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import type { Traits } from './lifecycle.ts';

export interface DeleteOptions {
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
  readonly graceSeconds?: number;
  readonly expect?: Expectation;
}

/** What the caller believes of the object. */
export interface Expectation {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** Finalizers by which the garbage collector is asked to go first. */
const collectors = { Foreground: 'foregroundDeletion', Orphan: 'orphan' } as const;

/** How an object looks once its deletion has been asked for. `now` is Unix ms. */
export function markDeleted(
  object: JsonObject,
  {
    traits,
    options,
    now,
  }: { readonly traits: Traits; readonly options: DeleteOptions; readonly now: number },
): JsonObject {
  const metadata = objectAt(object, 'metadata');
  const finalizers = finalizersFor(metadata, options.propagation);
  const grace = traits.graceful ? graceOf(object, options.graceSeconds) : 0;
  const running = numberAt(metadata, 'deletionGracePeriodSeconds');
  const marked = textAt(metadata, 'deletionTimestamp') !== '';
  if (marked && (running ?? 0) <= grace) return withFinalizers(object, finalizers);
  return withFinalizers(
    {
      ...object,
      metadata: {
        ...metadata,
        deletionTimestamp: new Date(now + grace * 1000).toISOString().replace(/\.\d+Z$/u, 'Z'),
        deletionGracePeriodSeconds: grace,
        ...(metadata['generation'] === undefined || marked
          ? {}
          : { generation: (numberAt(metadata, 'generation') ?? 0) + 1 }),
      },
    },
    finalizers,
  );
}

function withFinalizers(object: JsonObject, finalizers: readonly string[]): JsonObject {
  const { finalizers: _, ...metadata } = objectAt(object, 'metadata');
  return {
    ...object,
    metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers: [...finalizers] },
  };
}

/** The garbage collector takes its own away. */
function finalizersFor(metadata: JsonObject, propagation: DeleteOptions['propagation']): readonly string[] {
  const present = listAt(metadata, 'finalizers').map(String);
  if (propagation === undefined) return present;
  const others = present.filter((name) => name !== collectors.Foreground && name !== collectors.Orphan);
  return propagation === 'Background' ? others : [...others, collectors[propagation]];
}

/** A pod that runs nowhere, or has ended, has nothing to wait for. */
function graceOf(pod: JsonObject, asked: number | undefined): number {
  const idle =
    textAt(pod, 'spec', 'nodeName') === '' ||
    ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
  if (idle) return 0;
  return Math.max(0, asked ?? numberAt(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30);
}
