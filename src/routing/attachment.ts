import type { Finding, Subject } from '../findings/finding.ts';
import type { HTTPRoute } from '../kinds/http-route.gen.ts';
import { gatewayGroup } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refOf } from '../kinds/object.ts';
import type { ParentReference } from '../kinds/shared.gen.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { find } from '../snapshot/table.ts';
import type { GatewayFacts, Gateways } from './gateways.ts';
import { gatewayStanding } from './gateways.ts';
import { commonHostnames } from './hostnames.ts';
import type { ListenerFacts } from './listeners.ts';
import type { Attachment, AttachedListener, Parent } from './routing.ts';
import { selects } from './selectors.ts';

export interface Attached {
  /** Undefined when the reference names nothing of ours. */
  readonly parent?: Parent;
  readonly findings: readonly Finding[];
}

/** What one parentRef of a route leads to. Each is judged by itself: nothing of one carries over to the next. */
export function attach(snapshot: Snapshot, gateways: Gateways, route: HTTPRoute, index: number): Attached {
  const reference = route.spec.parentRefs?.[index];
  if (reference === undefined || reference.group !== gatewayGroup || reference.kind !== 'Gateway') {
    return { findings: [] };
  }
  const ref = refOf(route);
  const at: Subject = { object: ref, parent: index };
  const gateway: ObjectRef = {
    group: gatewayGroup,
    kind: 'Gateway',
    namespace: reference.namespace ?? ref.namespace,
    name: reference.name,
  };
  const parent = (attachment: Attachment, annotations: Parent['annotations'] = {}): Parent => ({
    index,
    reference,
    gateway,
    annotations,
    attachment,
  });
  const standing = gatewayStanding(snapshot, gateways, gateway);
  switch (standing.standing) {
    case 'foreign':
      return { findings: [] };
    case 'missing':
      return { findings: [{ code: 'parentNotFound', at, gateway }] };
    case 'unknown':
      return { parent: parent({ standing: 'unknown', because: standing.because }), findings: [] };
    case 'ours': {
      if (standing.gateway.deleting) {
        return {
          parent: parent({ standing: 'rejected' }),
          findings: [{ code: 'parentDeleting', at, gateway }],
        };
      }
      const judged = attachToListeners(snapshot, standing.gateway, route, { reference, at });
      const { annotations } = standing.gateway.object.metadata;
      return { parent: parent(judged.attachment, annotations), findings: judged.findings };
    }
  }
}

function attachToListeners(
  snapshot: Snapshot,
  gateway: GatewayFacts,
  route: HTTPRoute,
  { reference, at }: { readonly reference: ParentReference; readonly at: Subject },
): { readonly attachment: Attachment; readonly findings: readonly Finding[] } {
  const { sectionName, port } = reference;
  const meant = gateway.listeners.filter(
    ({ object }) =>
      (sectionName === undefined || object.name === sectionName) &&
      (port === undefined || object.port === port),
  );
  const rejected = { standing: 'rejected' } as const;
  if (meant.length === 0) {
    const asked = {
      ...(sectionName === undefined ? {} : { sectionName }),
      ...(port === undefined ? {} : { port }),
    };
    return {
      attachment: rejected,
      findings: [{ code: 'noMatchingParent', at, gateway: gateway.ref, ...asked }],
    };
  }
  const answers = meant.map((listener) => admit(snapshot, gateway, listener, route));
  const listeners = answers.flatMap((answer) => (answer.answer === 'yes' ? [answer.listener] : []));
  if (listeners.length > 0) return { attachment: { standing: 'attached', listeners }, findings: [] };
  for (const answer of answers) {
    if (answer.answer === 'unknown') {
      return { attachment: { standing: 'unknown', because: answer.because }, findings: [] };
    }
  }
  const { hostnames = [] } = route.spec;
  return {
    attachment: rejected,
    findings: answers.some(({ answer }) => answer === 'otherHostname')
      ? [{ code: 'noMatchingListenerHostname', at, gateway: gateway.ref, hostnames }]
      : [{ code: 'notAllowedByListeners', at, gateway: gateway.ref }],
  };
}

type Admission =
  | { readonly answer: 'yes'; readonly listener: AttachedListener }
  | { readonly answer: 'no' }
  | { readonly answer: 'otherHostname' }
  | { readonly answer: 'unknown'; readonly because: string };

function admit(
  snapshot: Snapshot,
  gateway: GatewayFacts,
  listener: ListenerFacts,
  route: HTTPRoute,
): Admission {
  const { name, port, protocol, hostname } = listener.object;
  if (!listener.accepted || !listener.supportedKinds.some(({ kind }) => kind === route.kind)) {
    return { answer: 'no' };
  }
  const hostnames = commonHostnames(hostname, route.spec.hostnames ?? []);
  const allowed = namespaceAllowed(snapshot, gateway, listener, route.metadata.namespace ?? '');
  if (allowed === false) return { answer: 'no' };
  if (allowed !== true) return { answer: 'unknown', because: allowed.because };
  return hostnames === undefined
    ? { answer: 'otherHostname' }
    : { answer: 'yes', listener: { name, port, protocol, hostnames } };
}

function namespaceAllowed(
  snapshot: Snapshot,
  gateway: GatewayFacts,
  { object }: ListenerFacts,
  namespace: string,
): boolean | { readonly because: string } {
  const { from, selector } = object.allowedRoutes.namespaces;
  switch (from) {
    case 'All':
      return true;
    case 'Same':
      return namespace === gateway.ref.namespace;
    case 'Selector': {
      const found = find(snapshot.namespaces, '', namespace);
      if (found.found === 'unknown') return { because: found.because };
      // A route whose namespace is not there is being torn down with it, or the watches have not met yet.
      if (found.found === 'none') return { because: `namespace ${namespace} has not been seen` };
      return selects(selector, found.object.metadata.labels ?? {});
    }
  }
}
