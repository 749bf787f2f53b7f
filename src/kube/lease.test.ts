import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fakeLeaseServer, links } from '../../test/kube/fake-lease-server.ts';
import type { FakeLeaseServer, Link } from '../../test/kube/fake-lease-server.ts';
import { recordingLog } from '../../test/kube/recording-log.ts';
import { seededRandom } from '../../test/simulation/seeded-random.ts';
import { virtualTime } from '../../test/simulation/virtual-clock.ts';
import type { VirtualClock, VirtualTime } from '../../test/simulation/virtual-clock.ts';
import type { Random } from '../../src/ports/random.ts';
import { createKubeClient } from './client.ts';
import { elect, LeadershipOverrun } from './lease.ts';

/** A process that wants to lead. While it does it is in `leaders`; it stops as soon as its signal says so. */
interface Candidate {
  readonly clock: VirtualClock;
  readonly stop: AbortController;
  done: Promise<void>;
  link: Link;
  leads: boolean;
  mayCall: () => boolean;
  /** Between its first and its last moment as a leader. */
  readonly terms: { readonly from: number; to: number }[];
}

interface Stage {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly server: FakeLeaseServer;
}

function stage(seed: number): Stage {
  const random = seededRandom(seed);
  const time = virtualTime(random);
  return { time, random, server: fakeLeaseServer(time, random) };
}

function enter({ time, random, server }: Stage, identity: string, skewMs = 0): Candidate {
  const clock = time.clock({ skewMs });
  const stop = new AbortController();
  const wire = server.wire(() => candidate.link);
  const client = createKubeClient({ wire, clock, userAgent: identity });
  const { log } = recordingLog();
  const lead = async (signal: AbortSignal, mayCall: () => boolean): Promise<void> => {
    const term = { from: time.elapsed, to: Number.POSITIVE_INFINITY };
    candidate.terms.push(term);
    candidate.leads = true;
    candidate.mayCall = mayCall;
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    term.to = time.elapsed;
    candidate.leads = false;
  };
  const candidate: Candidate = {
    clock,
    stop,
    link: 'up',
    leads: false,
    mayCall: () => false,
    terms: [],
    done: Promise.resolve(),
  };
  const { signal } = stop;
  candidate.done = elect({ client, clock, random, log, identity, name: 'l', namespace: 'n', signal, lead });
  return candidate;
}

async function until({ time }: Stage, holds: () => boolean): Promise<number> {
  const from = time.elapsed;
  while (!holds()) {
    assert.ok(time.elapsed - from < 60_000, 'it takes longer than a minute');
    await time.pass(10);
  }
  return time.elapsed - from;
}

test('the first one leads at once, the second when the first is stopped', async () => {
  const here = stage(1);
  const a = enter(here, 'a');
  await until(here, () => a.leads);
  const b = enter(here, 'b');
  await here.time.pass(60_000);
  assert.deepEqual([a.leads, b.leads, here.server.holder], [true, false, 'a']);
  a.stop.abort(new Error('stopped'));
  await here.time.run(a.done);
  const handOver = await until(here, () => b.leads);
  assert.ok(handOver < 3_000, `a released lease is taken after ${handOver} ms`);
  assert.equal(here.server.transitions, 1);
  b.stop.abort(new Error('stopped'));
  await here.time.run(b.done);
  assert.equal(here.server.holder, '');
});

test('a killed leader is followed within 15 s, whatever the clocks say', async () => {
  for (let seed = 1; seed <= 15; seed++) {
    const here = stage(seed);
    const a = enter(here, 'a', 3_600_000);
    await until(here, () => a.leads);
    const b = enter(here, 'b', -3_600_000);
    await here.time.pass(20_000 + here.random.next() * 5_000);
    a.clock.kill();
    a.link = 'down';
    const handOver = await until(here, () => b.leads);
    assert.ok(handOver > 4_000 && handOver < 15_000, `seed ${seed}: ${handOver} ms`);
  }
});

test('a leader that cannot renew stops leading before anybody else begins', async () => {
  const here = stage(1);
  const a = enter(here, 'a');
  await until(here, () => a.leads);
  const b = enter(here, 'b');
  await here.time.pass(30_000);
  a.link = 'down';
  const stopped = await until(here, () => !a.leads);
  assert.ok(stopped <= 6_000 + 10, `stopped after ${stopped} ms`);
  assert.equal(a.mayCall(), false);
  await until(here, () => b.leads);
  assert.ok((b.terms[0]?.from ?? 0) - (a.terms[0]?.to ?? 0) >= 2_000, 'its last calls have time to end');
  a.link = 'up';
  await here.time.pass(60_000);
  assert.deepEqual([a.leads, b.leads], [false, true]);
});

test('a leader whose answers are lost for a while goes on', async () => {
  const here = stage(1);
  const a = enter(here, 'a');
  await until(here, () => a.leads);
  a.link = 'deaf';
  await here.time.pass(3_500);
  a.link = 'up';
  await here.time.pass(20_000);
  assert.equal(a.terms.length, 1);
  assert.ok(a.leads);
});

test('somebody who writes into the Lease does not end leadership, and his words stay', async () => {
  const here = stage(1);
  const a = enter(here, 'a');
  await until(here, () => a.leads);
  const client = createKubeClient({
    wire: here.server.wire(() => 'up'),
    clock: here.time.clock(),
    userAgent: 't',
  });
  const kind = {
    group: 'coordination.k8s.io',
    version: 'v1',
    kind: 'Lease',
    plural: 'leases',
    namespaced: true,
  };
  const { signal } = new AbortController();
  const read = async () => here.time.run(client.get(kind, { namespace: 'n', name: 'l' }, signal));
  const found = await read();
  const spec = { ...Object(found['spec']), strategy: 'OldestEmulationVersion' };
  await here.time.run(client.update(kind, Object.assign(found, { spec }), signal));
  await here.time.pass(10_000);
  assert.equal(a.terms.length, 1);
  assert.ok(a.leads);
  assert.match(JSON.stringify(await read()), /OldestEmulationVersion/);
});

test('work that does not stop is reported, because another leader may begin', async () => {
  const here = stage(1);
  const clock = here.time.clock();
  const client = createKubeClient({ wire: here.server.wire(() => 'up'), clock, userAgent: 't' });
  const stop = new AbortController();
  const done = elect({
    client,
    clock,
    random: here.random,
    log: recordingLog().log,
    identity: 'a',
    name: 'l',
    namespace: 'n',
    signal: stop.signal,
    lead: async () => Promise.withResolvers<void>().promise,
  });
  here.time.schedule(10_000, () => stop.abort(new Error('stopped')));
  await assert.rejects(here.time.run(done), LeadershipOverrun);
  assert.equal(here.server.holder, 'a', 'the lease is not given away');
});

test('what the leader throws ends the election and releases the Lease', async () => {
  const here = stage(1);
  const clock = here.time.clock();
  const client = createKubeClient({ wire: here.server.wire(() => 'up'), clock, userAgent: 't' });
  const done = elect({
    client,
    clock,
    random: here.random,
    log: recordingLog().log,
    identity: 'a',
    name: 'l',
    namespace: 'n',
    signal: new AbortController().signal,
    lead: async () => Promise.reject(new Error('a bug of ours')),
  });
  await assert.rejects(here.time.run(done), /a bug of ours/);
  assert.equal(here.server.holder, '');
});

test('whatever happens on the way, there are never two leaders, and in the end there is one', async () => {
  const fault = fc.record({
    who: fc.nat({ max: 2 }),
    link: fc.constantFrom(...links),
    step: fc.option(fc.integer({ min: -20_000, max: 20_000 })),
    ms: fc.integer({ min: 1, max: 15_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.array(fault, { maxLength: 20, size: 'max' }), async (seed, faults) => {
      const here = stage(seed);
      const candidates = ['a', 'b', 'c'].map((identity) => enter(here, identity));
      for (const { who, link, step, ms } of faults) {
        const candidate = candidates[who];
        if (candidate === undefined) continue;
        candidate.link = link;
        if (step !== null) candidate.clock.step(step);
        await here.time.pass(ms);
      }
      for (const candidate of candidates) candidate.link = 'up';
      await here.time.pass(40_000);
      assert.equal(candidates.filter(({ leads }) => leads).length, 1);
      const terms = candidates.flatMap(({ terms }) => terms).toSorted((a, b) => a.from - b.from);
      for (const [i, term] of terms.entries()) {
        const next = terms[i + 1];
        assert.ok(next === undefined || term.to <= next.from, JSON.stringify(terms));
      }
    }),
    { numRuns: 60 },
  );
});
