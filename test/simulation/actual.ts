import type { Action, Listener, Rule } from '../../src/local/state/listener-resources.ts';
import type { RegionState, Service, TargetGroup } from '../../src/local/state/state.ts';
import { matches } from './expected.ts';
import type { Match, Probe, Share } from './expected.ts';

/** Lattice as it is, in the words in which expectations are told. */
export interface ActualRule {
  readonly priority: number;
  readonly match: Match;
  readonly answer: Answer;
}

/** What happens to a request: shares of weight above 0, or a status. */
export type Answer = { readonly shares: readonly Share[] } | { readonly status: number };

const prefix = 'application-networking.k8s.aws/';

export function tagOf(
  { tags }: { readonly tags: Readonly<Record<string, string>> },
  name: string,
): string | undefined {
  return tags[prefix + name];
}

/** `default/cart`, of a service or a group that was made for a route. */
export function routeOf(resource: Service | TargetGroup): string | undefined {
  const [namespace, name] = [tagOf(resource, 'RouteNamespace'), tagOf(resource, 'RouteName')];
  return namespace === undefined || name === undefined ? undefined : `${namespace}/${name}`;
}

/** The backend whose pods a group holds, as expectations name it. */
export function backendOf(group: TargetGroup): string {
  const name = `${tagOf(group, 'ServiceNamespace')}/${tagOf(group, 'ServiceName')}`;
  return tagOf(group, 'SourceTypeKey') === 'ServiceExport'
    ? `export ${name}`
    : `Service ${name}:${tagOf(group, 'ServicePort')}`;
}

/** The rules of a listener in the order in which they win. */
export function rulesOf(state: RegionState, { rules }: Listener): readonly ActualRule[] {
  return [...rules.values()]
    .toSorted((a, b) => a.priority - b.priority)
    .map((rule) => ({ priority: rule.priority, match: matchOf(rule), answer: answerOf(state, rule.action) }));
}

function matchOf({ match: { path, method, headers } }: Rule): Match {
  return {
    exact: path?.kind === 'exact',
    path: path?.value ?? '',
    ...(method === undefined ? {} : { method }),
    headers: headers.map(({ name, value }) => `${name}=${value}`.toLowerCase()).toSorted(),
  };
}

export function answerOf(state: RegionState, action: Action): Answer {
  if (action.kind === 'fixedResponse') return { status: action.statusCode };
  const shares = new Map<string, number>();
  for (const { targetGroupId, weight } of action.targetGroups) {
    const group = state.targetGroups.get(targetGroupId);
    const backend = group === undefined ? `missing group ${targetGroupId}` : backendOf(group);
    if (weight > 0) shares.set(backend, (shares.get(backend) ?? 0) + weight);
  }
  return { shares: [...shares].map(([backend, weight]) => ({ backend, weight })) };
}

/** What happens to a request on a listener. */
export function outcomeOf(state: RegionState, listener: Listener, probe: Probe): Answer {
  const rule = rulesOf(state, listener).find(({ match }) => matches(match, probe));
  return rule === undefined ? answerOf(state, listener.defaultRule.action) : rule.answer;
}

/** Targets that get requests, sorted. */
export function targetsOf({ targets }: TargetGroup): readonly string[] {
  return [...targets.values()]
    .filter(({ status }) => status !== 'DRAINING')
    .map(({ id, port }) => `${id}:${port}`)
    .toSorted();
}

/** Whether requests of a network can reach the service, now or in a moment. */
export function isAssociated(state: RegionState, serviceId: string): boolean {
  return [...state.serviceAssociations.values()].some(
    (association) =>
      association.serviceId === serviceId &&
      (association.status === 'ACTIVE' || association.status === 'CREATE_IN_PROGRESS'),
  );
}

export function answerText(answer: Answer): string {
  return 'status' in answer
    ? String(answer.status)
    : // Which of them Lattice names first says nothing.
      answer.shares
        .map(({ backend, weight }) => `${backend}×${weight}`)
        .toSorted()
        .join(' + ');
}
