/** A ledger as cases describe it, and the outcomes of a plan that was carried out in one go. */
import assert from 'node:assert/strict';
import type { ObjectRef } from '../../../src/kinds/object.ts';
import { collectionOf, keyOf } from '../../../src/lattice/model/keys.ts';
import type { Fact, Known, KnownAnswer, KnownEntry, RemoteError } from '../../../src/lattice/model/known.ts';
import type { Answer, Model } from '../../../src/lattice/model/model.ts';
import type { Resource, ResourceKey } from '../../../src/lattice/model/resource.ts';
import type { Outcome, Result } from '../../../src/lattice/plan/outcome.ts';
import { besideAnswers } from './beside.ts';
import type { LatticeCase, Reply } from './case.ts';

const account = 'arn:aws:vpc-lattice:us-west-2:123456789012';

/** What the ledger holds when the pass begins. */
export function latticeBefore(lattice: LatticeCase): Known {
  const { state, networks, exports, groups, subscriptions, protections, listings, leftovers } = lattice;
  const answers = [
    ...Object.entries(networks).map(([name, reply]) =>
      answered(keyOf.networkNamed(name), reply, 'servicenetwork', 'networkNamed'),
    ),
    ...Object.entries(exports).map(([key, reply]) =>
      answered(`question/export/${key}`, reply, 'targetgroup', 'exportedGroup'),
    ),
    ...Object.entries(groups).map(([arn, reply]) =>
      answered(keyOf.groupAt(arn), reply, 'targetgroup', 'groupAt'),
    ),
    ...Object.entries(subscriptions).map(([arn, reply]) =>
      answered(keyOf.subscriptionAt(arn), reply, 'service', 'subscriptionAt'),
    ),
    ...Object.entries(protections).map(([arn, policy]) => protectedBy(arn, policy)),
    ...besideAnswers(lattice),
  ];
  const before = [
    ...Object.entries(leftovers).map(([place, object]) => leftover(place, object)),
    ...Object.entries(lattice.targets).map(([key, word]) => targetsIn(key, word)),
  ];
  return {
    entries: new Map(before.map((entry) => [entry.key, entry])),
    answers: new Map(answers.map((answer) => [answer.key, answer])),
    collections:
      state === 'empty'
        ? new Map()
        : new Map(
            [collectionOf.services(), collectionOf.targetGroups(), ...listings].map((key) => [
              key,
              { key, state: 'known', at: 0 },
            ]),
          ),
  };
}

/** The ledger and the outcomes after everything wanted was tried once. */
export function latticeAfter(
  { state, outcomes }: LatticeCase,
  known: Known,
  { entries }: Model,
): { readonly known: Known; readonly outcomes: readonly Outcome[] } {
  if (state !== 'settled') return { known, outcomes: [] };
  const after = new Map(known.entries);
  const told: Outcome[] = [];
  for (const [key, entry] of entries) {
    if (entry.state === 'undetermined') continue;
    const { resource } = entry;
    const word = outcomes[key];
    if (word?.startsWith('unread ') === true) told.push(unread(resource, word));
    const result = word === undefined ? { kind: 'done' as const } : resultOf(word);
    const step = stepOf(resource, word);
    told.push({ step, result, ...(result.kind === 'done' ? { gives: givesOf(resource, known) } : {}) });
    if (result.kind === 'done' && step.op === 'keep') {
      const made = knownOf(resource, { before: after.get(key), known });
      after.set(key, word === undefined ? made : { ...made, formerCluster: word.replace('adopt ', '') });
    }
  }
  return { known: { ...known, entries: after }, outcomes: told };
}

function stepOf(
  { key, type, for: objects }: Resource,
  word: string | undefined,
): Exclude<Outcome['step'], { readonly op: 'read' }> {
  const [kind = '', ...rest] = word?.split(' ') ?? [];
  const common = { key, type, for: objects, lane: 'demand' } as const;
  switch (kind) {
    case 'foreign': {
      const [owner = '', ...why] = rest;
      return { op: 'refuse', ...common, because: why.join(' '), owner: owner === 'nobody' ? '' : owner };
    }
    case 'refuse':
      return { op: 'refuse', ...common, because: rest.join(' ') };
    default:
      return { op: 'keep', ...common, because: 'VPC Lattice is at it' };
  }
}

/** The read that a decision needs and that failed. */
function unread({ key, type, for: objects }: Resource, word: string): Outcome {
  return {
    step: {
      op: 'read',
      what: { kind: 'resource', key, type },
      for: objects,
      because: 'it is not known',
      lane: 'demand',
    },
    result: resultOf(word.replace(/^unread/, 'failed')),
  };
}

const causes: Readonly<Record<string, RemoteError['cause']>> = {
  AccessDeniedException: 'denied',
  ConflictException: 'conflict',
  ResourceNotFoundException: 'notFound',
  ThrottlingException: 'throttled',
};

/** `failed CODE OPERATION MESSAGE`, `unread CODE OPERATION MESSAGE`, `waiting`, `pending`, `refuse BECAUSE`, `foreign OWNER BECAUSE`, `adopt UID`. */
function resultOf(word: string): Result {
  const [kind = '', code = '', operation = '', ...message] = word.split(' ');
  switch (kind) {
    case 'failed':
      return {
        kind,
        error: { cause: causes[code] ?? 'invalid', code, operation, message: message.join(' ') },
        retryAt: 0,
      };
    case 'waiting':
      return { kind, until: 0 };
    case 'unread':
      return { kind: 'skipped', because: 'it is not known', cause: 'unknown' };
    case 'pending':
      return { kind };
    case 'foreign': {
      const because = [operation, ...message].join(' ');
      const error = { cause: 'conflict', code: 'NotOurs', operation: 'plan', message: because } as const;
      return { kind: 'failed', error, retryAt: 0 };
    }
    case 'refuse':
    case 'adopt':
      return { kind: 'done' };
    default:
      throw new Error(`no outcome is called ${word}`);
  }
}

/** What was there stays as old as it was; what is made now is younger than all answers. */
function knownOf(
  resource: Resource,
  { before, known }: { readonly before: KnownEntry | undefined; readonly known: Known },
): KnownEntry {
  const lifecycle = { phase: 'active' } as const;
  const { id = '', arn = '', dnsName } = givesOf(resource, known);
  return {
    key: resource.key,
    type: resource.type,
    state: 'known',
    id,
    arn,
    tags: resource.tags,
    owner: 'ours',
    for: resource.for,
    ...('name' in resource.spec ? { name: resource.spec.name } : {}),
    at: 0,
    ...(resource.type === 'service' && dnsName !== undefined
      ? {
          fact: {
            type: 'service',
            spec: resource.spec,
            lifecycle,
            dnsName,
            createdAt: before?.fact?.createdAt ?? 2,
          },
        }
      : {}),
    ...(before?.fact?.type === 'targets' ? { fact: before.fact } : {}),
    ...(resource.type === 'authPolicy'
      ? { fact: { type: 'authPolicy', spec: { ...resource.spec, resource: id }, lifecycle } }
      : {}),
  };
}

function givesOf({ type, key, spec }: Resource, known: Known): NonNullable<Outcome['gives']> {
  const id = idOf(key);
  switch (type) {
    case 'serviceNetwork':
      return { id: `sn-${id}`, arn: `${account}:servicenetwork/sn-${id}` };
    case 'service':
      return {
        id: `svc-${id}`,
        arn: `${account}:service/svc-${id}`,
        dnsName: `${'name' in spec ? spec.name : ''}-${id}.7d67968.vpc-lattice-svcs.us-west-2.on.aws`,
        lifecycle: { phase: 'active' },
      };
    case 'vpcAssociation':
    case 'serviceAssociation':
    case 'accessLogSubscription':
    case 'targetGroup':
      return { id, arn: `${account}:${type}/${id}`, lifecycle: { phase: 'active' } };
    case 'authPolicy':
      // That of what it protects.
      return 'resource' in spec ? givesOfProtected(spec.resource.ref, known) : {};
    case 'listener':
    case 'rule':
    case 'targets':
      return { id };
  }
}

function givesOfProtected(key: ResourceKey, { answers }: Known): NonNullable<Outcome['gives']> {
  const answer = answers.get(key)?.answer;
  if (answer?.found === 'one') return { id: answer.id, arn: answer.arn };
  const isService = key.startsWith('service/');
  const id = `${isService ? 'svc' : 'sn'}-${idOf(key)}`;
  return { id, arn: `${account}:${isService ? 'service' : 'servicenetwork'}/${id}` };
}

/** Looks like an id, and is the same for the same key. */
function idOf(key: ResourceKey): string {
  let hash = 7;
  for (const character of key) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 0xffffff;
  return hash.toString(16).padStart(17, '0');
}

/** `KEY`; of a service `KEY at HOSTNAME`; of a subscription `KEY of SERVICE to BUCKET`. */
function leftover(place: string, object: string): KnownEntry {
  const [named = '', logged = ''] = place.split(' of ');
  const [key = '', customDomainName] = named.split(' at ');
  const types = {
    service: 'service',
    group: 'targetGroup',
    listener: 'listener',
    rule: 'rule',
    association: 'serviceAssociation',
    targets: 'targets',
    subscription: 'accessLogSubscription',
    authPolicy: 'authPolicy',
  } as const;
  const type = new Map<string, KnownEntry['type']>(Object.entries(types)).get(key.split('/')[0] ?? '');
  assert.ok(type !== undefined, `${key} has no type`);
  const id = type === 'service' ? `svc-${idOf(key)}` : idOf(key);
  return {
    key,
    type,
    state: 'known',
    id,
    arn: `${account}:${type}/${id}`,
    tags: {},
    owner: 'ours',
    for: [refFrom(object)],
    at: 0,
    ...(type === 'service'
      ? {
          // Whoever shares a hostname, or leaves one, may go by its name.
          ...(customDomainName === undefined ? {} : { name: 'left' }),
          fact: {
            type,
            spec: { name: 'left', ...(customDomainName === undefined ? {} : { customDomainName }) },
            lifecycle: { phase: 'active' },
            createdAt: 0,
          },
        }
      : {}),
    ...(type === 'accessLogSubscription' ? { fact: subscriptionTo(logged) } : {}),
  };
}

function subscriptionTo(logged: string): Fact {
  const [of = '', destinationArn = ''] = logged.split(' to ');
  const spec = { resource: `svc-${idOf(of)}`, destinationType: 'S3', destinationArn } as const;
  return { type: 'accessLogSubscription', spec, lifecycle: { phase: 'active' } };
}

/** The reverse of `refKey`. */
function refFrom(text: string): ObjectRef {
  const [kindAndGroup = '', namespace = '', name = ''] = text.split('/');
  const [kind = '', ...group] = kindAndGroup.split('.');
  return { group: group.join('.'), kind, namespace, name };
}

function answered(key: ResourceKey, reply: Reply, path: string, type: KnownAnswer['type']): KnownAnswer {
  return { key, type, state: 'known', answer: answerOf(reply, path), at: 1 };
}

/** `STATE ID:PORT…`; or `refused`, when registering them was. */
function targetsIn(key: ResourceKey, word: string): KnownEntry {
  const [state = '', ...all] = word.split(' ');
  const names = state === 'refused' ? [] : all;
  const targets = names.map((name) => ({
    id: name.slice(0, name.lastIndexOf(':')),
    port: Number(name.slice(name.lastIndexOf(':') + 1)),
  }));
  const refusal: RemoteError = {
    cause: 'invalid',
    code: 'Unsuccessful',
    message: 'UnsupportedTarget',
    operation: 'targets',
  };
  return {
    key,
    type: 'targets',
    state: 'known',
    id: idOf(key),
    arn: `${account}:targetgroup/${idOf(key)}`,
    tags: {},
    owner: 'ours',
    for: [],
    at: 0,
    fact: {
      type: 'targets',
      spec: { group: idOf(key), targets },
      lifecycle: { phase: 'active' },
      targetStates: Object.fromEntries(names.map((name) => [name, state])),
    },
    ...(state === 'refused' ? { lastError: refusal } : {}),
  };
}

/** `NONE`, or the policy that counts. */
function protectedBy(arn: string, policy: string): KnownAnswer {
  const protection =
    policy === 'NONE' ? ({ authType: 'NONE' } as const) : ({ authType: 'AWS_IAM', policy } as const);
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const answer = { found: 'one', id, arn, usedBy: [], protection } as const;
  return { key: keyOf.protectionOf(arn), type: 'protectionOf', state: 'known', answer, at: 1 };
}

/** An id; an id with ` used by ARN`; `none`; several ARNs. */
function answerOf(reply: Reply, path: string): Answer {
  if (typeof reply !== 'string') return { found: 'several', arns: reply };
  if (reply === 'none') return { found: 'none' };
  const [id = '', user] = reply.split(' used by ');
  return {
    found: 'one',
    id,
    arn: `${account}:${path}/${id}`,
    usedBy: user === undefined ? [] : [user],
  };
}
