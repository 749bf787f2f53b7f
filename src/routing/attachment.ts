import type { Finding, Subject } from '../findings/finding.ts';
import { gatewayGroup } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refKey, refOf } from '../kinds/object.ts';
import type { ParentReference } from '../kinds/shared.gen.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { find } from '../snapshot/table.ts';
import type { GatewayFacts, Gateways } from './gateways.ts';
import { gatewayStanding } from './gateways.ts';
import { commonHostnames } from './hostnames.ts';
import type { ListenerSets } from './listener-sets.ts';
import type { ListenerFacts } from './listeners.ts';
import type { Attachment, AttachedListener, Parent, Route } from './routing.ts';
import { selects } from './selectors.ts';

export interface Parents {
  readonly gateways: Gateways;
  readonly listenerSets: ListenerSets;
}

export interface Attached {
  /** Undefined when the reference names nothing of ours. */
  readonly parent?: Parent;
  readonly findings: readonly Finding[];
}

type RouteObject = Route['object'];

/** What one parentRef of a route leads to. Each is judged by itself: nothing of one carries over to the next. */
export function attach(snapshot: Snapshot, parents: Parents, route: RouteObject, index: number): Attached {
  const reference = route.spec.parentRefs?.[index];
  if (reference === undefined || reference.group !== gatewayGroup) return nothing;
  const ref = refOf(route);
  const { kind, name, namespace = ref.namespace } = reference;
  const named: ObjectRef = { group: gatewayGroup, kind, namespace, name };
  const seeker: Seeker = { snapshot, route, reference, named, at: { object: ref, parent: index } };
  if (kind === 'Gateway') return attachToGateway(seeker, parents);
  return kind === 'ListenerSet' ? attachToListenerSet(seeker, parents) : nothing;
}

const nothing: Attached = { findings: [] };

/** A route that looks for a place, by one of its parentRefs. */
interface Seeker {
  readonly snapshot: Snapshot;
  readonly route: RouteObject;
  readonly reference: ParentReference;
  readonly named: ObjectRef;
  readonly at: Subject & { readonly parent: number };
}

function attachToGateway(seeker: Seeker, { gateways }: Parents): Attached {
  const { snapshot, named, at } = seeker;
  const standing = gatewayStanding(snapshot, gateways, named);
  switch (standing.standing) {
    case 'foreign':
      return nothing;
    case 'missing':
      return { findings: [{ code: 'parentNotFound', at, gateway: named }] };
    case 'unknown':
      return unknown(seeker, named, standing.because);
    case 'ours':
      return attachTo(seeker, standing.gateway, standing.gateway.listeners);
  }
}

function attachToListenerSet(seeker: Seeker, { listenerSets }: Parents): Attached {
  const { snapshot, named, at } = seeker;
  const found = find(snapshot.listenerSets, named.namespace, named.name);
  if (found.found === 'none') return { findings: [{ code: 'parentNotFound', at, gateway: named }] };
  if (found.found === 'unknown') return unknown(seeker, named, found.because);
  const set = listenerSets.ours.get(refKey(named));
  if (set === undefined) return nothing;
  switch (set.standing.standing) {
    case 'unknown':
      return unknown(seeker, set.gateway, set.standing.because);
    case 'refused':
      return {
        parent: { ...parentOf(seeker, set.gateway), attachment: { standing: 'rejected' } },
        findings: [{ code: 'parentNotAccepted', at, gateway: named }],
      };
    case 'allowed':
      return found.object.metadata.deletionTimestamp === undefined
        ? attachTo(seeker, set.standing.gateway, set.listeners)
        : leaving(seeker, set.gateway, set.standing.gateway);
  }
}

function parentOf(
  { reference, named, at }: Seeker,
  gateway: ObjectRef,
  annotations: Parent['annotations'] = {},
): Omit<Parent, 'attachment'> {
  return { index: at.parent, reference, holder: named, gateway, annotations };
}

function unknown(seeker: Seeker, gateway: ObjectRef, because: string): Attached {
  return {
    parent: { ...parentOf(seeker, gateway), attachment: { standing: 'unknown', because } },
    findings: [],
  };
}

function leaving(seeker: Seeker, ref: ObjectRef, { object }: GatewayFacts): Attached {
  return {
    parent: {
      ...parentOf(seeker, ref, object.metadata.annotations),
      attachment: { standing: 'rejected' },
    },
    findings: [{ code: 'parentDeleting', at: seeker.at, gateway: seeker.named }],
  };
}

function attachTo(seeker: Seeker, gateway: GatewayFacts, listeners: readonly ListenerFacts[]): Attached {
  const { ref, object, deleting, parameters } = gateway;
  if (deleting) return leaving(seeker, ref, gateway);
  if ('because' in parameters) return unknown(seeker, ref, parameters.because);
  const { attached, unknownBecause, findings } = admitAll(seeker, listeners);
  const attachment: Attachment =
    attached.length > 0
      ? { standing: 'attached', listeners: attached, parameters }
      : unknownBecause === undefined
        ? { standing: 'rejected' }
        : { standing: 'unknown', because: unknownBecause };
  return { parent: { ...parentOf(seeker, ref, object.metadata.annotations), attachment }, findings };
}

interface Admissions {
  readonly attached: readonly AttachedListener[];
  readonly unknownBecause?: string;
  readonly findings: readonly Finding[];
}

function admitAll(seeker: Seeker, listeners: readonly ListenerFacts[]): Admissions {
  const { route, reference, named, at } = seeker;
  const { sectionName, port } = reference;
  const meant = listeners.filter(
    ({ object }) =>
      (sectionName === undefined || object.name === sectionName) &&
      (port === undefined || object.port === port),
  );
  if (meant.length === 0) {
    const asked = {
      ...(sectionName === undefined ? {} : { sectionName }),
      ...(port === undefined ? {} : { port }),
    };
    return { attached: [], findings: [{ code: 'noMatchingParent', at, gateway: named, ...asked }] };
  }
  const answers = meant.map((listener) => admit(seeker, listener));
  const attached = answers.flatMap((answer) => (answer.answer === 'yes' ? [answer.listener] : []));
  if (attached.length > 0) return { attached, findings: [] };
  for (const answer of answers) {
    if (answer.answer === 'unknown') return { attached, unknownBecause: answer.because, findings: [] };
  }
  const { hostnames = [] } = route.spec;
  return {
    attached,
    findings: answers.some(({ answer }) => answer === 'otherHostname')
      ? [{ code: 'noMatchingListenerHostname', at, gateway: named, hostnames }]
      : [{ code: 'notAllowedByListeners', at, gateway: named }],
  };
}

type Admission =
  | { readonly answer: 'yes'; readonly listener: AttachedListener }
  | { readonly answer: 'no' }
  | { readonly answer: 'otherHostname' }
  | { readonly answer: 'unknown'; readonly because: string };

function admit({ snapshot, route }: Seeker, listener: ListenerFacts): Admission {
  const { name, port, protocol, hostname, tls } = listener.object;
  if (!listener.accepted || !listener.supportedKinds.some(({ kind }) => kind === route.kind)) {
    return { answer: 'no' };
  }
  const hostnames = commonHostnames(hostname, route.spec.hostnames ?? []);
  const allowed = namespaceAllowed(snapshot, listener, route.metadata.namespace ?? '');
  if (allowed === false) return { answer: 'no' };
  if (allowed !== true) return { answer: 'unknown', because: allowed.because };
  return hostnames === undefined
    ? { answer: 'otherHostname' }
    : {
        answer: 'yes',
        listener: {
          name,
          port,
          protocol,
          hostnames,
          ...(tls === undefined ? {} : { tlsMode: tls.mode }),
          tlsOptions: tls?.options ?? {},
        },
      };
}

function namespaceAllowed(
  snapshot: Snapshot,
  { holder, object }: ListenerFacts,
  namespace: string,
): boolean | { readonly because: string } {
  const { from, selector } = object.allowedRoutes.namespaces;
  switch (from) {
    case 'All':
      return true;
    case 'Same':
      return namespace === holder.namespace;
    case 'Selector': {
      const found = find(snapshot.namespaces, '', namespace);
      if (found.found === 'unknown') return { because: found.because };
      // A route whose namespace is not there is being torn down with it, or the watches have not met yet.
      if (found.found === 'none') return { because: `namespace ${namespace} has not been seen` };
      return selects(selector, found.object.metadata.labels ?? {});
    }
  }
}
