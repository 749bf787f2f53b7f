import type { Finding } from '../findings/finding.ts';
import type { ListenerStatus } from '../kinds/shared.gen.ts';
import type { Listener, OurGateway, OurListenerSet } from '../routing/routing.ts';
import type { Statement } from './conditions.ts';
import { merge, stated } from './conditions.ts';
import { sentence } from './sentences.ts';

const ours = ['Accepted', 'Conflicted', 'Programmed', 'ResolvedRefs'] as const;

/** The status of each listener of a gateway or a listener set. `network` says whether the gateway is programmed. */
export function listenerStatuses(
  { object, listeners }: OurGateway | OurListenerSet,
  findings: readonly Finding[],
  network: Statement,
): readonly object[] {
  const { generation } = object.metadata;
  const told: readonly ListenerStatus[] = object.status?.listeners ?? [];
  return listeners.map((listener) => {
    const old = told.find(({ name }) => name === listener.name)?.conditions ?? [];
    const about = findings.filter(({ at }) => at.listener === listener.name);
    return {
      name: listener.name,
      supportedKinds: listener.supportedKinds,
      attachedRoutes: listener.attachedRoutes,
      conditions: merge(old, listenerStatements(listener, { findings: about, network, old }), {
        generation,
        ours,
      }),
    };
  });
}

interface Around {
  readonly findings: readonly Finding[];
  readonly network: Statement;
  readonly old: ListenerStatus['conditions'];
}

function listenerStatements(listener: Listener, { findings, network, old }: Around): readonly Statement[] {
  const accepted = stated('Accepted', findings) ?? {
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: '',
  };
  const conflict = findings.find(
    ({ code }) => code === 'listenerProtocolConflict' || code === 'listenerHostnameConflict',
  );
  const resolved = stated('ResolvedRefs', findings) ?? unstated(listener, old);
  return [
    accepted,
    conflict === undefined
      ? { type: 'Conflicted', status: 'False', reason: 'NoConflicts', message: '' }
      : {
          type: 'Conflicted',
          status: 'True',
          reason: conflict.code === 'listenerProtocolConflict' ? 'ProtocolConflict' : 'HostnameConflict',
          message: sentence(conflict),
        },
    listenerProgrammed(listener, { network, accepted, isConflict: conflict !== undefined }),
    resolved,
  ];
}

/** Nothing is wrong that we know of; while something it refers to cannot be read, what was said before stays. */
function unstated({ resolved }: Listener, old: Around['old']): Statement {
  const type = 'ResolvedRefs';
  const told = old.find((condition) => condition.type === type);
  if (resolved !== undefined || told === undefined) {
    return { type, status: 'True', reason: 'ResolvedRefs', message: '' };
  }
  const { status, reason, message } = told;
  return { type, status, reason, message };
}

function listenerProgrammed(
  { resolved, supportedKinds }: Listener,
  {
    network,
    accepted,
    isConflict,
  }: { readonly network: Statement; readonly accepted: Statement; readonly isConflict: boolean },
): Statement {
  const type = 'Programmed';
  if (accepted.status === 'False' || supportedKinds.length === 0 || resolved === false) {
    const reason = isConflict ? accepted.reason : 'Invalid';
    return { type, status: 'False', reason, message: 'The listener is not valid.' };
  }
  return network.status === 'True'
    ? { type, status: 'True', reason: 'Programmed', message: '' }
    : { type, status: 'False', reason: 'Pending', message: 'The Gateway is not programmed.' };
}
