import { kinds } from '../../../src/kinds/kinds.ts';
import type { Report } from '../../../src/controller/reconcile.ts';
import { printStep } from '../../../src/lattice/plan/print.ts';
import type { Outcome } from '../../../src/lattice/plan/outcome.ts';
import type { Write } from '../../../src/status/write.ts';
import type { World } from '../world.ts';

const patience = new AbortController().signal;
/** Watches that began in bad weather are late by seconds for as long as they last. */
const longestMs = 5_000;
const stepMs = 1;
const idleMs = 500;
const news = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'nothing', namespace: 'default' },
} as const;

/**
 * Nobody missed what should have woken him: where nothing happens any more, a pass that nothing asks for has nothing to
 * do. What it would do, somebody waited for, until the next look at everything; that heals it, and would hide it here.
 */
export async function checkAwake(world: World): Promise<void> {
  const { time, trace } = world;
  for (const controller of world.controllers()) {
    const { user, name } = controller.cluster;
    // One that began in bad weather may not have seen the cluster yet: nobody woke it because it never slept.
    for (let s = 0; s < 60 && controller.lastReport() === undefined; s += 1) await time.pass(1_000);
    await untilIdle(world);
    const passes = world.passes();
    await time.run(user.create(kinds.ConfigMap, news, patience));
    const until = time.elapsed + longestMs;
    while (!hasSeen(controller.lastReport()) && time.elapsed < until) await time.pass(stepMs);
    const report = controller.lastReport();
    // One pass only: another was due just now, by itself.
    if (report !== undefined && hasSeen(report) && world.passes() === passes + 1) {
      const todo = [
        ...report.outcomes.filter(isBegun).map(({ step }) => printStep(step)),
        ...report.conclusions.writes.map(printWrite),
      ];
      if (todo.length > 0)
        trace.problem(`awake: ${name} missed what should have woken it: ${todo.join('; ')}`);
    }
    await time.run(user.delete(kinds.ConfigMap, news.metadata, {}, patience));
  }
}

/** Many look every ten seconds: what falls together with that says nothing. */
async function untilIdle({ time, passes }: World): Promise<void> {
  for (let tries = 0, before = -1; tries < 20 && before !== passes(); tries += 1) {
    before = passes();
    await time.pass(idleMs);
  }
}

function hasSeen(report: Report | undefined): boolean {
  return (
    report?.snapshot.configMaps.all.some(({ metadata }) => metadata.name === news.metadata.name) === true
  );
}

function printWrite(write: Write): string {
  const { kind, name } =
    'about' in write ? write.about : { kind: write.object.kind, ...write.object.metadata };
  return `${write.write} of ${kind} ${name}`;
}

/**
 * It called Lattice. What others use is read again by every pass, and waited for by nobody: nothing tells when they let
 * go; and whatever is old enough is looked at again.
 */
function isBegun({ step, result }: Outcome): boolean {
  if (result.kind !== 'done' && result.kind !== 'pending' && result.kind !== 'failed') return false;
  switch (step.op) {
    case 'create':
    case 'update':
    case 'replace':
    case 'delete':
    case 'adopt':
      return true;
    case 'read':
      return step.lane === 'demand' && step.what.kind !== 'resource';
    case 'keep':
    case 'wait':
    case 'hold':
    case 'orphan':
    case 'refuse':
      return false;
  }
}
