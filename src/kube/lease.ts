import type { Clock } from '../ports/clock.ts';
import { within } from '../ports/deadline.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import { between } from './backoff.ts';
import type { KubeClient } from './client.ts';
import { isStatus } from './errors.ts';
import { heldLease, leaseKind, newLease, readLease, releasedLease } from './lease-record.ts';
import type { Unstructured } from './object.ts';

export interface ElectOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Of this process and no other, also not of the one before it: put something random into it. */
  readonly identity: string;
  readonly name: string;
  readonly namespace: string;
  /** How long others wait for a silent leader; 10 s unless told. */
  readonly leaseDurationMs?: number;
  /** How long a leader that cannot renew goes on; 6 s unless told. The rest is for its last calls to end in. */
  readonly renewDeadlineMs?: number;
  /** 2 s unless told. */
  readonly retryPeriodMs?: number;
  /** Ends it: the leader's signal is aborted, and the lease released when its work has ended. */
  readonly signal: AbortSignal;
  /**
   * What only the leader does. Its signal is aborted when leadership is lost. `mayCall` asks the clock itself whether
   * a call may still begin: a process that was frozen learns it there before any timer could tell.
   */
  readonly lead: (signal: AbortSignal, mayCall: () => boolean) => Promise<void>;
}

/** Reason of the leader's signal when it is the leader no more. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
}

/** The leader's work went on after its signal was aborted. Another may lead by now, so this process has to end. */
export class LeadershipOverrun extends Error {
  override readonly name = 'LeadershipOverrun';
}

/**
 * Leads while this process holds the Lease, again and again until the signal is aborted or `lead` returns. Expiry is
 * measured on our own monotonic clock, from when we saw the Lease change; times in the Lease are never compared.
 * Rejects with what `lead` throws while it leads, or with `LeadershipOverrun`.
 */
export async function elect(options: ElectOptions): Promise<void> {
  const settings = { leaseDurationMs: 10_000, renewDeadlineMs: 6_000, retryPeriodMs: 2_000, ...options };
  for (;;) {
    const term = await acquire(settings);
    if (term === 'stopped') return;
    if ((await serve(settings, term)) === 'finished') return;
  }
}

type Settings = Required<ElectOptions>;

/** We hold the Lease, as of the moment before the call that made it so. */
interface Term {
  lease: Unstructured;
  /** Until when we lead, unless we renew; on the monotonic clock. */
  deadline: number;
}

async function acquire(settings: Settings): Promise<Term | 'stopped'> {
  const { clock, signal, log, leaseDurationMs, renewDeadlineMs } = settings;
  let seen: Seen | undefined;
  while (!signal.aborted) {
    let wait = retryPeriod(settings);
    try {
      const at = clock.monotonic();
      const lease = await within(clock, leaseDurationMs - renewDeadlineMs, signal, async (signal) => {
        const found = await read(settings, signal);
        seen = found === undefined ? undefined : look(settings, found, seen);
        if (seen === undefined || seen.freeAt <= clock.monotonic()) return take(settings, found, signal);
        wait = Math.min(wait, seen.freeAt - clock.monotonic());
        return undefined;
      });
      if (lease !== undefined) return { lease, deadline: at + renewDeadlineMs };
    } catch (error) {
      // A conflict only means that somebody was faster.
      if (!signal.aborted && !isStatus(error, 409)) log.warn('the lease cannot be taken', { error });
    }
    await clock.sleep(wait, signal).catch(() => undefined);
  }
  return 'stopped';
}

/** What we saw of somebody else's Lease. */
interface Seen {
  readonly beat: string;
  /** When it is free unless it changes; on the monotonic clock. */
  readonly freeAt: number;
}

function look(
  { clock, identity, leaseDurationMs }: Settings,
  lease: Unstructured,
  before: Seen | undefined,
): Seen {
  const { beat, holder, durationMs } = readLease(lease);
  if (before?.beat === beat) return before;
  const isFree = holder === '' || holder === identity;
  return { beat, freeAt: clock.monotonic() + (isFree ? 0 : Math.max(leaseDurationMs, durationMs)) };
}

async function serve(settings: Settings, term: Term): Promise<'lost' | 'finished'> {
  const { clock, signal, log, lead, identity } = settings;
  log.info('leading', { identity });
  const over = new AbortController();
  const leading = AbortSignal.any([signal, over.signal]);
  const mayCall = (): boolean => !leading.aborted && clock.monotonic() < term.deadline;
  const work = lead(leading, mayCall).then(
    () => 'finished' as const,
    (error: unknown) => {
      if (!leading.aborted) throw error;
      return 'stopped' as const;
    },
  );
  try {
    const end = await Promise.race([work, keep(settings, term, leading)]);
    if (end === 'finished') return end;
    log.info('leading no more', { identity, because: end });
    return 'lost';
  } finally {
    over.abort(new LeadershipLost('this process leads no more'));
    await settled(settings, work);
    await release(settings, term);
  }
}

/** Renews for as long as that works; resolves with the reason as soon as we lead no more. */
async function keep(settings: Settings, term: Term, signal: AbortSignal): Promise<string> {
  const { clock, log, identity, renewDeadlineMs, retryPeriodMs } = settings;
  const left = (): number => Math.max(0, term.deadline - clock.monotonic());
  let wait = retryPeriodMs;
  for (;;) {
    await clock.sleep(Math.min(wait, left()), signal).catch(() => undefined);
    if (signal.aborted) return 'stopped';
    if (left() === 0) return 'the lease could not be renewed in time';
    const at = clock.monotonic();
    try {
      // Several attempts fit before the deadline, however long one of them hangs.
      await within(clock, Math.min(retryPeriodMs, left()), signal, async (signal) => {
        term.lease = await take(settings, term.lease, signal);
      });
      term.deadline = at + renewDeadlineMs;
      wait = retryPeriodMs;
    } catch (error) {
      if (signal.aborted) return 'stopped';
      if (isStatus(error, 404)) return 'the lease was deleted';
      wait = retryPeriodMs / 4;
      if (!isStatus(error, 409)) {
        log.warn('the lease cannot be renewed', { error });
        continue;
      }
      const now = await current(settings, left(), signal);
      if (now === undefined) continue;
      if (readLease(now).holder !== identity) return `the lease is held by ${readLease(now).holder}`;
      // An answer to us was lost, or somebody edited it: once more from there.
      term.lease = now;
      wait = 0;
    }
  }
}

async function current(
  settings: Settings,
  ms: number,
  signal: AbortSignal,
): Promise<Unstructured | undefined> {
  const { clock, retryPeriodMs } = settings;
  return within(clock, Math.min(retryPeriodMs, ms), signal, async (signal) => read(settings, signal)).catch(
    () => undefined,
  );
}

/** The leader's work gets the time that others still wait, and no more. */
async function settled(
  { clock, leaseDurationMs, renewDeadlineMs }: Settings,
  work: Promise<unknown>,
): Promise<void> {
  const ms = leaseDurationMs - renewDeadlineMs;
  const end = work.catch(() => undefined);
  await within(clock, ms, new AbortController().signal, async () => end).catch(() => {
    throw new LeadershipOverrun(`the work of the leader did not stop within ${ms} ms after it had to`);
  });
}

/** Lets the next one begin at once. If that fails, it waits until the lease expires. */
async function release({ client, clock, log, retryPeriodMs }: Settings, term: Term): Promise<void> {
  const lease = releasedLease(term.lease, clock.now());
  try {
    await within(clock, retryPeriodMs, new AbortController().signal, async (signal) =>
      client.update(leaseKind, lease, signal),
    );
  } catch (error) {
    log.debug('the lease was not released', { error });
  }
}

async function read(
  { client, namespace, name }: Settings,
  signal: AbortSignal,
): Promise<Unstructured | undefined> {
  try {
    return await client.get(leaseKind, { namespace, name }, signal);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

async function take(
  settings: Settings,
  lease: Unstructured | undefined,
  signal: AbortSignal,
): Promise<Unstructured> {
  const { client, clock, identity, leaseDurationMs } = settings;
  const holding = { identity, durationMs: leaseDurationMs, now: clock.now() };
  return lease === undefined
    ? client.create(leaseKind, newLease(settings, holding), signal)
    : client.update(leaseKind, heldLease(lease, holding), signal);
}

/** A little longer by chance, so that those who wait do not come all at once. */
function retryPeriod({ retryPeriodMs, random }: Settings): number {
  return between(retryPeriodMs, retryPeriodMs * 1.2, random);
}
