import type { Finding } from '../findings/finding.ts';
import { isEqual } from '../kinds/equal.ts';
import { annotations, controllerName } from '../kinds/names.ts';
import type { ParentReference, RouteParentStatus } from '../kinds/shared.gen.ts';
import type { Route, Parent } from '../routing/routing.ts';
import type { Statement } from './conditions.ts';
import { merge, stated } from './conditions.ts';
import { transitions } from './events.ts';
import { asksForNothing, isClean } from './finalizers.ts';
import { ownershipOf, soleOwner } from './ownership.ts';
import type { ObjectPass } from './pass.ts';
import type { Progress } from './progress.ts';
import { programmed, progressOf } from './progress.ts';
import { knownService, severalServices } from './service.ts';
import type { ServiceNames } from './service.ts';
import { fullyExpressed, referencesGranted } from './verdicts.ts';
import type { Write } from './write.ts';

const ours = [
  'Accepted',
  fullyExpressed,
  referencesGranted,
  soleOwner,
  'Programmed',
  'ResolvedRefs',
] as const;

/** Status, annotations and events of one route: an entry per parentRef of ours, everybody else's as they are. */
export function concludeRoute(pass: ObjectPass, route: Route): readonly Write[] {
  const leftNow = route.deleting && asksForNothing(pass, route.ref) && isClean(pass, route.ref);
  if (route.doubt !== undefined || leftNow) return [];
  const { object } = route;
  const findings = pass.findingsOf(route.ref);
  const progress = route.deleting ? leaving(pass, route) : progressOf(pass, route.ref);
  const service = serviceOf(pass, route, progress);
  const before = object.status?.parents ?? [];
  const told = route.parents.map((parent) => {
    const old = before.find((entry) => isFor(entry, parent.reference));
    const isOpen = pass.entriesOf(route.ref).some(({ state }) => state === 'undetermined');
    const ownership = ownershipOf(pass, route.ref, previous(old, route, soleOwner));
    return {
      parent,
      old,
      after: statements({ route, parent, findings, progress, service, ownership, old, isOpen }),
    };
  });
  const fresh = told.map(({ parent, old, after }) =>
    // What cannot be told now was told before, and stays.
    parent.attachment.standing === 'unknown' && old !== undefined
      ? old
      : {
          parentRef: parent.reference,
          controllerName,
          conditions: merge(old?.conditions ?? [], after, { generation: object.metadata.generation, ours }),
        },
  );
  const status = { ...object.status, parents: replaceOurs(before, fresh) };
  return [
    ...(isEqual(status.parents, before) ? [] : [{ write: 'status', object, status } as const]),
    ...(service === undefined
      ? forget(route)
      : annotate(route, service, progress.state === 'done' ? severalServices(pass, route) : undefined)),
    ...distinct(told.flatMap(({ old, after }) => transitions(object, old?.conditions ?? [], after))),
  ];
}

/** Why a deleting route is still there. */
function leaving(pass: ObjectPass, { ref }: Route): Progress {
  const progress = progressOf(pass, ref);
  return progress.state === 'failed'
    ? progress
    : { state: 'pending', because: 'what was made for the route is being deleted', making: true };
}

function statements({
  route,
  parent,
  findings,
  progress,
  service,
  ownership,
  old,
  isOpen,
}: {
  readonly route: Route;
  readonly parent: Parent;
  readonly findings: readonly Finding[];
  readonly progress: Progress;
  readonly service: ServiceNames | undefined;
  readonly ownership: Statement | undefined;
  readonly old: RouteParentStatus | undefined;
  /** Part of what the route asks for cannot be told yet: then it cannot be told either whether that is expressed. */
  readonly isOpen: boolean;
}): readonly Statement[] {
  const relevant = findings.filter(({ at }) => at.parent === undefined || at.parent === parent.index);
  const accepted = acceptedOf(parent, relevant);
  const resolved = stated('ResolvedRefs', relevant);
  const expressed =
    stated(fullyExpressed, relevant) ?? (isOpen ? previous(old, route, fullyExpressed) : undefined);
  const extra = [expressed, stated(referencesGranted, relevant), ownership];
  return [
    accepted,
    ...extra.flatMap((statement) => (statement === undefined ? [] : [statement])),
    programmedOf(accepted, progress, previous(old, route, 'Programmed')),
    resolved ?? {
      type: 'ResolvedRefs',
      status: 'True',
      reason: 'ResolvedRefs',
      message:
        service?.dnsName === undefined || parent.attachment.standing !== 'attached'
          ? ''
          : `DNS Name: ${service.dnsName}`,
    },
  ];
}

function acceptedOf({ attachment }: Parent, findings: readonly Finding[]): Statement {
  const refused = stated('Accepted', findings);
  if (refused !== undefined) return refused;
  if (attachment.standing === 'unknown') {
    const message = `Waiting: ${attachment.because}.`;
    return { type: 'Accepted', status: 'Unknown', reason: 'Pending', message };
  }
  return { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' };
}

function programmedOf(accepted: Statement, progress: Progress, previous: Statement | undefined): Statement {
  if (accepted.status === 'True' || progress.state === 'failed') return programmed(progress, previous);
  if (accepted.status === 'Unknown') return { ...accepted, type: 'Programmed' };
  const message =
    accepted.reason === 'UnsupportedValue' || accepted.reason === 'Conflicted'
      ? 'The route is not accepted as it is written; what was programmed before stays.'
      : 'The route is not accepted.';
  return { type: 'Programmed', status: 'False', reason: 'Invalid', message };
}

/** What we said of this generation. */
function previous(
  old: RouteParentStatus | undefined,
  { object }: Route,
  wanted: string,
): Statement | undefined {
  const condition = old?.conditions.find(({ type }) => type === wanted);
  return condition?.observedGeneration === object.metadata.generation ? condition : undefined;
}

/**
 * The service's names: told once it is programmed, and from then on as long as it is the same. Undefined: none is wanted,
 * and none is left.
 */
function serviceOf(pass: ObjectPass, route: Route, progress: Progress): ServiceNames | undefined {
  if (asksForNothing(pass, route.ref) && isClean(pass, route.ref)) return undefined;
  const names = knownService(pass, route, progress.state === 'done');
  const told = route.object.metadata.annotations?.[annotations.assignedDomainName];
  return progress.state === 'done' || (told !== undefined && told === names.dnsName) ? names : {};
}

/** `several`: of a route in more than one service, once it is programmed in all; before that what was told stays. */
function annotate(
  { object }: Route,
  { dnsName, arn }: ServiceNames,
  several: readonly string[] | undefined,
): readonly Write[] {
  if (dnsName === undefined || arn === undefined) return [];
  const { [annotations.serviceArns]: before } = object.metadata.annotations ?? {};
  const all = several === undefined ? before : several.length === 0 ? undefined : several.join();
  const wanted = {
    [annotations.assignedDomainName]: dnsName,
    [annotations.serviceArn]: arn,
    [annotations.serviceArns]: all,
  };
  const differing = Object.entries(wanted).filter(
    ([name, value]) => object.metadata.annotations?.[name] !== value,
  );
  return differing.length === 0
    ? []
    : [
        {
          write: 'annotations',
          object,
          annotations: Object.fromEntries(differing.map(([name, value]) => [name, value ?? null])),
        },
      ];
}

/** Names of a service that is gone are no longer true. */
function forget({ object, deleting }: Route): readonly Write[] {
  const ours = [annotations.assignedDomainName, annotations.serviceArn, annotations.serviceArns];
  const present = ours.filter((name) => object.metadata.annotations?.[name] !== undefined);
  return deleting || present.length === 0
    ? []
    : [
        {
          write: 'annotations',
          object,
          annotations: Object.fromEntries(present.map((name) => [name, null])),
        },
      ];
}

/** Two parents often have the same to tell: an event is about the object, and tells it once. */
function distinct(events: readonly Write[]): readonly Write[] {
  return events.filter((event, i) => events.findIndex((other) => isEqual(event, other)) === i);
}

interface FreshEntry {
  readonly parentRef: ParentReference;
  readonly controllerName: string;
  readonly conditions: readonly object[];
}

/** Ours are replaced where they stand, new ones come last, those of parents that are ours no more go. */
function replaceOurs(
  before: readonly RouteParentStatus[],
  fresh: readonly FreshEntry[],
): readonly (RouteParentStatus | FreshEntry)[] {
  const kept = before.flatMap((entry): readonly (RouteParentStatus | FreshEntry)[] => {
    if (entry.controllerName !== controllerName) return [entry];
    return fresh.filter(({ parentRef }) => isFor(entry, parentRef)).slice(0, 1);
  });
  return [...kept, ...fresh.filter((entry) => !kept.includes(entry))];
}

function isFor(entry: RouteParentStatus, reference: ParentReference): boolean {
  return entry.controllerName === controllerName && isEqual(entry.parentRef, reference);
}
