import type { Arrival, Authorization, Decide, LayerLook } from './authorization.ts';
import { isUnreadable } from './facts.ts';
import type {
  ActionFact,
  Facts,
  GroupFact,
  ListenerFact,
  Routing,
  ServiceFact,
  TargetFact,
} from './facts.ts';
import { lookAtRules, matched } from './match.ts';
import type { RuleLook } from './match.ts';
import { notesOn } from './notes.ts';
import type { Note } from './notes.ts';
import type { Question } from './question.ts';
import { answersTo } from './verdict.ts';
import type { Cause, Fate, Share, Verdict } from './verdict.ts';
import { answersToHost, waysOf } from './ways.ts';
import type { BlockedWay, Origin, Way } from './ways.ts';

/** One request's way through Lattice, and how it ends. What lies behind an early end is told as well. */
export interface Walk extends Partial<Way> {
  readonly verdict: Verdict;
  readonly listener?: ListenerFact;
  readonly rules: readonly RuleLook[];
  readonly action?: ActionFact;
  readonly shares: readonly Share[];
  readonly authorization?: Authorization;
  readonly notes: readonly Note[];
}

export interface Asked {
  readonly question: Question;
  readonly origin: Origin;
}

/** Where a request goes: a walk for each network by which it may come. Never empty. */
export function walk({ question, origin }: Asked, facts: Facts, decide: Decide): readonly Walk[] {
  return waysOf(question, origin, facts).map((way) =>
    'cause' in way ? blocked(way, question) : walkWay(way, { question, facts, decide }),
  );
}

/** Whether requests get to a target, be it a part of them, or to what a rule answers. */
export function arrives({ verdict }: Walk): boolean {
  return verdict.kind !== 'refused';
}

/** Whether requests that fall to a group get to a target of it. */
export function reaches({ fate }: Share): boolean {
  return fate.kind === 'targets' || fate.kind === 'failOpen';
}

/** The action that decides on a request at a service; nothing where there is none, or it is not known. */
export function actionFor(service: ServiceFact, question: Question): ActionFact | undefined {
  const found = listenerFor(service, question);
  if ('code' in found || found.routing === undefined || isUnreadable(found.routing)) return undefined;
  return matched(looksAt(found, found.routing, question))?.action ?? found.routing.defaultAction;
}

function blocked({ cause, ...way }: BlockedWay, question: Question): Walk {
  return {
    ...way,
    verdict: refused(cause, question, true),
    rules: [],
    shares: [],
    notes: notesOn({ question, rules: [] }),
  };
}

function refused(cause: Cause, { scheme }: Question, isHttp: boolean): Verdict {
  return { kind: 'refused', cause, answers: answersTo(cause, { scheme, isHttp }) };
}

interface Walking {
  readonly question: Question;
  readonly facts: Facts;
  readonly decide: Decide;
}

function walkWay(way: Way, { question, facts, decide }: Walking): Walk {
  const listener = listenerFor(way.service, question);
  if ('code' in listener) return { ...blocked({ ...way, cause: listener }, question) };
  const { routing } = listener;
  if (routing === undefined || isUnreadable(routing)) {
    const needs = routing?.needs ?? 'vpc-lattice:ListRules';
    const cause: Cause = { code: 'unread', what: `the rules of listener ${listener.name}`, needs };
    return { ...blocked({ ...way, cause }, question), listener };
  }
  const isPassedThrough = listener.protocol === 'TLS_PASSTHROUGH';
  const arrival: Arrival = { question, isPassedThrough, ...way };
  const rules = looksAt(listener, routing, question);
  const rule = matched(rules);
  const action = rule?.action ?? routing.defaultAction;
  const shares = action.kind === 'forward' ? sharesOf(action, facts, question) : [];
  const authorization = decide(arrival);
  const cause =
    deniedBy(authorization, way) ?? endOf({ action, shares, isDefault: rule === undefined, facts });
  const verdict: Verdict =
    cause !== undefined
      ? refused(cause, question, !isPassedThrough)
      : action.kind === 'forward'
        ? { kind: 'forward', shares }
        : { kind: 'fixedResponse', statusCode: action.statusCode };
  const notes = notesOn({ question, rules, routing, authorization, way, listener });
  return { ...way, verdict, listener, rules, action, shares, authorization, notes };
}

/** Connections that are passed through know no rules. */
function looksAt({ protocol }: ListenerFact, routing: Routing, question: Question): readonly RuleLook[] {
  return protocol === 'TLS_PASSTHROUGH' ? [] : lookAtRules(routing, question);
}

/** The listener that takes a request, or why none does. */
function listenerFor(service: ServiceFact, { scheme, host, port }: Question): ListenerFact | Cause {
  const { name, listeners, customDomainName, certificateArn } = service;
  if (isUnreadable(listeners)) {
    return { code: 'unread', what: `the listeners of service ${name}`, needs: listeners.needs };
  }
  const listener = listeners.find((each) => each.port === port);
  if (listener === undefined) {
    const has = listeners.map(({ protocol, port: other }) => `${protocol} on port ${other}`);
    return { code: 'noListener', service: name, port, has };
  }
  const { protocol } = listener;
  if (protocol === 'HTTP') return scheme === 'http' ? listener : { code: 'tlsToPlain', port };
  if (scheme === 'http') return { code: 'plainToTls', port, protocol };
  const isCustom = host === customDomainName?.toLowerCase();
  if (protocol === 'TLS_PASSTHROUGH') {
    return isCustom ? listener : { code: 'notPassedThrough', host, service: name };
  }
  const isUncertified =
    isCustom && certificateArn === undefined && !answersToHost({ dnsName: service.dnsName }, host);
  return isUncertified ? { code: 'noCertificate', host, service: name } : listener;
}

function deniedBy(authorization: Authorization, { service, network }: Way): Cause | undefined {
  const { caller, layers, text = '' } = authorization;
  const nameOf = ({ layer }: LayerLook): string =>
    `${layer} ${(layer === 'network' ? network : service).name}`;
  switch (authorization.kind) {
    case 'allowed':
      return undefined;
    case 'denied': {
      // An explicit Deny is named before a missing Allow.
      const look =
        layers.find(({ finding }) => finding.kind === 'Deny') ??
        layers.find(({ finding }) => finding.kind === 'silent' || finding.kind === 'noPolicy');
      return look && { code: 'denied', look, of: nameOf(look), caller, text };
    }
    case 'undecided': {
      const unread = layers.flatMap((look) =>
        look.finding.kind === 'unread' ? [{ ...look.finding, of: nameOf(look) }] : [],
      );
      const [first] = unread;
      return (
        first && {
          code: 'unread',
          what: `the auth policy of ${unread.map(({ of }) => of).join(' and of ')}`,
          needs: first.needs,
        }
      );
    }
  }
}

interface Ending {
  readonly action: ActionFact;
  readonly shares: readonly Share[];
  readonly isDefault: boolean;
  readonly facts: Facts;
}

/** Why nothing that an action says reaches a target. */
function endOf({ action, shares, isDefault, facts }: Ending): Cause | undefined {
  if (action.kind === 'fixedResponse') {
    return isDefault ? { code: 'noRuleMatches', statusCode: action.statusCode } : undefined;
  }
  const chosen = shares.filter(({ weight }) => weight > 0);
  const [first] = chosen;
  if (first === undefined) return { code: 'zeroWeights' };
  if (chosen.some(reaches)) return undefined;
  const nameOf = (id: string): string => facts.groups.get(id)?.name ?? id;
  const { fate, groupId } = first;
  switch (fate.kind) {
    case 'unread':
      return { code: 'unread', what: `the targets of ${nameOf(groupId)}`, needs: fate.needs };
    case 'wrongVersion':
      return { code: 'wrongVersion', group: nameOf(groupId), version: fate.version };
    case 'targets':
    case 'failOpen':
    case 'noTargets':
      return { code: 'noTargets', groups: chosen.map((each) => nameOf(each.groupId)) };
  }
}

function sharesOf(
  { groups }: Extract<ActionFact, { kind: 'forward' }>,
  facts: Facts,
  question: Question,
): readonly Share[] {
  const weights = new Map<string, number>();
  for (const { id, weight } of groups) weights.set(id, (weights.get(id) ?? 0) + weight);
  const sum = groups.reduce((total, { weight }) => total + weight, 0);
  return [...weights].map(([groupId, weight]) => ({
    groupId,
    weight,
    percent: sum === 0 ? 0 : Math.round((weight / sum) * 1000) / 10,
    fate: fateAt(facts.groups.get(groupId), question),
  }));
}

function fateAt(group: GroupFact | undefined, { scheme, method }: Question): Fate {
  if (group === undefined) return { kind: 'noTargets', draining: 0 };
  const { protocolVersion: version = '', targets } = group;
  const isRefused = (version === 'GRPC' && method !== 'POST') || (version in newer && scheme === 'http');
  if (isRefused) return { kind: 'wrongVersion', version };
  if (isUnreadable(targets)) return { kind: 'unread', needs: targets.needs };
  const healthy = targets.filter(isHealthy).length;
  if (healthy > 0) return { kind: 'targets', usable: healthy, of: targets.length };
  const usable = targets.filter(({ status }) => status !== 'DRAINING').length;
  return usable > 0 ? { kind: 'failOpen', usable } : { kind: 'noTargets', draining: targets.length };
}

/** For clients of HTTP/2, of whom there are none without TLS. */
const newer = { HTTP2: true, GRPC: true };

/** Whether a target gets requests whatever the others do. One whose health is not checked does. */
export function isHealthy({ status }: TargetFact): boolean {
  return status === 'HEALTHY' || status === 'UNAVAILABLE';
}
