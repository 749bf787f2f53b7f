import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../test/simulation/seeded-random.ts';
import { virtualTime } from '../../../test/simulation/virtual-clock.ts';
import type { VirtualTime } from '../../../test/simulation/virtual-clock.ts';
import type { Lane } from '../plan/step.ts';
import { CallBudget } from './budget.ts';

const forever = new AbortController().signal;

function budgetAt(time: VirtualTime, rate: number, concurrency = 1_000): CallBudget {
  return new CallBudget({ clock: time.clock(), concurrency, rate: { read: rate, write: rate } });
}

/** When each of some calls got its turn. */
async function turns(
  time: VirtualTime,
  budget: CallBudget,
  lanes: readonly Lane[],
): Promise<readonly number[]> {
  return await Promise.all(
    lanes.map(async (lane) => {
      const permit = await budget.admit(lane, 'write', forever);
      permit.done('answered');
      return time.elapsed;
    }),
  );
}

/** Of reads that take 50 ms each and are asked for at once. */
async function mostUnderWay(
  time: VirtualTime,
  budget: CallBudget,
  { lane, calls }: { readonly lane: Lane; readonly calls: number },
): Promise<number> {
  let underway = 0;
  let most = 0;
  const call = async (): Promise<void> => {
    const permit = await budget.admit(lane, 'read', forever);
    underway += 1;
    most = Math.max(most, underway);
    await time.clock().sleep(50);
    underway -= 1;
    permit.done('answered');
  };
  await time.run(Promise.all(Array.from({ length: calls }, call)));
  return most;
}

test('a burst of a second goes at once, the rest at the rate', async () => {
  const time = virtualTime(seededRandom(1));
  const at = await time.run(
    turns(
      time,
      budgetAt(time, 10),
      Array.from({ length: 30 }, () => 'demand' as const),
    ),
  );
  assert.equal(at.filter((when) => when === 0).length, 10);
  assert.ok((at.at(-1) ?? 0) >= 1_900 && (at.at(-1) ?? 0) <= 2_100);
});

test('targets do not wait behind a long queue of others', async () => {
  const time = virtualTime(seededRandom(2));
  const budget = budgetAt(time, 10);
  const many = turns(
    time,
    budget,
    Array.from({ length: 200 }, () => 'demand' as const),
  );
  const [pod] = await time.run(turns(time, budget, ['targets']));
  assert.ok((pod ?? Infinity) <= 300, `${pod} ms`);
  await time.run(many);
});

test('an audit gets its share while others want calls too', async () => {
  const time = virtualTime(seededRandom(3));
  const budget = budgetAt(time, 10);
  const many = turns(
    time,
    budget,
    Array.from({ length: 100 }, () => 'demand' as const),
  );
  const [audit] = await time.run(turns(time, budget, ['audit']));
  assert.ok((audit ?? Infinity) <= 1_500, `${audit} ms`);
  await time.run(many);
});

test('a lane keeps its share while all that is asked for is taken back and asked for again after every call', async () => {
  const time = virtualTime(seededRandom(5));
  const budget = budgetAt(time, 10);
  const served: Lane[] = [];
  const ask = async (lane: Lane, pass: AbortController): Promise<void> => {
    const permit = await budget.admit(lane, 'read', pass.signal);
    served.push(lane);
    permit.done('answered');
    pass.abort(new Error('news'));
  };
  while (served.length < 100) {
    const pass = new AbortController();
    await time.run(
      Promise.allSettled([
        ask('targets', pass),
        ask('targets', pass),
        ask('demand', pass),
        ask('audit', pass),
      ]),
    );
  }
  const count = (lane: Lane): number => served.filter((each) => each === lane).length;
  assert.ok(count('demand') >= 25, `${count('demand')} of 100`);
  assert.ok(count('audit') >= 5, `${count('audit')} of 100`);
});

test('not more calls are under way at once than are allowed', async () => {
  const time = virtualTime(seededRandom(4));
  const budget = budgetAt(time, 1_000, 3);
  assert.equal(await mostUnderWay(time, budget, { lane: 'demand', calls: 12 }), 3);
});

test('what nobody waits for has few calls under way while somebody waits, and all of them else', async () => {
  const time = virtualTime(seededRandom(7));
  const budget = budgetAt(time, 1_000, 16);
  const verifying = async (calls: number): Promise<number> =>
    mostUnderWay(time, budget, { lane: 'verification', calls });
  assert.equal(await verifying(40), 16);
  const demand = await time.run(budget.admit('demand', 'read', forever));
  demand.done('answered');
  assert.equal(await verifying(15), 1);
  await time.pass(1_000);
  assert.equal(await verifying(40), 16);
});

test('reads go at once for three seconds after a rest, and not after throttling', async () => {
  const time = virtualTime(seededRandom(8));
  const budget = budgetAt(time, 10);
  const read = async (): Promise<number> => {
    const permit = await budget.admit('demand', 'read', forever);
    permit.done('answered');
    return time.elapsed;
  };
  const atOnce = async (): Promise<number> => {
    const from = time.elapsed;
    const at = await time.run(Promise.all(Array.from({ length: 40 }, read)));
    return at.filter((when) => when === from).length;
  };
  assert.equal(await atOnce(), 30);
  await time.pass(10_000);
  assert.equal(await atOnce(), 30);
  const permit = await time.run(budget.admit('demand', 'read', forever));
  permit.done('throttled');
  await time.pass(3_000);
  assert.ok((await atOnce()) <= 3);
});

test('who leaves the queue is not served', async () => {
  const time = virtualTime(seededRandom(5));
  const budget = budgetAt(time, 1);
  await time.run(turns(time, budget, ['demand']));
  const stop = new AbortController();
  const waiting = budget.admit('demand', 'write', stop.signal);
  stop.abort(new Error('over'));
  await assert.rejects(waiting, /over/);
});

test('a limit of the other side is found and used nearly to the full', async () => {
  const time = virtualTime(seededRandom(6));
  const budget = budgetAt(time, 100, 16);
  const limit = 10;
  let tokens = limit;
  let filled = 0;
  let served = 0;
  let throttled = 0;
  const call = async (): Promise<void> => {
    for (;;) {
      const permit = await budget.admit('demand', 'write', forever);
      await time.clock().sleep(20);
      tokens = Math.min(limit, tokens + ((time.elapsed - filled) * limit) / 1_000);
      filled = time.elapsed;
      if (tokens >= 1) {
        tokens -= 1;
        served += 1;
        permit.done('answered');
        return;
      }
      throttled += 1;
      permit.done('throttled');
    }
  };
  await time.run(Promise.all(Array.from({ length: 1_000 }, call)));
  assert.equal(served, 1_000);
  const ideal = (1_000 / limit) * 1_000;
  assert.ok(time.elapsed <= ideal * 1.1, `${time.elapsed} ms instead of ${ideal}`);
  assert.ok(throttled < 200, `${throttled} throttled`);
});
