import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-vpc-lattice';
import { facts } from '../model/facts.ts';
import { singletonKey } from '../model/keys.ts';
import type { CollectionKey, KnownEntry, RemoteError } from '../model/known.ts';
import type { Ref, Resource, ResourceKey, ResourceType } from '../model/resource.ts';
import { isRef, memberOf, refsIn, stringsIn } from '../model/values.ts';
import type { Result } from '../plan/outcome.ts';
import { attemptOf } from '../plan/patience.ts';
import type { Adopt, Create, Delete, Replace, Tries, Update } from '../plan/step.ts';
import type { Send } from './calls.ts';
import { classify, isLost } from './errors.ts';
import type { WriteTicket } from './ledger/writes.ts';
import type { Ledger } from './ledger.ts';
import { drivers } from './resources/drivers.ts';
import type { Address, Found, Specs } from './resources/driver.ts';
import { updateRules } from './resources/rule.ts';

export interface Writing {
  readonly ledger: Ledger;
  readonly send: Send;
}

export type WriteStep = Create | Update | Replace | Delete | Adopt;

/** Carries out a write, and tells the ledger before and after. */
export async function write(step: WriteStep, writing: Writing): Promise<Result> {
  switch (step.op) {
    case 'create':
      return await create(step, writing);
    case 'update':
      return await update(step, writing);
    case 'replace':
      return await replace(step, writing);
    case 'delete':
      return await remove({ key: step.key, attempt: 'delete', tries: step.tries }, writing);
    case 'adopt':
      return await adopt(step, writing);
  }
}

async function create(step: Create | Replace, { ledger, send }: Writing): Promise<Result> {
  const { resource } = step;
  const beside = step.op === 'replace' && step.how.kind === 'beside' ? step.how.aside : undefined;
  const tries = step.op === 'create' ? step.tries : undefined;
  const { clientToken, ...ticket } = ledger.writes.beginCreate(resource, attemptOf(step), { beside, tries });
  return await settle(
    ticket,
    resource,
    ledger,
    async () => await createOf(resource, { send, resolve: resolving(ledger), clientToken }),
  );
}

async function update(step: Update, { ledger, send }: Writing): Promise<Result> {
  const at = ledger.addressOf(step.known);
  if (at === undefined) return gone(step.known);
  const ticket = ledger.writes.begin(step.known, step.type, attemptOf(step), step.tries);
  const result = await settle(
    ticket,
    step.resource,
    ledger,
    async () => await updateOf(step.resource, { send, at, step, resolve: resolving(ledger) }),
  );
  if (result.kind === 'done') ledger.rename(step.known, step.key);
  return result;
}

/** Updates of rules that one call makes, so that priorities change places at once. */
export async function updateTogether(
  steps: readonly Update[],
  { ledger, send }: Writing,
): Promise<readonly Result[]> {
  const resolve = resolving(ledger);
  const parts = steps.map((step) => {
    const at = ledger.addressOf(step.known);
    return at === undefined || step.resource.type !== 'rule'
      ? { step }
      : { step, change: { wanted: step.resource, changes: step.changes, at, resolve } };
  });
  const changes = parts.flatMap(({ step, change }) =>
    change === undefined
      ? []
      : [{ step, change, ticket: ledger.writes.begin(step.known, step.type, attemptOf(step)) }],
  );
  const results = new Map<Update, Result>();
  try {
    const ends = await updateRules(
      send,
      changes.map(({ change }) => change),
    );
    for (const [index, { step, ticket }] of changes.entries()) {
      const end = ends[index];
      const isFound = end !== undefined && 'found' in end;
      results.set(
        step,
        isFound
          ? succeeded(ticket, end.found, step.resource, ledger)
          : failed(ticket, step.resource, ledger, partError(end)),
      );
      if (isFound) ledger.rename(step.known, step.key);
    }
  } catch (error) {
    const remote = classify(error, 'BatchUpdateRule');
    for (const { step, ticket } of changes) {
      if (!results.has(step)) results.set(step, failed(ticket, step.resource, ledger, remote));
    }
  }
  return steps.map((step) => results.get(step) ?? gone(step.known));
}

/** One of several changes in one call was refused. */
function partError(end: { readonly code: string; readonly failure: string } | undefined): RemoteError {
  return {
    cause: 'conflict',
    code: end?.code ?? 'NotUpdated',
    message: end?.failure ?? 'the answer does not say what became of it',
    operation: 'BatchUpdateRule',
  };
}

async function replace(step: Replace, writing: Writing): Promise<Result> {
  const { ledger } = writing;
  const known = step.known ?? step.key;
  if (step.how.kind === 'beside') {
    ledger.rename(known, step.how.aside);
    return await create(step, writing);
  }
  const removed = await remove({ key: known, attempt: attemptOf(step) }, writing);
  return removed.kind === 'done' ? await create(step, writing) : removed;
}

interface Removal {
  readonly key: ResourceKey;
  readonly attempt: string;
  readonly tries?: Tries | undefined;
}

async function remove({ key, attempt, tries }: Removal, { ledger, send }: Writing): Promise<Result> {
  const entry = ledger.entry(key);
  const at = ledger.addressOf(key);
  if (entry === undefined || at === undefined) return { kind: 'done' };
  const ticket = ledger.writes.begin(key, entry.type, attempt, tries);
  try {
    const left = await drivers[entry.type].delete(send, at);
    if (left === undefined) {
      ledger.writes.gone(ticket);
      return { kind: 'done' };
    }
    return succeeded(ticket, left, entry, ledger);
  } catch (error) {
    const remote = classify(error, `Delete ${entry.type}`);
    if (remote.cause === 'notFound') {
      ledger.writes.gone(ticket);
      return { kind: 'done' };
    }
    const result = isLost(remote) ? lost(ticket, ledger, remote) : refused(ticket, ledger, remote);
    if (result.kind === 'failed' && remote.cause === 'conflict') {
      doubtBelow(ledger, entry);
      doubtUsers(ledger, entry);
    }
    return result;
  }
}

async function adopt(step: Adopt, { ledger, send }: Writing): Promise<Result> {
  const known = step.known ?? step.key;
  const ticket = ledger.writes.begin(known, step.type, 'adopt');
  try {
    if (step.untag.length > 0) {
      await send(new UntagResourceCommand({ resourceArn: step.arn, tagKeys: [...step.untag] }));
    }
    await send(new TagResourceCommand({ resourceArn: step.arn, tags: { ...step.resource.tags } }));
    ledger.writes.tagged(ticket, step.resource, step.untag);
    ledger.rename(known, step.key);
    return { kind: 'done' };
  } catch (error) {
    return failed(ticket, step.resource, ledger, classify(error, 'TagResource'));
  }
}

async function settle(
  ticket: WriteTicket,
  resource: Resource,
  ledger: Ledger,
  call: () => Promise<Found>,
): Promise<Result> {
  try {
    return succeeded(ticket, await call(), resource, ledger);
  } catch (error) {
    return failed(ticket, resource, ledger, classify(error, `Write ${resource.type}`));
  }
}

function succeeded(
  ticket: WriteTicket,
  found: Found,
  written: Pick<KnownEntry, 'tags' | 'for'>,
  ledger: Ledger,
): Result {
  if (found.failure !== undefined) {
    const error: RemoteError = {
      cause: 'invalid',
      code: 'Unsuccessful',
      message: found.failure,
      operation: ticket.type,
    };
    return { kind: 'failed', error, retryAt: ledger.writes.succeedPartly(ticket, found, written, error) };
  }
  ledger.writes.succeed(ticket, found, written);
  const entry = ledger.entry(ticket.key);
  return entry?.fact?.lifecycle.phase === 'inProgress'
    ? { kind: 'waiting', until: entry.pollAt ?? entry.at }
    : { kind: 'done' };
}

function failed(ticket: WriteTicket, resource: Resource, ledger: Ledger, error: RemoteError): Result {
  if (isLost(error)) return lost(ticket, ledger, error);
  const result = refused(ticket, ledger, error);
  if (result.kind === 'failed') doubtAround(ledger, resource, error);
  return result;
}

function lost(ticket: WriteTicket, ledger: Ledger, error: RemoteError): Result {
  return { kind: 'failed', error, retryAt: ledger.writes.lose(ticket, error) };
}

function refused(ticket: WriteTicket, ledger: Ledger, error: RemoteError): Result {
  const tooEarly = ledger.writes.withdraw(ticket, error);
  if (tooEarly !== undefined) return { kind: 'waiting', until: tooEarly };
  return { kind: 'failed', error, retryAt: ledger.writes.refuse(ticket, error) };
}

/** A refusal that contradicts what we know: somebody else was there. What it may be about is read again. */
function doubtAround(ledger: Ledger, resource: Resource, { cause }: RemoteError): void {
  if (cause === 'conflict') {
    ledger.doubt(resource.key);
    const listing = listingOf(resource);
    if (listing !== undefined) ledger.listings.doubt(listing);
  }
  if (cause === 'notFound') {
    for (const key of [resource.key, ...refsIn(resource.spec)]) ledger.doubt(key);
  }
}

function doubtBelow(ledger: Ledger, entry: KnownEntry): void {
  ledger.doubt(entry.key);
  for (const type of facts[entry.type].goneFirst) {
    const { singleton, listedIn } = facts[type];
    if (singleton !== undefined) ledger.doubt(singletonKey(type, entry.key));
    else if (listedIn !== undefined) ledger.listings.doubt(listedIn.collection(entry.key));
  }
}

/** Where nothing that we know of a service uses it, but Lattice says that the service does, that is read again. */
function doubtUsers(ledger: Ledger, { id, fact }: KnownEntry): void {
  if (id === undefined) return;
  const entries = [...ledger.known().entries.values()];
  for (const service of entries.filter(({ arn }) => arn !== undefined && fact?.usedBy?.includes(arn))) {
    const listeners = entries.filter(({ type, parent }) => type === 'listener' && parent === service.key);
    const keys = new Set(listeners.map(({ key }) => key));
    const rules = entries.filter(({ type, parent }) => type === 'rule' && keys.has(parent ?? ''));
    const users = [...listeners, ...rules];
    if (users.some((user) => stringsIn(user.fact?.spec).includes(id))) continue;
    for (const { key } of users) ledger.doubt(key);
  }
}

function listingOf(resource: Resource): CollectionKey | undefined {
  const { listedIn } = facts[resource.type];
  const by = listedIn?.by === undefined ? '' : memberOf(resource.spec, listedIn.by);
  if (isRef(by)) return listedIn?.collection(by.ref);
  return typeof by === 'string' ? listedIn?.collection(by) : undefined;
}

/** It was there when the plan was made and is not any more: the next plan knows. */
function gone(key: ResourceKey): Result {
  return { kind: 'skipped', because: `${key} is gone`, cause: key };
}

function resolving(ledger: Ledger): (ref: Ref) => string {
  return ({ ref, output }) => {
    const found = ledger.addressOf(ref);
    if (found === undefined)
      throw new Error(`${ref} is needed and does not exist: the plan should have waited`);
    return found[output];
  };
}

// The union of resources and the table of drivers go together type by type, which the compiler follows only so:

type Typed<Type extends ResourceType = ResourceType> = {
  readonly [T in Type]: Omit<Resource, 'type' | 'spec'> & { readonly type: T; readonly spec: Specs[T] };
}[Type];

async function createOf<Type extends ResourceType>(
  wanted: Typed<Type>,
  { send, resolve, clientToken }: { send: Send; resolve: (ref: Ref) => string; clientToken: string },
): Promise<Found> {
  return await drivers[wanted.type].create(send, { wanted, resolve, clientToken });
}

interface Updating {
  readonly send: Send;
  readonly at: Address;
  readonly step: Update;
  readonly resolve: (ref: Ref) => string;
}

async function updateOf<Type extends ResourceType>(
  wanted: Typed<Type>,
  { send, at, step: { changes }, resolve }: Updating,
): Promise<Found> {
  const driver = drivers[wanted.type];
  if (driver.update === undefined) throw new Error(`a ${wanted.type} cannot be updated`);
  return await driver.update(send, at, { wanted, resolve, changes });
}
