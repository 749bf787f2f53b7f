import { isEqual } from '../kinds/equal.ts';
import { controllerName } from '../kinds/names.ts';
import { refKey } from '../kinds/object.ts';
import { isValid } from '../routing/listeners.ts';
import type { OurListenerSet } from '../routing/routing.ts';
import type { Statement } from './conditions.ts';
import { merge, stated } from './conditions.ts';
import { transitions } from './events.ts';
import { standingOf } from './gateway.ts';
import { listenerStatuses } from './listeners.ts';
import type { IndexedPass } from './pass.ts';
import type { Write } from './write.ts';

const ours = ['Accepted', 'Programmed'] as const;

/** Status and events of one ListenerSet: whether its gateway takes it, and each of its listeners like one of a gateway. */
export function concludeListenerSet(pass: IndexedPass, set: OurListenerSet): readonly Write[] {
  if (set.doubt !== undefined || set.standing === 'unknown') return [];
  const { object, ref } = set;
  const { generation } = object.metadata;
  const findings = pass.findingsOf(ref);
  const before = object.status?.conditions ?? [];
  const accepted = acceptedOf(
    set,
    stated(
      'Accepted',
      findings.filter(({ at }) => at.listener === undefined),
    ),
  );
  const programmed = programmedOf(pass, set, accepted);
  const statements = [accepted, programmed];
  const status = {
    ...object.status,
    conditions: merge(before, statements, { generation, ours }),
    listeners: listenerStatuses(set, findings, programmed),
  };
  return [
    ...(isEqual(status, object.status) ? [] : [{ write: 'status', object, status } as const]),
    ...transitions(object, before, statements),
  ];
}

function acceptedOf({ listeners }: OurListenerSet, refused: Statement | undefined): Statement {
  if (refused !== undefined) return refused;
  const type = 'Accepted';
  const bad = listeners.filter((listener) => !isValid(listener)).map(({ name }) => name);
  if (bad.length === 0) return { type, status: 'True', reason: 'Accepted', message: controllerName };
  const none = bad.length === listeners.length;
  return {
    type,
    status: none ? 'False' : 'True',
    reason: 'ListenersNotValid',
    message: `${none ? 'No listener is valid' : 'Not valid'}: ${bad.join(', ')}. Their conditions say why.`,
  };
}

/** As its gateway, in whose network it is. */
function programmedOf(pass: IndexedPass, { gateway }: OurListenerSet, accepted: Statement): Statement {
  const type = 'Programmed';
  if (accepted.status !== 'True') {
    return { type, status: 'False', reason: accepted.reason, message: accepted.message };
  }
  const parent = pass.routing.gateways.find(({ ref }) => refKey(ref) === refKey(gateway));
  return parent !== undefined && standingOf(pass, parent).network.status === 'True'
    ? { type, status: 'True', reason: 'Programmed', message: '' }
    : { type, status: 'False', reason: 'Pending', message: 'The Gateway is not programmed.' };
}
