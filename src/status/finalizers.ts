import { finalizers } from '../kinds/names.ts';
import type { KubeObject, ObjectRef } from '../kinds/object.ts';
import { refKey, refOf } from '../kinds/object.ts';
import { facts } from '../lattice/model/facts.ts';
import { keyOf } from '../lattice/model/keys.ts';
import type { KnownEntry } from '../lattice/model/known.ts';
import type { ResourceKey } from '../lattice/model/resource.ts';
import type { OurGateway, Route } from '../routing/routing.ts';
import type { IndexedPass, ObjectPass } from './pass.ts';
import { ownKey } from './service.ts';
import type { Write } from './write.ts';

/**
 * Who gets our finalizer, and who loses it, besides routes. An object gets it before anything is made for it. It loses it
 * when it asks for nothing any more and, by a complete index, nothing of ours that was made for it is left or may be left.
 */
export function concludeFinalizers(pass: IndexedPass): readonly Write[] {
  const { routing, snapshot } = pass;
  return [
    ...routing.gateways.flatMap((gateway) =>
      write(gateway.object, finalizers.Gateway, {
        add: isAwaiting(pass, gateway.ref),
        remove: gateway.deleting && gateway.doubt === undefined && gatewayIsClean(pass, gateway),
      }),
    ),
    ...abandonedGateways(pass),
    ...routing.exports.flatMap((exported) =>
      write(exported.object, finalizers.ServiceExport, {
        add: isAwaiting(pass, exported.ref),
        remove: asksForNothing(pass, exported.ref) && isClean(pass, exported.ref),
      }),
    ),
    ...[
      ...routing.iamAuthPolicies.map((policy) => ({ policy, finalizer: finalizers.IAMAuthPolicy })),
      ...routing.accessLogPolicies.map((policy) => ({ policy, finalizer: finalizers.AccessLogPolicy })),
    ].flatMap(({ policy, finalizer }) =>
      write(policy.object, finalizer, {
        add: isAwaiting(pass, policy.ref),
        remove: policy.deleting && policy.doubt === undefined && policyHasLetGo(pass, policy),
      }),
    ),
    // An import owns nothing: its finalizer, left by older controllers, holds up nothing.
    ...snapshot.serviceImports.all.flatMap((object) =>
      write(object, finalizers.ServiceImport, {
        add: false,
        remove:
          object.metadata.deletionTimestamp !== undefined && snapshot.serviceImports.doubt === undefined,
      }),
    ),
  ];
}

/** As `concludeFinalizers`, of a route. */
export function routeFinalizer(pass: ObjectPass, { ref, kind, object, doubt }: Route): readonly Write[] {
  return write(object, finalizers[kind], {
    add: isAwaiting(pass, ref),
    remove: asksForNothing(pass, ref) && doubt === undefined && isClean(pass, ref),
  });
}

function isAwaiting({ findingsOf }: ObjectPass, object: ObjectRef): boolean {
  return findingsOf(object).some(({ code }) => code === 'awaitingFinalizer');
}

function write(
  object: KubeObject,
  finalizer: string,
  { add, remove }: { readonly add: boolean; readonly remove: boolean },
): readonly Write[] {
  const present = object.metadata.finalizers ?? [];
  const has = present.includes(finalizer);
  if (add && !has) return [{ write: 'finalizers', object, finalizers: [...present, finalizer] }];
  if (!remove || !has) return [];
  return [{ write: 'finalizers', object, finalizers: present.filter((one) => one !== finalizer) }];
}

/** It is accounted for and the model has nothing for it: deleting, detached, or somebody else's. */
export function asksForNothing({ isAccountable, entriesOf }: ObjectPass, object: ObjectRef): boolean {
  return isAccountable(object) && entriesOf(object).length === 0;
}

/** Nothing of ours that names the object is left, and we have looked everywhere such things are listed. */
export function isClean(pass: ObjectPass, object: ObjectRef): boolean {
  const { indexed, knownOf, outcomeAt } = pass;
  return (
    indexed &&
    !knownOf(object).some(
      (entry) => isLeft(entry) && outcomeAt(entry.key)?.step.op !== 'keep' && !isOrphaned(pass, entry),
    )
  );
}

/** It is, or lives in, what no object accounts for: that stays whatever becomes of this object. */
function isOrphaned({ knownAt, outcomeAt }: ObjectPass, entry: KnownEntry): boolean {
  for (let at: KnownEntry | undefined = entry; at !== undefined;) {
    if (outcomeAt(at.key)?.step.op === 'orphan') return true;
    at = at.parent === undefined ? undefined : knownAt(at.parent);
  }
  return false;
}

/** What a deleting policy governed is as it was before, or governed by another policy, and nothing of its own is left. */
export function policyHasLetGo(pass: ObjectPass, { ref }: { readonly ref: ObjectRef }): boolean {
  const isAsItShouldBe = pass
    .entriesOf(ref)
    .every((entry) => entry.state === 'wanted' && pass.outcomeAt(entry.resource.key)?.step.op === 'keep');
  return pass.isAccountable(ref) && isAsItShouldBe && isClean(pass, ref);
}

/** Also what was listed and not read yet; and a call in flight, or one whose answer was lost, may have made it. What is never deleted is not left. */
function isLeft({ type, state, owner }: KnownEntry): boolean {
  return facts[type].deletable && owner !== 'foreign' && state !== 'gone';
}

/**
 * What goes with a gateway: the associations that its routes have with its network, and the services that are its own,
 * where they belong to gateways.
 */
export function gatewayIsClean(pass: IndexedPass, { ref }: Pick<OurGateway, 'ref'>): boolean {
  const { known, indexed, routing, desired } = pass;
  const associations = routing.routes
    .filter(({ parents }) => parents.some(({ gateway }) => refKey(gateway) === refKey(ref)))
    .flatMap((route) => associationsOf(pass, route, ref.name));
  const own = pass.knownOf(ref).filter(({ type }) => type === 'service' || type === 'targetGroup');
  const left = [...associations, ...own.map(({ key }) => key)].some((key) => {
    const entry = known.entries.get(key);
    return entry !== undefined && isLeft(entry) && !desired.model.entries.has(key);
  });
  return !left && indexed;
}

/** Of its service, and of those that were made beside it. */
function associationsOf({ knownOf }: ObjectPass, route: Route, network: string): readonly ResourceKey[] {
  const known = knownOf(route.ref).filter(({ type }) => type === 'service');
  return [ownKey(route), ...known.map(({ key }) => key)].map((key) => keyOf.serviceAssociation(key, network));
}

/** Gateways that carry our finalizer and are not ours any more, since their class is another's or gone. */
function abandonedGateways(pass: IndexedPass): readonly Write[] {
  const { snapshot, routing } = pass;
  const { gateways, gatewayClasses } = snapshot;
  if (
    gateways.doubt !== undefined ||
    gatewayClasses.gap !== undefined ||
    gatewayClasses.unreadable.length > 0
  ) {
    return [];
  }
  const ours = new Set(routing.gateways.map(({ ref }) => refKey(ref)));
  return gateways.all
    .filter((object) => object.metadata.deletionTimestamp !== undefined && !ours.has(refKey(refOf(object))))
    .flatMap((object) =>
      write(object, finalizers.Gateway, { add: false, remove: gatewayIsClean(pass, { ref: refOf(object) }) }),
    );
}
