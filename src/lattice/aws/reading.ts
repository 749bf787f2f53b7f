import { ListTagsForResourceCommand } from '@aws-sdk/client-vpc-lattice';
import { childTypes, facts } from '../model/facts.ts';
import type { Result } from '../plan/outcome.ts';
import type { Read } from '../plan/step.ts';
import type { ResourceType, Tags } from '../model/resource.ts';
import type { Log } from '../../ports/log.ts';
import type { Beside } from './beside.ts';
import type { Send } from './calls.ts';
import { classify, RemoteFailure } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { answerTo } from './questions.ts';
import { drivers } from './resources/drivers.ts';
import type { Address, Found } from './resources/driver.ts';

export interface Reading {
  readonly ledger: Ledger;
  readonly send: Send;
  readonly beside: Beside;
  readonly vpcId: string;
  readonly log: Log;
}

/** Carries out a read, and tells the ledger what it showed. */
export async function read(step: Read, reading: Reading): Promise<Result> {
  switch (step.what.kind) {
    case 'resource':
      return await readResource(step.what, reading);
    case 'collection':
      return await readCollection(step.what, reading);
    case 'question':
      return await readAnswer(step.what, reading);
  }
}

type What<Kind extends Read['what']['kind']> = Extract<Read['what'], { kind: Kind }>;

async function readResource(
  { key, type, parent }: What<'resource'>,
  { ledger, send }: Reading,
): Promise<Result> {
  const at = ledger.addressOf(key) ?? (parent === undefined ? undefined : ledger.addressOf(parent));
  // It went while this read waited for its turn.
  if (at === undefined) return { kind: 'done' };
  const { owner, tagsUnsure } = ledger.entry(key) ?? {};
  const wantsTags = owner === 'unread' || tagsUnsure === true;
  const ticket = ledger.reads.begin(key, type, parent);
  try {
    const found = await drivers[type].get(send, at);
    ledger.reads.finish(ticket, wantsTags ? { ...found, tags: await tagsNow(send, at.arn) } : found);
    return { kind: 'done' };
  } catch (error) {
    const remote = classify(error, `Get ${type}`);
    if (remote.cause === 'notFound') {
      // What there is one of in each of its parents went with its parent.
      if (facts[type].singleton !== undefined) ledger.doubt(ledger.entry(key)?.parent ?? parent ?? '');
      ledger.reads.finishGone(ticket);
      return { kind: 'done' };
    }
    return { kind: 'failed', error: remote, retryAt: ledger.reads.fail(ticket, remote) };
  }
}

async function readCollection(what: What<'collection'>, { ledger, send }: Reading): Promise<Result> {
  const { key, type, parent, scope } = what;
  const { list, get } = drivers[type];
  const at = whereOf(parent === undefined ? undefined : ledger.addressOf(parent), scope);
  if (list === undefined || (parent !== undefined && at.arn === '')) return { kind: 'done' };
  const ticket = ledger.listings.begin(key, type, parent);
  try {
    const items = await fewAtATime(list(send, at), few(type), async (found) =>
      completed(found, { isNew: ledger.listings.isNew(found), type, send, get }),
    );
    ledger.listings.finish(
      ticket,
      items.filter((found) => found !== undefined),
    );
    return { kind: 'done' };
  } catch (error) {
    const remote = classify(error, `List ${type}`);
    if (remote.cause === 'notFound' && parent !== undefined) ledger.doubt(parent);
    return { kind: 'failed', error: remote, retryAt: ledger.listings.fail(ticket, remote) };
  }
}

/**
 * Of pages as they come. A listing may ask for hundreds of things more: what others of its lane ask for does not stand in line
 * behind all of them. Nothing more is begun after a failure.
 */
async function fewAtATime<From, To>(
  pages: AsyncIterable<readonly From[]>,
  few: number,
  each: (item: From) => Promise<To>,
): Promise<readonly To[]> {
  const failed = new AbortController();
  const results: Promise<To>[] = [];
  const after = async (before: Promise<unknown> | undefined, item: From): Promise<To> => {
    await before;
    failed.signal.throwIfAborted();
    return await each(item);
  };
  const fail = (error: unknown): void => failed.abort(error);
  try {
    for await (const page of pages) {
      for (const item of page) {
        const result = after(results[results.length - few], item);
        result.catch(fail);
        results.push(result);
      }
    }
    return await Promise.all(results);
  } catch (error) {
    fail(error);
    throw failed.signal.reason;
  }
}

/** What has children that have children comes first: from there it is farthest to what somebody waits for. */
function few(type: ResourceType): number {
  const children = childTypes.get(type) ?? [];
  return children.some((child) => childTypes.get(child)?.length !== 0) ? 64 : 32;
}

function whereOf(parent: Address | undefined, scope: string | undefined): Address {
  return parent ?? { id: scope ?? '', arn: '' };
}

interface Completing {
  readonly isNew: boolean;
  readonly type: ResourceType;
  readonly send: Send;
  readonly get: (send: Send, at: Address) => Promise<Found>;
}

/** What a listing leaves out, and without which it cannot be told what the item is. Nothing when it has gone meanwhile. */
async function completed(found: Found, { isNew, type, send, get }: Completing): Promise<Found | undefined> {
  const { ownership } = facts[type];
  if (!isNew) return found.isPartial === true ? stateOnly(found) : found;
  try {
    if (ownership === 'own') return { ...found, tags: await tagsOf(send, found.arn) };
    if (ownership !== 'parent' || found.fact !== undefined) return found;
    return await get(send, found);
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (ownership === 'own' && (await exists(get(send, found)))) throw late(error);
    return undefined;
  }
}

/** Of something that was read before: its state may be news, and the rest is known better. */
function stateOnly({ id, arn, name, fact }: Found): Found {
  return {
    id,
    arn,
    ...(name === undefined ? {} : { name }),
    ...(fact === undefined ? {} : { lifecycle: fact.lifecycle }),
  };
}

async function exists(getting: Promise<Found>): Promise<boolean> {
  try {
    await getting;
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Tags of what is shared with us cannot be read: it is not ours. */
async function tagsOf(send: Send, resourceArn: string): Promise<Tags> {
  try {
    const { tags = {} } = await send(new ListTagsForResourceCommand({ resourceArn }));
    return tags;
  } catch (error) {
    if (error instanceof RemoteFailure && error.error.cause === 'denied') return {};
    throw error;
  }
}

/** Of something that was there a moment ago. */
async function tagsNow(send: Send, arn: string): Promise<Tags> {
  try {
    return await tagsOf(send, arn);
  } catch (error) {
    throw isMissing(error) ? late(error) : error;
  }
}

/** Something without tags is not what is looked for, or is looked for again. */
async function tagsOrNone(send: Send, arn: string): Promise<Tags> {
  try {
    return await tagsOf(send, arn);
  } catch (error) {
    if (isMissing(error)) return {};
    throw error;
  }
}

function isMissing(error: unknown): error is RemoteFailure {
  return error instanceof RemoteFailure && error.error.cause === 'notFound';
}

/** What exists has tags, though they may not be found yet: that says nothing about whose it is. */
function late({ error }: RemoteFailure): RemoteFailure {
  return new RemoteFailure({ ...error, cause: 'serverFault' });
}

async function readAnswer(
  { question }: What<'question'>,
  { ledger, send, beside, vpcId, log }: Reading,
): Promise<Result> {
  const before = ledger.answer(question.key)?.answer;
  ledger.answers.begin(question);
  try {
    const answer = await answerTo(question, {
      send,
      beside,
      vpcId,
      log,
      before,
      tagsOf: async (arn) => ledger.tagsOf(arn) ?? (await tagsOrNone(send, arn)),
    });
    ledger.answers.finish(question, answer);
    return { kind: 'done' };
  } catch (error) {
    const remote = classify(error, question.type);
    return { kind: 'failed', error: remote, retryAt: ledger.answers.fail(question, remote) };
  }
}
