import { objectsNamedBy, tagOf } from '../model/ownership.ts';
import type { Tags } from '../model/resource.ts';
import { isUnreadable } from './facts.ts';
import { matched } from './match.ts';
import type { Facts, GroupFact } from './facts.ts';
import { urlOf } from './question.ts';
import type { Question } from './question.ts';
import {
  answerWords,
  causeSentence,
  failedSentence,
  fateWords,
  layerWords,
  matchWords,
  noteSentence,
} from './sentences.ts';
import type { Cause } from './verdict.ts';
import { arrives, reaches } from './walk.ts';
import type { Walk } from './walk.ts';

/** A walk as plain data: what people and programs get. Absent is what the request did not come to. */
export interface Report {
  /** `GET http://inventory.example/path` */
  readonly request: string;
  /** One sentence. */
  readonly verdict: string;
  readonly arrives: boolean;
  /** Why it does not. */
  readonly cause?: Cause['code'];
  /** Of Lattice, when it answers itself; several where its documentation leaves that open. */
  readonly answers?: readonly (number | 'noConnection')[];
  readonly body?: string;
  readonly network?: Thing;
  readonly vpc?: string;
  readonly service?: Thing;
  readonly listener?: Thing & { readonly protocol: string; readonly port: number };
  /** In order of priority, up to the one that matches. */
  readonly rules: readonly RuleReport[];
  readonly defaultAction: boolean;
  readonly groups: readonly GroupReport[];
  readonly authorization: readonly string[];
  readonly notes: readonly string[];
}

export interface Thing {
  readonly name: string;
  readonly id: string;
  /** The Kubernetes object behind it: `HTTPRoute default/rates`. */
  readonly object?: string;
}

export interface RuleReport {
  readonly priority: number;
  readonly name: string;
  readonly match: string;
  readonly matches: boolean;
  /** The first condition that does not hold. */
  readonly because?: string;
}

export interface GroupReport extends Thing {
  readonly status?: string;
  readonly weight: number;
  readonly percent: number;
  readonly health: string;
  readonly targets: readonly string[];
}

/** What a cluster knows of Lattice besides what tags say. */
export interface ObjectNames {
  /** A Gateway that stands for a network, by the ARN of that. */
  readonly network: (arn: string) => string | undefined;
  /** The IAMAuthPolicy that protects a network or service, by the id of that. */
  readonly policyOn: (id: string) => string | undefined;
}

export function reportOf(walk: Walk, { question, facts, names }: Reporting): Report {
  const { verdict, network, service, listener, vpc, rules, action, authorization } = walk;
  const refused = verdict.kind === 'refused' ? verdict : undefined;
  const answers = refused?.answers ?? [];
  const [answer] = answers;
  const body = answer === undefined || answer === 'noConnection' ? '' : answer.body;
  const objects = {
    network: network === undefined ? undefined : names?.network(network.arn),
    service: service === undefined ? undefined : objectOf(service.tags),
  };
  return {
    request: `${question.method} ${urlOf(question)}`,
    verdict: verdictSentence(walk, facts),
    arrives: arrives(walk),
    ...(refused === undefined ? {} : { cause: refused.cause.code }),
    ...(answers.length === 0
      ? {}
      : { answers: answers.map((each) => (each === 'noConnection' ? each : each.status)) }),
    ...(body === '' ? {} : { body }),
    ...(network === undefined ? {} : { network: thing(network, objects.network) }),
    ...(vpc === undefined ? {} : { vpc: vpc.vpcId }),
    ...(service === undefined ? {} : { service: thing(service, objects.service) }),
    ...(listener === undefined
      ? {}
      : { listener: { ...thing(listener, undefined), protocol: listener.protocol, port: listener.port } }),
    rules: rules.map(({ rule, failed }) => ({
      priority: rule.priority,
      name: rule.name,
      match: matchWords(rule.match),
      matches: failed === undefined,
      ...(failed === undefined ? {} : { because: failedSentence(failed) }),
    })),
    defaultAction: action !== undefined && rules.every(({ failed }) => failed !== undefined),
    groups: walk.shares.map((share) => groupReport(share, facts)),
    authorization:
      authorization?.layers.map((look) => {
        const id = (look.layer === 'network' ? network : service)?.id ?? '';
        const policy = look.finding.kind === 'open' ? undefined : names?.policyOn(id);
        return layerWords(look, authorization) + (policy === undefined ? '' : ` (${policy})`);
      }) ?? [],
    notes: walk.notes.map(noteSentence),
  };
}

export interface Reporting {
  readonly question: Question;
  readonly facts: Facts;
  /** Absent without a cluster. */
  readonly names?: ObjectNames;
}

function verdictSentence({ verdict, rules }: Walk, facts: Facts): string {
  switch (verdict.kind) {
    case 'refused':
      return `${answerWords(verdict.answers)}: ${causeSentence(verdict.cause)}.`;
    case 'fixedResponse':
      return `${verdict.statusCode}: rule ${matched(rules)?.name ?? ''} answers that by itself.`;
    case 'forward': {
      const chosen = verdict.shares.filter(({ weight }) => weight > 0);
      const reached = chosen.filter(reaches);
      const words = reached.map(({ groupId, percent }) => {
        const name = facts.groups.get(groupId)?.name ?? groupId;
        return chosen.length === 1 ? name : `${name} (${percent} %)`;
      });
      const lost = chosen.filter((share) => !reaches(share)).reduce((sum, { percent }) => sum + percent, 0);
      return `goes to target group ${words.join(' and ')}${lost === 0 ? '' : `, and fails for ${lost} % of the requests`}.`;
    }
  }
}

function groupReport({ groupId, weight, percent, fate }: Walk['shares'][number], facts: Facts): GroupReport {
  const group = facts.groups.get(groupId);
  const targets = group === undefined || isUnreadable(group.targets) ? [] : group.targets;
  return {
    ...thing(
      { id: groupId, name: group?.name ?? groupId },
      group === undefined ? undefined : backendOf(group.tags),
    ),
    ...(group === undefined ? {} : { status: group.status }),
    weight,
    percent,
    health: `${fateWords(fate)}${isForHttp2(group) ? ', over HTTP/2 only' : ''}`,
    targets: targets.map(({ id, port, status, reasonCode }) => {
      const at = port === undefined || port === 0 ? id : `${id}:${port}`;
      return `${at} ${status}${reasonCode === undefined ? '' : ` (${reasonCode})`}`;
    }),
  };
}

function isForHttp2(group: GroupFact | undefined): boolean {
  return group?.protocolVersion === 'HTTP2' || group?.protocolVersion === 'GRPC';
}

function thing(
  { name, id }: { readonly name: string; readonly id: string },
  object: string | undefined,
): Thing {
  return { name, id, ...(object === undefined ? {} : { object }) };
}

function objectOf(tags: Tags): string | undefined {
  const [named] = objectsNamedBy(tags);
  return named === undefined ? undefined : `${named.kind} ${named.namespace}/${named.name}`;
}

function backendOf(tags: Tags): string | undefined {
  const [name, namespace, port] = [
    tagOf(tags, 'ServiceName'),
    tagOf(tags, 'ServiceNamespace'),
    tagOf(tags, 'ServicePort'),
  ];
  if (name === undefined || namespace === undefined) return objectOf(tags);
  return `Service ${namespace}/${name}${port === undefined ? '' : `:${port}`}`;
}
