import type { HTTPRoute } from '../../../src/kinds/http-route.gen.ts';
import type { Listener } from '../../../src/local/state/listener-resources.ts';
import type { RegionState, Service } from '../../../src/local/state/state.ts';
import {
  answerText,
  backendOf,
  isAssociated,
  outcomeOf,
  routeOf,
  rulesOf,
  tagOf,
  targetsOf,
} from '../actual.ts';
import type { Answer } from '../actual.ts';
import {
  expectedRoute,
  expectedRoutes,
  expectedTargets,
  isThere,
  matchText,
  matches,
  probes,
} from '../expected.ts';
import type { ExpectedRoute, ExpectedRule, Probe } from '../expected.ts';
import type { Intent } from '../intent.ts';
import type { Effect, World } from '../world.ts';
import { serviceOf } from './deletions.ts';

/**
 * What a request could have met right after this effect: each rule does what some wish since the last quiet said, and what
 * can be reached is served as some such wish has it. Priorities are judged by that alone: while rules change places, two
 * may well be in an order that no wish has, as long as no request can tell.
 */
export function checkInstant(world: World, { cluster, operation, before, after }: Effect): void {
  if (
    before.services === after.services &&
    before.targetGroups === after.targetGroups &&
    before.serviceAssociations === after.serviceAssociations
  )
    return;
  const wishes = cluster.intents().slice(cluster.epoch);
  for (const service of after.services.values()) {
    if (tagOf(service, 'ManagedBy') !== cluster.managedBy || service.status === 'DELETE_IN_PROGRESS')
      continue;
    const touched =
      before.services.get(service.id) !== service ||
      before.targetGroups !== after.targetGroups ||
      before.serviceAssociations !== after.serviceAssociations;
    if (!touched) continue;
    const versions = versionsOf(wishes, routeOf(service) ?? '');
    if (versions.length === 0) continue;
    const complain = (what: string): void =>
      world.trace.problem(`instants: after ${operation} by ${cluster.name}, ${service.name}: ${what}`);
    const view = { state: after, service, versions, wishes };
    for (const listener of service.listeners.values()) checkRules(view, listener, complain);
    if (!isAssociated(after, service.id) || world.refused.has(cluster)) continue;
    for (const listener of service.listeners.values()) checkOutcomes(view, listener, complain);
    checkReadiness(view, complain);
  }
}

interface View {
  readonly state: RegionState;
  readonly service: Service;
  /** What the route was at any time that counts; the same several times when it did not change. */
  readonly versions: readonly ExpectedRoute[];
  readonly wishes: readonly Intent[];
}

type Complain = (what: string) => void;

/**
 * Nobody has to believe that a route is deleted before its definition is seen to be there: until then it is served as it
 * was, at what has become of its gateways.
 */
function versionsOf(wishes: readonly Intent[], name: string): readonly ExpectedRoute[] {
  let last: HTTPRoute | undefined;
  return wishes.flatMap((wish) => {
    const wanted = [...wish.routes.values()].find(
      ({ metadata }) => `${metadata.namespace}/${metadata.name}` === name,
    );
    if (wanted === undefined && last !== undefined) return expectedRoute(wish, last);
    last = wanted;
    return expectedRoutes(wish).get(name) ?? [];
  });
}

function checkRules({ state, versions, wishes }: View, listener: Listener, complain: Complain): void {
  const rules = rulesOf(state, listener);
  for (const { match, answer } of rules) {
    const word = matchText(match);
    const said = versions.flatMap((version) =>
      version.rules.filter((rule) => matchText(rule.match) === word),
    );
    if (said.length === 0) complain(`rule ${word} was never asked for`);
    else if (!said.some((rule) => isAnswerOf(rule, answer, wishes))) {
      complain(`rule ${word} answers ${answerText(answer)}, as it never should`);
    }
  }
}

/** Whether the answer has each backend that was there all the time, and none that never was, with its weight. */
export function isAnswerOf({ backends }: ExpectedRule, answer: Answer, wishes: readonly Intent[]): boolean {
  const weights = new Map<string, number>();
  for (const { backend, weight } of backends) {
    if (weight > 0) weights.set(backend, (weights.get(backend) ?? 0) + weight);
  }
  const surely = [...weights.keys()].filter(
    (backend) => !backend.startsWith('export ') && wishes.every((wish) => isThere(wish, backend)),
  );
  if ('status' in answer) return answer.status === 500 && surely.length === 0;
  return (
    surely.every((backend) => answer.shares.some((share) => share.backend === backend)) &&
    answer.shares.every(
      ({ backend, weight }) =>
        weights.get(backend) === weight && wishes.some((wish) => isThere(wish, backend)),
    )
  );
}

/** What a request gets is what it gets in some version of the route. A port that is new may know nothing yet. */
function checkOutcomes({ state, versions, wishes }: View, listener: Listener, complain: Complain): void {
  const isNew = !versions.every(({ ports }) => ports.includes(listener.port));
  for (const probe of probes) {
    const outcome = outcomeOf(state, listener, probe);
    if (isNew && 'status' in outcome && outcome.status === 404) continue;
    if (versions.some((version) => isOutcomeOf(version, probe, outcome, wishes))) continue;
    complain(
      `${probeText(probe)} on port ${listener.port} gets ${answerText(outcome)}, as in no version of the route`,
    );
    return;
  }
}

function isOutcomeOf(
  { rules }: ExpectedRoute,
  probe: Probe,
  outcome: Answer,
  wishes: readonly Intent[],
): boolean {
  const rule = rules.find(({ match }) => matches(match, probe));
  if (rule === undefined) return 'status' in outcome && outcome.status === 404;
  return isAnswerOf(rule, outcome, wishes);
}

/** What can be reached has its listeners, and pods in its groups wherever there always were some. */
function checkReadiness({ state, service, versions, wishes }: View, complain: Complain): void {
  const ports = [...service.listeners.values()].map(({ port }) => port);
  const missing = (versions[0]?.ports ?? []).filter(
    (port) => versions.every((version) => version.ports.includes(port)) && !ports.includes(port),
  );
  if (missing.length > 0) complain(`can be reached without a listener on port ${missing.join(', ')}`);
  for (const group of state.targetGroups.values()) {
    if (!group.usedBy.includes(service.id) || routeOf(group) !== routeOf(service)) continue;
    const always = wishes.every((wish) => expectedTargets(wish, serviceOf(group)).length > 0);
    if (always && targetsOf(group).length === 0) {
      complain(`forwards to an empty group of ${backendOf(group)}, which had pods all the time`);
    }
  }
}

function probeText({ method, path, header }: Probe): string {
  return `${method} ${path}${header === undefined ? '' : ` with ${header}`}`;
}
