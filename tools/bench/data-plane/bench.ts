import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { askAdmin } from '../../../src/envoy/process/admin.ts';
import { freePort } from '../../kube/free-port.ts';
import { quantile } from '../figures.ts';
import { startByHand } from './by-hand.ts';
import { cpuTime } from './cpu-time.ts';
import { job, requests } from './job.ts';
import { openLoad } from './load.ts';
import type { Heard, Load } from './load.ts';
import { startOurs } from './ours.ts';
import type { Subject } from './ours.ts';

export interface DataPlaneOptions {
  readonly root: string;
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onRound: (round: Round) => void;
}

export const setting = { connections: 16, concurrency: 1, slices: 2, sliceMs: 250 } as const;

/** What one configuration did in one round. */
export interface Turn {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of Envoy's processor time per request. */
  readonly cpu: number;
}

export interface Round {
  readonly ours: Turn;
  readonly byHand: Turn;
}

export interface Traffic {
  readonly rounds: readonly Round[];
  /** How often our Envoy asked the authorizer about all these requests, of which none needs consent. */
  readonly asked: number;
}

/**
 * The throughput and latency of Envoy as we configure it beside the same Envoy with a configuration written by hand, for
 * the same job. A round gives each its slices of time in turn, so that what disturbs the machine disturbs both.
 */
export async function measureDataPlane(options: DataPlaneOptions): Promise<Traffic> {
  const { root, rounds, signal, onRound } = options;
  const { concurrency, sliceMs } = setting;
  const closing: (() => Promise<void> | void)[] = [];
  try {
    const targetPort = await freePort(job.targets.parking);
    const addresses = Object.values(job.targets);
    const upstream = fork(new URL('upstream.ts', import.meta.url), [String(targetPort), ...addresses]);
    closing.push(() => upstream.disconnect());
    await once(upstream, 'message', { signal });
    const portOffset = (await freePort()) - 80;
    const { subject, facts } = await startOurs({ root, portOffset, targetPort, concurrency, signal });
    closing.push(subject.close);
    const address = '127.172.8.1';
    const port = await freePort(address);
    const byHand = await startByHand(facts, { root, address, port, targetPort, concurrency });
    closing.push(byHand.close);
    const sides = { ours: await underLoad(subject, signal), byHand: await underLoad(byHand, signal) };
    closing.push(sides.ours.load.close, sides.byHand.load.close);
    for (const side of [sides.ours, sides.byHand]) await side.load.run(4 * sliceMs);
    const results: Round[] = [];
    for (let n = 0; n < rounds; n += 1) {
      signal.throwIfAborted();
      const round = await measureRound(sides);
      results.push(round);
      onRound(round);
    }
    return { rounds: results, asked: await questionsOf(subject.pid, signal) };
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

/** What an Envoy of ours counts, as its admin interface tells; that is a socket beside the file it was started with. */
async function questionsOf(pid: number, signal: AbortSignal): Promise<number> {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const admin = join(dirname(words[words.indexOf('--config-path') + 1] ?? ''), 'admin.sock');
  const stats = await askAdmin(admin, 'GET', '/stats?filter=cluster.authorizer.upstream_rq_total', signal);
  return Number(/upstream_rq_total: (\d+)/.exec(stats)?.[1] ?? Number.NaN);
}

interface Side {
  readonly subject: Subject;
  readonly load: Load;
}

async function measureRound({
  ours,
  byHand,
}: {
  readonly ours: Side;
  readonly byHand: Side;
}): Promise<Round> {
  const slices: { readonly ours: Slice[]; readonly byHand: Slice[] } = { ours: [], byHand: [] };
  for (let n = 0; n < setting.slices; n += 1) {
    const oursFirst = n % 2 === 0;
    if (oursFirst) slices.ours.push(await slice(ours));
    slices.byHand.push(await slice(byHand));
    if (!oursFirst) slices.ours.push(await slice(ours));
  }
  return { ours: together(slices.ours), byHand: together(slices.byHand) };
}

interface Slice extends Heard {
  readonly cpuMs: number;
}

async function slice({ subject, load }: Side): Promise<Slice> {
  const before = cpuTime(subject.pid);
  const heard = await load.run(setting.sliceMs);
  if (heard.failed > 0)
    throw new Error(`${subject.name}: ${heard.failed} requests were not answered with 200`);
  return { ...heard, cpuMs: cpuTime(subject.pid) - before };
}

function together(slices: readonly Slice[]): Turn {
  const sum = (value: (slice: Slice) => number): number =>
    slices.reduce((total, each) => total + value(each), 0);
  const latencies = Float64Array.from(slices.flatMap((each) => each.latencies)).toSorted();
  return {
    perSecond: latencies.length / (sum(({ ms }) => ms) / 1000),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpu: (sum(({ cpuMs }) => cpuMs) * 1000) / latencies.length,
  };
}

/** Resolves when every request of the job is answered with 200. */
async function underLoad(subject: Subject, signal: AbortSignal): Promise<Side> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    signal.throwIfAborted();
    if (await answers(subject)) {
      return { subject, load: await openLoad({ ...subject, requests }, setting.connections) };
    }
    if (performance.now() > deadline)
      throw new Error(
        `${subject.name}: Envoy did not answer 200 within 15 s\n${subject.complaints().slice(-3).join('\n')}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function answers(subject: Subject): Promise<boolean> {
  const load = await openLoad({ ...subject, requests }, requests.length).catch(() => undefined);
  const heard = await load?.run(0).catch(() => undefined);
  load?.close();
  return heard?.failed === 0;
}
