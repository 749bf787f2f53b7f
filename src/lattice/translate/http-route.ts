import { finalizers } from '../../kinds/names.ts';
import type { HttpRoute } from '../../routing/routing.ts';
import { keyOf } from '../model/keys.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { LatticeBackend } from './backends.ts';
import { translateBackends } from './backends.ts';
import type { Claims } from './claims.ts';
import type { Draft } from './draft.ts';
import { account, leaveAllAlone, leaveAlone, want } from './draft.ts';
import { annotationFindings, unsupportedFields } from './fields.ts';
import { translateFilters } from './filters/filters.ts';
import type { ImportClaims } from './imports.ts';
import type { Networks } from './networks.ts';
import { preflight } from './preflight.ts';
import { translateRules } from './rules.ts';
import { wantService } from './service.ts';
import { unknownTargetGroupKey, routeWord } from './target-groups.ts';
import { wantTargets } from './targets.ts';

export interface RouteContext {
  readonly networks: Networks;
  readonly claims: Claims;
  readonly imports: ImportClaims;
}

/**
 * One HTTPRoute as one Lattice service with its listeners, rules and target groups. A route that is deleting, or attached
 * to nothing, wants nothing. A route that is not understood, or cannot be had as it is written, loses nothing it has: a
 * mistake in an edit must not take down what served before it.
 */
export function translateHttpRoute(draft: Draft, route: HttpRoute, context: RouteContext): void {
  const serviceKey = keyOf.service(routeWord(route));
  const doubt = doubtAbout(route);
  if (doubt !== undefined) {
    leaveRouteAlone(draft, route, serviceKey, doubt);
    return;
  }
  const attached = route.parents.some(({ attachment }) => attachment.standing === 'attached');
  if (route.deleting || !attached) {
    account(draft, route.object);
    return;
  }
  if (!(route.object.metadata.finalizers ?? []).includes(finalizers.HTTPRoute)) {
    const finalizer = finalizers.HTTPRoute;
    draft.findings.push({ code: 'awaitingFinalizer', at: { object: route.ref }, finalizer });
    leaveRouteAlone(draft, route, serviceKey, 'its finalizer has to be written first');
    return;
  }
  express(draft, route, context, serviceKey);
}

function express(draft: Draft, route: HttpRoute, context: RouteContext, serviceKey: ResourceKey): void {
  const backends = route.rules.map(({ index: rule }) =>
    translateBackends(draft, context.imports, { route, rule, serviceKey }),
  );
  const { rules, refusals, notes } = translateRules(route, (rule) => backends[rule] ?? []);
  const flat = backends.flat();
  const preflighted = preflight(route, { claims: context.claims, networks: context.networks, rules });
  const refused = [
    ...unsupportedFields(route),
    ...route.rules.flatMap((rule) => translateFilters(rule, { object: route.ref, rule: rule.index })),
    ...refusals,
    ...preflighted.refusals,
  ];
  const importFindings = flat.flatMap((backend) =>
    backend.state === 'unresolved' && backend.finding !== undefined ? [backend.finding] : [],
  );
  draft.findings.push(
    ...refused,
    ...importFindings,
    ...notes,
    ...preflighted.notes,
    ...annotationFindings(route),
  );
  if (refused.length > 0) {
    wantGroups(draft, flat, (key) => exists(draft, key));
    leaveRouteAlone(draft, route, serviceKey, 'the route cannot be expressed as it is written');
    return;
  }
  wantService(draft, route, { serviceKey, networks: context.networks, rules });
  wantGroups(draft, flat, () => true);
  const uncertain = rules.find(({ action }) => action.state === 'unknown');
  if (uncertain === undefined) account(draft, route.object);
  else leaveUnresolvedGroupsAlone(draft, route);
}

/** Also a route that is refused keeps its pods in the groups it has. */
function wantGroups(
  draft: Draft,
  backends: readonly LatticeBackend[],
  wanted: (key: ResourceKey) => boolean,
): void {
  for (const backend of backends) {
    if (backend.state !== 'group' || backend.own === undefined || !wanted(backend.own.resource.key)) continue;
    want(draft, backend.own.resource);
    wantTargets(draft, backend.own.resource, backend.own.endpoints);
  }
}

function exists(draft: Draft, key: ResourceKey): boolean {
  const state = draft.known.entries.get(key)?.state;
  return state !== undefined && state !== 'gone' && state !== 'unseen';
}

function leaveUnresolvedGroupsAlone(draft: Draft, route: HttpRoute): void {
  for (const backend of route.rules.flatMap(({ backends }) => backends)) {
    if (backend.state !== 'unknown') continue;
    const key = unknownTargetGroupKey(draft, route, backend);
    const { because } = backend;
    if (key !== undefined) leaveAlone(draft, { type: 'targetGroup', key, because, asker: route.ref });
  }
  leaveAllAlone(draft, route.ref, 'a backend of the route is not known yet');
}

function leaveRouteAlone(draft: Draft, route: HttpRoute, key: ResourceKey, because: string): void {
  leaveAlone(draft, { type: 'service', key, because, asker: route.ref });
  leaveAllAlone(draft, route.ref, because);
}

/** What is not known of a route that nothing tells to go. */
function doubtAbout({ doubt, deleting, parents }: HttpRoute): string | undefined {
  if (doubt !== undefined || deleting) return doubt;
  if (parents.some(({ attachment }) => attachment.standing === 'attached')) return undefined;
  for (const { attachment } of parents) if (attachment.standing === 'unknown') return attachment.because;
  return undefined;
}
