import { objectsNamedBy, tagOf } from '../model/ownership.ts';
import type { Tags } from '../model/resource.ts';
import { isUnreadable } from './facts.ts';
import type { Facts } from './facts.ts';
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
import { arrives } from './walk.ts';
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
  /** The Gateways that a network stands for. */
  readonly network: (name: string) => string | undefined;
  /** The IAMAuthPolicy on the object behind a network or service. */
  readonly policyOn: (object: string) => string | undefined;
}

export function reportOf(walk: Walk, { question, facts, names }: Reporting): Report {
  const { verdict, network, service, listener, vpc, rules, action, authorization } = walk;
  const refused = verdict.kind === 'refused' ? verdict : undefined;
  const answers = refused?.answers ?? [];
  const [answer] = answers;
  const body = answer === undefined || answer === 'noConnection' ? '' : answer.body;
  const objects = {
    network: network === undefined ? undefined : names?.network(network.name),
    service: service === undefined ? undefined : objectOf(service.tags),
  };
  const nameOf = (id: string): string => facts.groups.get(id)?.name ?? id;
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
        const object = objects[look.layer];
        const policy =
          object === undefined || look.finding.kind === 'open' ? undefined : names?.policyOn(object);
        return layerWords(look, authorization) + (policy === undefined ? '' : ` (${policy})`);
      }) ?? [],
    notes: walk.notes.map((note) => noteSentence(note, nameOf)),
  };
}

export interface Reporting {
  readonly question: Question;
  readonly facts: Facts;
  /** Absent without a cluster. */
  readonly names?: ObjectNames;
}

function verdictSentence({ verdict, shares }: Walk, facts: Facts): string {
  switch (verdict.kind) {
    case 'refused':
      return `${answerWords(verdict.answers)}: ${causeSentence(verdict.cause)}.`;
    case 'fixedResponse':
      return `${verdict.statusCode}: a rule answers that itself.`;
    case 'forward': {
      const parts = shares
        .filter(({ weight }) => weight > 0)
        .map(({ groupId, percent }) => ({ name: facts.groups.get(groupId)?.name ?? groupId, percent }));
      const words = parts.map(({ name, percent }) => (parts.length === 1 ? name : `${name} (${percent} %)`));
      return `goes to target group ${words.join(' and ')}.`;
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
    health: fateWords(fate),
    targets: targets.map(({ id, port, status, reasonCode }) => {
      const at = port === undefined || port === 0 ? id : `${id}:${port}`;
      return `${at} ${status}${reasonCode === undefined ? '' : ` (${reasonCode})`}`;
    }),
  };
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
