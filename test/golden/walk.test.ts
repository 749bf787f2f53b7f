/** From what Lattice has around a request to what `explain` prints of it. */
import assert from 'node:assert/strict';
import { callerIn, deciding } from '../../src/cli/explain/authorize.ts';
import { isRecord } from '../../src/kinds/record.ts';
import { tagged } from '../../src/lattice/model/ownership.ts';
import type {
  ActionFact,
  Facts,
  GroupFact,
  Guarded,
  ListenerFact,
  NetworkFact,
  RuleFact,
  ServiceFact,
  TargetFact,
  Unreadable,
} from '../../src/lattice/walk/facts.ts';
import { printReport } from '../../src/lattice/walk/print.ts';
import { parseQuestion } from '../../src/lattice/walk/question.ts';
import { reportOf } from '../../src/lattice/walk/report.ts';
import { walk } from '../../src/lattice/walk/walk.ts';
import { answersToHost, endpointNameIn } from '../../src/lattice/walk/ways.ts';
import { goldenSuite } from '../golden.ts';

/**
 * Settings are `requests`: `GET http://…`, or with `headers`, `as`, `network` and `from`. Documents are services, networks and
 * groups by name; a later one of the same name changes members of the earlier.
 */
goldenSuite({
  name: 'the walk of a request',
  dir: new URL('../../src/lattice/walk/testdata', import.meta.url),
  run: ({ settings, documents }) =>
    listIn(settings, 'requests').flatMap((each) =>
      explained(isRecord(each) ? each : { ask: each }, documents),
    ),
});

type Words = Readonly<Record<string, unknown>>;

function explained(asked: Words, documents: readonly unknown[]): readonly string[] {
  const [method = '', url = ''] = textIn(asked, 'ask').split(' ');
  const question = parseQuestion({ method, url, headers: listIn(asked, 'headers').map(String) });
  const caller = callerIn(optional(asked, 'as'));
  if (typeof question === 'string') return [question];
  if (typeof caller === 'string') return [caller];
  const [network, vpc] = [optional(asked, 'network'), optional(asked, 'from')];
  const origin = { ...(network === undefined ? {} : { network }), ...(vpc === undefined ? {} : { vpc }) };
  const facts = factsIn(documents, question.host);
  const walks = walk({ question, origin }, facts, deciding(caller, Date.UTC(2026, 0, 1)));
  return walks.map((each) => printReport(reportOf(each, { question, facts })));
}

function factsIn(documents: readonly unknown[], host: string): Facts {
  const of = (kind: string): readonly Words[] => {
    const found = new Map<string, Words>();
    for (const each of documents) {
      const name = isRecord(each) ? each[kind] : undefined;
      if (isRecord(each) && typeof name === 'string') found.set(name, { ...found.get(name), ...each });
    }
    return [...found.values()];
  };
  const services = of('service');
  const associations = services.flatMap((service) =>
    Object.entries(recordIn(service, 'networks')).map(([network, status]) => ({
      id: `snsa-${textIn(service, 'service')}`,
      status: String(status),
      serviceId: `svc-${textIn(service, 'service')}`,
      networkId: `sn-${network}`,
    })),
  );
  const behind = endpointNameIn(host)?.association;
  const found = services
    .map(serviceIn)
    .filter((service) => answersToHost(service, host) || `snsa-${service.id.slice(4)}` === behind);
  return {
    services: found,
    associations,
    networks: new Map(of('network').map((each) => [`sn-${textIn(each, 'network')}`, networkIn(each)])),
    groups: new Map(of('group').map((each) => [`tg-${textIn(each, 'group')}`, groupIn(each)])),
  };
}

function serviceIn(words: Words): ServiceFact {
  const name = textIn(words, 'service');
  const [customDomainName, certificateArn] = [optional(words, 'custom'), optional(words, 'certificate')];
  const route = optional(words, 'route');
  return {
    id: `svc-${name}`,
    arn: arnOf('service', `svc-${name}`),
    name,
    status: optional(words, 'status') ?? 'ACTIVE',
    dnsName: `${name}-1.7d67968.vpc-lattice-svcs.us-west-2.on.aws`,
    ...(customDomainName === undefined ? {} : { customDomainName }),
    ...(certificateArn === undefined ? {} : { certificateArn }),
    ...guardedIn(words),
    tags:
      route === undefined ? {} : tagged({ RouteType: 'http', RouteNamespace: 'default', RouteName: route }),
    listeners: unreadIn(words, 'listeners') ?? listIn(words, 'listeners').map(listenerIn),
  };
}

function listenerIn(words: unknown): ListenerFact {
  assert.ok(isRecord(words));
  const protocol = optional(words, 'protocol');
  const port = Number(words['port']);
  const rules = listIn(words, 'rules').map(ruleIn);
  const isTls = protocol === 'HTTPS' || protocol === 'TLS_PASSTHROUGH';
  return {
    id: `listener-${port}`,
    name: `on-${port}`,
    protocol: isTls ? protocol : 'HTTP',
    port,
    routing: unreadIn(words, 'rules') ?? { defaultAction: actionIn(words['to']), rules },
  };
}

/** Paths as `/exact` or `/prefix*`, headers as `name: value`. */
function ruleIn(words: unknown, index: number): RuleFact {
  assert.ok(isRecord(words));
  const [method, path] = [optional(words, 'method'), optional(words, 'path')];
  const priority = Number(words['priority'] ?? (index + 1) * 10);
  const caseSensitive = words['anyCase'] !== true;
  return {
    id: `rule-${priority}`,
    name: `rule-${priority}`,
    priority,
    match: {
      ...(method === undefined ? {} : { method }),
      ...(path === undefined
        ? {}
        : {
            path: {
              kind: path.endsWith('*') ? 'prefix' : 'exact',
              value: path.replace('*', ''),
              caseSensitive,
            },
          }),
      headers: Object.entries(recordIn(words, 'headers')).map(([name, value]) => ({
        name,
        kind: 'exact',
        value: String(value),
        caseSensitive,
      })),
    },
    action: actionIn(words['to']),
  };
}

/** A group, groups with their weights, or a status. */
function actionIn(to: unknown): ActionFact {
  if (typeof to === 'number') return { kind: 'fixedResponse', statusCode: to };
  const weights = isRecord(to) ? to : { [String(to)]: 1 };
  const groups = Object.entries(weights).map(([name, weight]) => ({
    id: `tg-${name}`,
    weight: Number(weight),
  }));
  return { kind: 'forward', groups };
}

function networkIn(words: Words): NetworkFact {
  const name = textIn(words, 'network');
  const vpcs = Object.entries(recordIn(words, 'vpcs')).map(([id, status]) => {
    const [vpcId = '', endpointId] = id.split(' ');
    const endpoint = endpointId === undefined ? {} : { endpointId };
    return { vpcId, owner: '123456789012', status: String(status), ...endpoint };
  });
  return { id: `sn-${name}`, arn: arnOf('servicenetwork', `sn-${name}`), name, ...guardedIn(words), vpcs };
}

function groupIn(words: Words): GroupFact {
  const name = textIn(words, 'group');
  const version = optional(words, 'version');
  const backend = optional(words, 'backend');
  return {
    id: `tg-${name}`,
    arn: arnOf('targetgroup', `tg-${name}`),
    name,
    status: optional(words, 'status') ?? 'ACTIVE',
    type: 'IP',
    ...(version === undefined ? {} : { protocolVersion: version }),
    tags:
      backend === undefined
        ? {}
        : tagged({ ServiceNamespace: 'default', ServiceName: backend, ServicePort: '80' }),
    targets: unreadIn(words, 'targets') ?? listIn(words, 'targets').map((each) => targetIn(String(each))),
  };
}

function targetIn(text: string): TargetFact {
  const [at = '', status = '', reasonCode] = text.split(' ');
  const [id = '', port] = at.split(':');
  return { id, port: Number(port), status, ...(reasonCode === undefined ? {} : { reasonCode }) };
}

/** `guard: true` without a policy, the statements of one, or `unread`. */
function guardedIn(words: Words): Guarded {
  const guard = words['guard'];
  if (guard === undefined) return { authType: 'NONE' };
  if (guard === 'unread') return { authType: 'AWS_IAM', policy: { needs: 'vpc-lattice:GetAuthPolicy' } };
  if (!Array.isArray(guard)) return { authType: 'AWS_IAM' };
  return {
    authType: 'AWS_IAM',
    policy: JSON.stringify({ Version: '2012-10-17', Statement: guard.map(statementIn) }),
  };
}

/** A statement that is about everybody and everything, but for what it says. */
function statementIn(words: unknown): Words {
  assert.ok(isRecord(words));
  return { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', ...words };
}

function unreadIn(words: Words, name: string): Unreadable | undefined {
  const value = words[name];
  return isRecord(value) && typeof value['needs'] === 'string' ? { needs: value['needs'] } : undefined;
}

function arnOf(type: string, id: string): string {
  return `arn:aws:vpc-lattice:us-west-2:123456789012:${type}/${id}`;
}

function optional(words: Words, name: string): string | undefined {
  const value = words[name];
  return typeof value === 'string' ? value : undefined;
}

function textIn(words: Words, name: string): string {
  const text = optional(words, name);
  assert.ok(text !== undefined, `${name} is missing`);
  return text;
}

function listIn(words: Words, name: string): readonly unknown[] {
  const value = words[name];
  return Array.isArray(value) ? value : [];
}

function recordIn(words: Words, name: string): Words {
  const value = words[name];
  return isRecord(value) ? value : {};
}
