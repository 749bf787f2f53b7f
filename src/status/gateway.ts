import type { Finding } from '../findings/finding.ts';
import { isEqual } from '../kinds/equal.ts';
import { controllerName } from '../kinds/names.ts';
import { refKey } from '../kinds/object.ts';
import type { Entry, Model } from '../lattice/model/model.ts';
import type { ObjectRef } from '../kinds/object.ts';
import type { OurGateway, Parent } from '../routing/routing.ts';
import { compareAge } from '../routing/precedence.ts';
import type { Statement } from './conditions.ts';
import { merge, stated } from './conditions.ts';
import { transitions } from './events.ts';
import { gatewayIsClean } from './finalizers.ts';
import { ownershipOf, soleOwner } from './ownership.ts';
import type { IndexedPass } from './pass.ts';
import type { Progress } from './progress.ts';
import { programmed, progressWithout } from './progress.ts';
import { listenerStatuses } from './listeners.ts';
import { gatewayKey, knownService, namesOf } from './service.ts';
import { sentence } from './sentences.ts';
import { fullyExpressed } from './verdicts.ts';
import type { Write } from './write.ts';

const ours = ['Accepted', fullyExpressed, soleOwner, 'Programmed'] as const;

/** The Gateway API has room for no more. */
const mostAddresses = 16;

/** Status and events of one Gateway, its listeners and its addresses. */
export function concludeGateway(pass: IndexedPass, gateway: OurGateway): readonly Write[] {
  if (gateway.doubt !== undefined || (gateway.deleting && gatewayIsClean(pass, gateway))) return [];
  const { object } = gateway;
  const { generation } = object.metadata;
  const findings = pass.findingsOf(gateway.ref);
  const own = findings.filter(({ at }) => at.listener === undefined);
  const before = object.status?.conditions ?? [];
  const { accepted, network } = standingOf(pass, gateway);
  const ignored = stated(fullyExpressed, own);
  const told = before.find((one) => one.type === soleOwner && one.observedGeneration === generation);
  const ownership = ownershipOf(pass, gateway.ref, told);
  const notes = [ignored, ownership].flatMap((statement) => (statement === undefined ? [] : [statement]));
  const statements = [accepted, ...notes, network];
  const listeners = listenerStatuses(gateway, findings, network);
  const status = {
    ...object.status,
    addresses: addressesOf(pass, gateway),
    ...attachedSets(gateway),
    conditions: merge(before, statements, { generation, ours }),
    listeners,
  };
  return [
    ...(isEqual(status, object.status) ? [] : [{ write: 'status', object, status } as const]),
    ...transitions(object, before, statements),
  ];
}

/** Whether a gateway is accepted and programmed: what its listeners, and its listener sets, stand on. */
export function standingOf(
  pass: IndexedPass,
  gateway: OurGateway,
): { readonly accepted: Statement; readonly network: Statement } {
  const own = pass.findingsOf(gateway.ref).filter(({ at }) => at.listener === undefined);
  const accepted = acceptedOf(gateway, own);
  return {
    accepted,
    network: accepted.status === 'False' ? notProgrammed(accepted) : networkOf(pass, gateway, own),
  };
}

function acceptedOf({ listeners, parameters }: OurGateway, findings: readonly Finding[]): Statement {
  const refused = stated('Accepted', findings);
  if (refused !== undefined) return refused;
  if (parameters === undefined) {
    const message = 'The parameters of its GatewayClass are not valid.';
    return { type: 'Accepted', status: 'False', reason: 'InvalidParameters', message };
  }
  const bad = listeners.filter(({ accepted }) => !accepted).map(({ name }) => name);
  if (bad.length === 0) {
    return { type: 'Accepted', status: 'True', reason: 'Accepted', message: controllerName };
  }
  const none = bad.length === listeners.length;
  return {
    type: 'Accepted',
    status: none ? 'False' : 'True',
    reason: 'ListenersNotValid',
    message: `${none ? 'No listener is valid' : 'Not valid'}: ${bad.join(', ')}. Their conditions say why.`,
  };
}

function notProgrammed({ message }: Statement): Statement {
  return { type: 'Programmed', status: 'False', reason: 'Invalid', message };
}

/** In its network by wish of a route, whose own condition tells of it: a route that comes does not take a gateway back. */
const ofRoutes = ['service', 'serviceAssociation', 'listener', 'rule', 'targetGroup', 'targets'] as const;

/** A gateway is programmed when its service network is there and, if it is our own, joined to our VPC. */
function networkOf(pass: IndexedPass, gateway: OurGateway, findings: readonly Finding[]): Statement {
  const { ref, object, deleting } = gateway;
  const type = 'Programmed';
  if (deleting) {
    const message = 'Waiting: the services of its routes are being taken out of its network.';
    return { type, status: 'False', reason: 'Pending', message };
  }
  for (const finding of findings) {
    const reasons: Readonly<Record<string, string>> = {
      addressNotUsable: 'AddressNotUsable',
      networkNotFound: 'Pending',
      networkAmbiguous: 'Invalid',
      awaitingFinalizer: 'Pending',
    };
    const reason = reasons[finding.code];
    if (reason !== undefined) return { type, status: 'False', reason, message: sentence(finding) };
  }
  const condition = object.status?.conditions?.find((one) => one.type === type);
  const previous = condition?.observedGeneration === object.metadata.generation ? condition : undefined;
  const { model } = pass.desired;
  const networks = [...model.entries.values()].filter((entry) => isNetworkOf(entry, refKey(ref)));
  const progress = networks.length === 0 ? answered(pass, ref) : progressWithout(pass, ref, ofRoutes);
  const statement = programmed(progress, previous);
  const arn = arnOf(pass, model, refKey(ref));
  if (statement.status !== 'True' || progress.state !== 'done') return statement;
  if (arn === undefined) {
    return {
      type,
      status: 'False',
      reason: 'Pending',
      message: 'Waiting: the service network has no ARN yet.',
    };
  }
  return hasOwnService(gateway) && ownAddresses(pass, gateway).length === 0
    ? {
        type,
        status: 'False',
        reason: 'AddressNotAssigned',
        message: 'Waiting: its own service is being made.',
      }
    : { ...statement, message: `aws-gateway-arn: ${arn}` };
}

function answered(pass: IndexedPass, ref: OurGateway['ref']): Progress {
  const question = questionOf(pass.desired.model, refKey(ref));
  const answer = question === undefined ? undefined : pass.known.answers.get(question);
  if (answer?.answer?.found === 'one') return { state: 'done' };
  const progress = progressWithout(pass, ref, ofRoutes);
  return progress.state === 'failed'
    ? progress
    : { state: 'pending', because: 'the service network is being looked up', making: false };
}

function arnOf({ known, outcomeAt }: IndexedPass, model: Model, gateway: string): string | undefined {
  for (const [key, entry] of model.entries) {
    if (isNetworkOf(entry, gateway)) return outcomeAt(key)?.gives?.arn ?? known.entries.get(key)?.arn;
  }
  const question = questionOf(model, gateway);
  const answer = question === undefined ? undefined : known.answers.get(question)?.answer;
  return answer?.found === 'one' ? answer.arn : undefined;
}

function isNetworkOf(entry: Entry, gateway: string): boolean {
  return (
    entry.state === 'wanted' &&
    entry.resource.type === 'serviceNetwork' &&
    entry.resource.for.some((asker) => refKey(asker) === gateway)
  );
}

function questionOf({ questions }: Model, gateway: string): string | undefined {
  for (const [key, question] of questions) {
    const asks = question.for.some((asker) => refKey(asker) === gateway);
    if (question.type === 'networkNamed' && asks) return key;
  }
  return undefined;
}

/** Absent while there never were any. */
function attachedSets({ object, attachedListenerSets: count }: OurGateway): Readonly<Record<string, number>> {
  return count === 0 && (object.status?.attachedListenerSets ?? 0) === 0
    ? {}
    : { attachedListenerSets: count };
}

interface Address {
  readonly type: string;
  readonly value: string;
}

/**
 * How it is reached: its own service, where it has one; else the services of its routes, the oldest first, for Lattice
 * gives each service a name of its own.
 */
function addressesOf(pass: IndexedPass, gateway: OurGateway): readonly Address[] {
  const { ref } = gateway;
  if (hasOwnService(gateway)) return ownAddresses(pass, gateway);
  const routes = pass.routing.routes
    .filter(({ deleting, parents }) => !deleting && parents.some((parent) => isAttached(parent, ref)))
    .toSorted((a, b) => compareAge(a.object, b.object));
  const names = new Set<string>();
  for (const route of routes) {
    const { dnsName } = knownService(pass, route);
    if (dnsName !== undefined) names.add(dnsName);
    if (names.size === mostAddresses) break;
  }
  return [...names].map(hostname);
}

function hasOwnService({ parameters }: OurGateway): boolean {
  return parameters?.mapping === 'perHostname';
}

/** What was told stays while nothing is known of the service: after a start, or while another takes the place of others. */
function ownAddresses(pass: IndexedPass, { ref, object }: OurGateway): readonly Address[] {
  const key = gatewayKey(ref);
  const { dnsName } = namesOf(pass, key);
  if (dnsName !== undefined) return [hostname(dnsName)];
  return pass.knownAt(key)?.state === 'gone' ? [] : (object.status?.addresses ?? []).flatMap(told);
}

function told({ type, value }: Partial<Address>): readonly Address[] {
  return type === 'Hostname' && value !== undefined ? [hostname(value)] : [];
}

function hostname(value: string): Address {
  return { type: 'Hostname', value };
}

function isAttached({ gateway, attachment }: Parent, ref: ObjectRef): boolean {
  return refKey(gateway) === refKey(ref) && attachment.standing === 'attached';
}
