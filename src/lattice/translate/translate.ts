import type { Finding } from '../../findings/finding.ts';
import { isEqual } from '../../kinds/equal.ts';
import { refKey } from '../../kinds/object.ts';
import type { OurGateway, Route, Routing } from '../../routing/routing.ts';
import { keyOf } from '../model/keys.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { Known } from '../model/known.ts';
import type { Model } from '../model/model.ts';
import { chooseCertificates } from './certificates.ts';
import { byAge, claimsOf } from './claims.ts';
import type { Draft, WholeDraft } from './draft.ts';
import { account, finish, leaveAlone, newDraft } from './draft.ts';
import { translateExport } from './exports.ts';
import { cannotBeExpressed, expressService, leaveRouteAlone } from './express.ts';
import { annotationFindings, ignoredRules, unsupportedFields } from './fields.ts';
import { translateFilters } from './filters/filters.ts';
import { hasLeftServices, homesOf } from './homes.ts';
import { hostnameFindings } from './hostnames.ts';
import { awaitsFinalizer, isKept } from './kept.ts';
import type { ImportClaims } from './imports.ts';
import { keepApart, lingering, withLingering } from './lingering.ts';
import type { ServiceUnit } from './mapping.ts';
import { servicesOf } from './mapping.ts';
import { translateNetworks } from './networks.ts';
import { expressAccessLogPolicies } from './policies/access-logs.ts';
import { expressAuthPolicies, settleAuthPolicies } from './policies/iam-auth.ts';
import { addPart } from './part.ts';
import type { Part } from './part.ts';
import { pausedObjects } from './paused.ts';
import { importsGroups, inputOf } from './service-input.ts';
import type { ServiceInput } from './service-input.ts';
import type { Settings } from './settings.ts';
import { routeWord } from './target-groups.ts';

/** What Lattice should hold, and what of the manifests it cannot say. */
export interface Desired {
  readonly model: Model;
  readonly findings: readonly Finding[];
  readonly settings: Settings;
  /** Which services there are to be, by their keys. */
  readonly units: ReadonlyMap<ResourceKey, ServiceUnit>;
  /** By the keys of their units. */
  readonly services: ReadonlyMap<ResourceKey, ServicePart>;
}

type ServicePart = Part<ServiceInput, ReadonlySet<string>>;

/**
 * The one place that knows what VPC Lattice can say. Every field is expressed or refused by name; what is not known yet,
 * of the cluster or of Lattice, is undetermined, and nobody touches it. What was wanted before saves making again what would
 * be the same.
 */
export function translate(routing: Routing, known: Known, given: Settings, before?: Desired): Desired {
  // Quotas change under the same settings; what has not changed is the same value, so that parts can tell.
  const now = { ...given };
  const settings = before !== undefined && isEqual(before.settings, now) ? before.settings : now;
  const draft = newDraft(known, settings);
  for (const gateway of routing.gateways) accountGateway(draft, gateway, routing);
  // What was made for them while they were ours is not asked for any more.
  for (const gateway of routing.formerGateways) account(draft, gateway);
  const networks = translateNetworks(draft, routing.gateways);
  const asking = byAge(routing.routes).filter((route) => asks(draft, route));
  const kept = routing.gateways.filter(({ object }) => isKept(settings, object, 'Gateway'));
  const gateways = { gateways: routing.gateways, kept: new Set(kept), networks };
  const settled = servicesOf(asking, gateways, before?.units ?? new Map());
  const unitsOf = unitsByRoute(settled);
  const held = new Map<string, string>();
  for (const route of asking) {
    const because = judgeRoute(draft, route, unitsOf(route));
    if (because !== undefined) held.set(refKey(route.ref), because);
  }
  const inDoubt = routing.routes.filter((route) => !route.deleting && doubtAbout(route) !== undefined);
  const staying = new Set([...held.keys(), ...inDoubt.map(({ ref }) => refKey(ref))]);
  const homes = homesOf(draft, settled, { networks, staying });
  const left = lingering(draft, [...asking, ...inDoubt], { units: settled, homes, unitsOf });
  const units = withLingering(settled, left);
  const places = { networks, units, homes };
  const authPolicies = settleAuthPolicies(draft, routing.iamAuthPolicies, places);
  const claims = claimsOf(units, networks);
  const imports: ImportClaims = new Map();
  const certificates = chooseCertificates(draft, units);
  const open = new Set(held.keys());
  const services = new Map<ResourceKey, ServicePart>();
  const isMoving = draft.lingersAt.size > 0 || hasLeftServices(draft, homes);
  const express = (own: Draft, input: ServiceInput) => expressService(own, imports, input);
  for (const unit of units) {
    const input = inputOf(unit, { networks, homes, isMoving, authPolicies, claims, certificates, held });
    const earlier = importsGroups(unit) ? undefined : before?.services.get(unit.key);
    const part = addPart(draft, input, express, earlier);
    services.set(unit.key, part);
    for (const key of part.result) open.add(key);
  }
  for (const route of asking) {
    const because = held.get(refKey(route.ref));
    if (because !== undefined && unitsOf(route).length === 0) leaveAloneOf(draft, route, because);
    if (!open.has(refKey(route.ref))) account(draft, route.object);
  }
  keepApart(draft, left);
  for (const exported of routing.exports) translateExport(draft, exported);
  expressAuthPolicies(draft, authPolicies, places);
  expressAccessLogPolicies(draft, routing.accessLogPolicies, places);
  const paused = pausedObjects(routing);
  const model = { ...finish(draft), ...(paused.size === 0 ? {} : { paused }) };
  return {
    model,
    findings: distinct(draft.findings),
    settings,
    units: new Map(settled.map((unit) => [unit.key, unit])),
    services,
  };
}

function unitsByRoute(units: readonly ServiceUnit[]): (route: Route) => readonly ServiceUnit[] {
  const byRoute = new Map<string, ServiceUnit[]>();
  for (const unit of units) {
    for (const { route } of unit.members) {
      const key = refKey(route.ref);
      byRoute.set(key, [...(byRoute.get(key) ?? []), unit]);
    }
  }
  return ({ ref }) => byRoute.get(refKey(ref)) ?? [];
}

function accountGateway(draft: WholeDraft, gateway: OurGateway, routing: Routing): void {
  const { ref, object, deleting, doubt } = gateway;
  const because = doubt ?? doubtAboutServices(gateway, routing);
  if (because === undefined) account(draft, object);
  else {
    const key = keyOf.service(`gateway/${ref.namespace}/${ref.name}?`);
    leaveAlone(draft, { type: 'service', key, because, askers: [ref] });
  }
  if (!deleting) awaitsFinalizer(draft, gateway, 'Gateway');
}

/** Why it cannot be told which services a gateway has, where they are its own: some of its routes are not known. */
function doubtAboutServices(
  { ref, deleting, parameters }: OurGateway,
  { routes, unseenRoutes }: Routing,
): string | undefined {
  if (deleting || parameters?.mapping === 'perRoute') return undefined;
  if (parameters === undefined) return 'the parameters of the gateway are not known';
  for (const { attachment, gateway } of routes.flatMap(({ parents }) => parents)) {
    if (attachment.standing === 'unknown' && refKey(gateway) === refKey(ref)) return attachment.because;
  }
  return unseenRoutes;
}

/** Whether a route asks for anything that can be told. One that is deleting, or attached to nothing, wants nothing. */
function asks(draft: WholeDraft, route: Route): boolean {
  const attached = route.parents.some(({ attachment }) => attachment.standing === 'attached');
  const doubt = doubtAbout(route);
  if (doubt !== undefined) leaveAloneOf(draft, route, doubt);
  else if (route.deleting || !attached) account(draft, route.object);
  return doubt === undefined && !route.deleting && attached;
}

/** What is not known of a route that nothing tells to go. */
function doubtAbout({ doubt, deleting, parents }: Route): string | undefined {
  if (doubt !== undefined || deleting) return doubt;
  if (parents.some(({ attachment }) => attachment.standing === 'attached')) return undefined;
  for (const { attachment } of parents) if (attachment.standing === 'unknown') return attachment.because;
  return undefined;
}

/** Why a route is to be left as it is, whatever service it is in; and what is to be told of it in any case. */
function judgeRoute(draft: Draft, route: Route, units: readonly ServiceUnit[]): string | undefined {
  if (awaitsFinalizer(draft, route, route.kind)) return 'its finalizer has to be written first';
  const hostnames = hostnameFindings(route, units);
  const refusals = [
    ...unsupportedFields(route),
    ...route.rules.flatMap((rule) => translateFilters(rule, { object: route.ref, rule: rule.index })),
    ...hostnames.refusals,
  ];
  draft.findings.push(...refusals, ...hostnames.notes, ...ignoredRules(route), ...annotationFindings(route));
  return refusals.length === 0 ? undefined : cannotBeExpressed;
}

function leaveAloneOf(draft: Draft, route: Route, because: string): void {
  leaveRouteAlone(draft, { route, key: keyOf.service(routeWord(route)), because });
}

/** What is the same in several services of a route is told once. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
