/**
 * Everything changes under load, and Envoy and the authorizer are killed. A request may fail only while it overlaps an outage:
 * from a kill until every kind of request was answered once more. Outages have a deadline. `CHAOS_SECONDS=600` goes on longer
 * (`npm run chaos` does), `SEED=n` changes what happens when.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { program } from '../../src/local/dataplane/authorization/authorizer.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { Changes } from './chaos/changes.ts';
import type { Change } from './chaos/changes.ts';
import { explain, FailedCalls } from './chaos/explain.ts';
import type { Heard } from './chaos/load.ts';
import { Outages } from './chaos/outages.ts';
import type { Outage } from './chaos/outages.ts';
import { chaosScene } from './chaos/scene.ts';
import { Load } from './chaos/load.ts';
import { trafficWorld } from './world.ts';

const seconds = Number(process.env['CHAOS_SECONDS'] ?? 5);
const seed = Number(process.env['SEED'] ?? 1);

test(`for ${seconds} seconds of changes, kills included, no request fails but those in an outage, and nobody gets where he may not`, async () => {
  const workers: Worker[] = [];
  const launchAuthorizer = (workerData: object): Worker => {
    const worker = new Worker(program, { workerData });
    workers.push(worker);
    return worker;
  };
  const world = await trafficWorld({ launchAuthorizer });
  const random = seededRandom(seed);
  const stop = new AbortController();
  try {
    const scene = await chaosScene(world);
    const load = new Load(world, scene);
    const outages = new Outages(world, { load, newestWorker: () => workers.at(-1) });
    const changes = new Changes(world, { scene, random });
    const failedCalls = new FailedCalls(world.dataPlane);
    const began = performance.now();
    const until = began + seconds * 1000;
    const loading = load.run(stop.signal);
    const changing = changes.run(stop.signal);
    for (let n = 0; performance.now() < until; n += 1) {
      await pause(400 + random.next() * 800);
      failedCalls.read();
      await (n % 3 === 2 ? outages.endAuthorizer() : outages.killEnvoy());
    }
    await pause(300);
    stop.abort();
    await Promise.all([loading, changing]);
    assert.deepEqual(world.dataPlane.nacks(), []);

    process.stdout.write(`${figures(load.heard, outages.all, changes.done)}\n`);
    const told = `seed ${seed}; ${changes.done
      .slice(-8)
      .map(({ name }) => name)
      .join(', ')}`;
    const failures = load.heard.filter(
      (each) => !each.isRight && !outages.excuse(each, changes.guardedTimes),
    );
    failedCalls.read();
    const around = { began, calls: failedCalls.lines, outages: outages.all, changes: changes.done };
    assert.deepEqual(
      failures.slice(0, 5).map((each) => explain(each, around)),
      [],
      `${failures.length} of ${load.heard.length}; ${told}`,
    );
    for (const { kind, from, to } of outages.all) {
      assert.ok(to - from < longestOutage[kind], `${kind} was gone for ${to - from} ms; ${told}`);
    }
    const right = load.heard.filter(({ isRight }) => isRight).length;
    assert.ok(right > seconds * 20, `${right} requests; ${told}`);
    assert.ok(
      new Set(changes.done.map(({ name }) => name)).size >= changes.kinds,
      `all kinds of changes: ${told}`,
    );
  } finally {
    stop.abort();
    await world.close();
  }
});

function figures(heard: readonly Heard[], outages: readonly Outage[], changes: readonly Change[]): string {
  const wrong = heard.filter(({ isRight }) => !isRight).length;
  const ended = (kind: Outage['kind']): string => {
    const spans = outages.flatMap((each) => (each.kind === kind ? [each.to - each.from] : []));
    const median = spans.toSorted((a, b) => a - b)[Math.floor(spans.length / 2)] ?? 0;
    return `${spans.length} ends of the ${kind}, of ${median.toFixed(0)} ms each and ${Math.max(...spans).toFixed(0)} at most`;
  };
  return [
    `seed ${seed}, ${seconds} s: ${heard.length} requests, ${wrong} of them not as they should be in some outage`,
    `${changes.length} changes`,
    ended('envoy'),
    ended('authorizer'),
  ].join('; ');
}

/** Milliseconds; the machine may be busy. */
const longestOutage = { envoy: 8_000, authorizer: 5_000 } as const;

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
