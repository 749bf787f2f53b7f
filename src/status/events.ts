import type { Condition, KubeObject } from '../kinds/object.ts';
import { refOf } from '../kinds/object.ts';
import type { Statement } from './conditions.ts';
import { soleOwner } from './ownership.ts';
import type { Write } from './write.ts';

/** An event is a transition between what was said and what is said now: no memory is needed, and none repeats. */
export function transitions(
  object: KubeObject,
  before: readonly Partial<Condition>[],
  after: readonly Statement[],
): readonly Write[] {
  return after.flatMap((statement): readonly Write[] => {
    const earlier = before.find(({ type }) => type === statement.type);
    if (earlier?.status === statement.status && earlier.reason === statement.reason) return [];
    const word = eventOf(statement, earlier);
    if (word === undefined) return [];
    return [
      {
        write: 'event',
        about: refOf(object),
        uid: object.metadata.uid ?? '',
        ...word,
        message: statement.message === '' ? `${statement.type} is ${statement.status}.` : statement.message,
      },
    ];
  });
}

/** Why something is not programmed that is no failure, or is told with `Accepted`. */
const untold = ['AddressNotAssigned', 'Invalid', 'ListenersNotValid', 'NotAllowed', 'Pending'];

/** The reasons of the AWS Gateway API Controller's events, where it has one. */
function eventOf(
  { type, status, reason }: Statement,
  earlier: Partial<Condition> | undefined,
): { readonly type: 'Normal' | 'Warning'; readonly reason: string } | undefined {
  switch (type) {
    case 'Programmed':
      if (status === 'True') return { type: 'Normal', reason: 'DeploySucceed' };
      return untold.includes(reason) ? undefined : { type: 'Warning', reason: 'FailedDeployModel' };
    case soleOwner:
      return { type: 'Warning', reason };
    case 'Accepted':
    case 'ResolvedRefs':
    case 'Valid':
      if (status === 'False') return { type: 'Warning', reason: 'FailedBuildModel' };
      return status === 'True' && earlier?.status === 'False' ? { type: 'Normal', reason } : undefined;
    default:
      // Condition types are strings of the wire; the others are told by the condition alone.
      return undefined;
  }
}
