import { annotations } from '../../kinds/names.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import { keyOf, matchKey } from '../model/keys.ts';
import type { Action, ListenerProtocol, Ref, ResourceKey } from '../model/resource.ts';
import type { ChosenCertificate } from './certificates.ts';
import type { Draft } from './draft.ts';
import { leaveAlone, want } from './draft.ts';
import type { Home } from './homes.ts';
import type { ServiceUnit } from './mapping.ts';
import { listenerName, ruleName } from './names.ts';
import type { LatticeAction, LatticeRule } from './rules.ts';
import type { NetworkToEnter } from './service-input.ts';
import { clusterUid, tagsFor } from './tags.ts';

/** A service, decided. */
export interface ServicePlan {
  readonly unit: ServiceUnit;
  readonly home: Home;
  readonly name: string;
  readonly certificate: ChosenCertificate;
  readonly networks: readonly NetworkToEnter[];
  readonly isProtected: boolean;
  readonly listeners: readonly ListenerPlan[];
  /** All its backends are there: nothing that serves today would be taken over only to answer 500. */
  readonly complete: boolean;
}

export interface ListenerPlan {
  readonly port: number;
  readonly protocol: ListenerProtocol;
  readonly rules: readonly LatticeRule[];
  /** What it does with what no rule matches. */
  readonly otherwise: LatticeAction;
  /** The routes it is for; where there are none, the gateway. */
  readonly routes: readonly ObjectRef[];
}

/** Wants a service, its associations, its listeners, and the rules on each. */
export function wantService(draft: Draft, plan: ServicePlan): void {
  const { unit, home, name, certificate, isProtected } = plan;
  const { key, hostnameTag } = home;
  const { hostname, owner } = unit;
  want(draft, {
    type: 'service',
    key,
    spec: {
      name,
      ...(hostname === undefined ? {} : { customDomainName: hostname }),
      ...('arn' in certificate ? { certificateArn: certificate.arn } : {}),
      ...(isProtected ? { authType: 'AWS_IAM' } : {}),
    },
    tags: tagsFor(draft.settings, owner.object, {
      ...clusterUid(draft.settings.identity),
      ...(hostnameTag === undefined ? {} : { Hostname: hostnameTag }),
      ...unit.tags,
    }),
    for: askersOf(unit),
    ...(plan.complete ? takeover(unit) : {}),
  });
  wantAssociations(draft, plan);
  for (const listener of plan.listeners) wantListener(draft, plan, listener);
}

/** A service of another owner is taken over where the route names that owner; one of nobody where it names the service. */
function takeover({ form, nameIsChosen, owner }: ServiceUnit): { readonly takesFrom?: readonly string[] } {
  if (form !== 'perRoute') return {};
  const from = owner.object.metadata.annotations?.[annotations.allowTakeoverFrom]?.trim() ?? '';
  const takesFrom = [...(nameIsChosen ? [''] : []), ...(from === '' ? [] : [from])];
  return takesFrom.length === 0 ? {} : { takesFrom };
}

/** The routes that are in a service, and the gateway whose it is, if it is one's. */
export function askersOf({ members, owner }: ServiceUnit): readonly ObjectRef[] {
  const staying = members.filter(({ isLingering }) => isLingering !== true);
  const refs = [...staying.map(({ route }) => route.ref), owner.ref];
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
}

/** One association per network, however many gateways stand for it. */
function wantAssociations(
  draft: Draft,
  { unit, home: { key: serviceKey }, networks, complete }: ServicePlan,
): void {
  for (const { name, ref, gateway, unguarded, because } of networks) {
    const key = keyOf.serviceAssociation(serviceKey, name);
    if (ref === undefined || unguarded !== undefined) {
      leaveAlone(draft, {
        type: 'serviceAssociation',
        key,
        because: ref === undefined ? because : (unguarded ?? because),
        askers: askersOf(unit),
      });
      continue;
    }
    want(draft, {
      type: 'serviceAssociation',
      key,
      spec: { service: id(serviceKey), network: ref },
      tags: tagsFor(draft.settings, unit.owner.object),
      for: [...askersOf(unit), gateway],
      ...(complete ? takeover(unit) : {}),
    });
  }
}

function wantListener(
  draft: Draft,
  { unit, home: { key: serviceKey } }: ServicePlan,
  { port, protocol, rules, otherwise, routes }: ListenerPlan,
): void {
  const key = keyOf.listener(serviceKey, port);
  const tags = tagsFor(draft.settings, unit.owner.object);
  if (otherwise.state === 'unknown') {
    leaveAlone(draft, { type: 'listener', key, because: otherwise.because, askers: routes });
    return;
  }
  const { name, namespace } = unit.calledAfter;
  want(draft, {
    type: 'listener',
    key,
    spec: {
      service: id(serviceKey),
      name: listenerName(name, namespace, port, protocol),
      protocol,
      port,
      defaultAction: otherwise.action,
    },
    tags,
    for: routes,
  });
  for (const [i, { match, action, route, chosenPriority }] of rules.entries()) {
    const ruleKey = keyOf.rule(key, match);
    if (action.state === 'unknown') {
      leaveAlone(draft, { type: 'rule', key: ruleKey, because: action.because, askers: [route] });
      continue;
    }
    want(draft, {
      type: 'rule',
      key: ruleKey,
      spec: {
        service: id(serviceKey),
        listener: id(key),
        name: ruleName(matchKey(match)),
        priority: i + 1,
        ...(chosenPriority === undefined ? {} : { chosenPriority }),
        match,
        action: action.action,
      },
      tags,
      for: [route],
    });
  }
}

/** What an HTTP listener answers where no rule matches. */
export const notFound: Action = { kind: 'fixedResponse', statusCode: 404 };

function id(ref: ResourceKey): Ref {
  return { ref, output: 'id' };
}
