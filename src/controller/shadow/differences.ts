import { refKey, refOf } from '../../kinds/object.ts';
import { printStep } from '../../lattice/plan/print.ts';
import type { Change, Step } from '../../lattice/plan/step.ts';
import type { Conclusions } from '../../status/conclude.ts';
import type { Write } from '../../status/write.ts';
import { memberChanges } from './member-changes.ts';

/** Something that a controller that only looks would do. */
export type Difference =
  | { readonly side: 'lattice'; readonly key: string; readonly step: Change }
  | { readonly side: 'cluster'; readonly key: string; readonly write: ObjectWrite };

type ObjectWrite = Exclude<Write, { readonly write: 'event' }>;

export interface Seen {
  readonly steps: readonly Step[];
  readonly conclusions: Pick<Conclusions, 'writes'>;
}

/**
 * What a pass would have done, to Lattice and to objects. What objects would be told of changes in Lattice follows from
 * those, and is left out; so are events.
 */
export function differencesIn({ steps, conclusions }: Seen): readonly Difference[] {
  const withheld = steps.flatMap((step) =>
    step.op === 'hold' && step.instead !== undefined ? [step.instead] : [],
  );
  const changing = new Set(withheld.flatMap((step) => step.for.map(refKey)));
  return [
    ...withheld.map((step) => ({ side: 'lattice' as const, key: `${step.op} ${step.key}`, step })),
    ...conclusions.writes.flatMap((write): readonly Difference[] => {
      if (write.write === 'event') return [];
      const object = refKey(refOf(write.object));
      if (write.write === 'status' && changing.has(object)) return [];
      return [{ side: 'cluster', key: `${write.write} ${object}`, write }];
    }),
  ];
}

/** A difference as a line, for people. */
export function printDifference(difference: Difference): string {
  switch (difference.side) {
    case 'lattice':
      return printStep(difference.step);
    case 'cluster': {
      const { write } = difference;
      return `~ ${write.write} of ${refKey(refOf(write.object))} {${changesOf(write).join('; ')}}`;
    }
  }
}

function changesOf(write: ObjectWrite): readonly string[] {
  const { object } = write;
  switch (write.write) {
    case 'status':
      return memberChanges('status' in object ? object.status : undefined, write.status);
    case 'finalizers':
      return memberChanges(object.metadata.finalizers ?? [], write.finalizers);
    case 'annotations':
      return memberChanges(
        Object.fromEntries(
          Object.keys(write.annotations).map((name) => [name, object.metadata.annotations?.[name] ?? null]),
        ),
        write.annotations,
      );
  }
}
