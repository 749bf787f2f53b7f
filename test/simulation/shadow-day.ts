import { unrestrained } from '../../src/controller/settings.ts';
import { begin, changedPath, gateway, parameters, route } from './scene.ts';
import type { Run } from './simulate.ts';

export const shadow = { safety: { ...unrestrained, shadow: true } };

const hours = 24;
/** As long as it takes until what the other one did is looked at again, and then some. */
const seenMs = 900_000;

/**
 * A day of a controller that only looks, beside one that does the work: every hour somebody edits a route, now and then there
 * is one more. The other one is restarted every hour, to be quiet in between.
 */
export async function dayInShadow(): Promise<Run> {
  const scene = await begin();
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/0' }));
  await scene.settle();
  const looking = scene.beside(shadow);
  const problems: string[] = [];
  for (let hour = 1; hour <= hours; hour += 1) {
    await scene.patch('HTTPRoute', 'shop', changedPath(`/${hour}`));
    if (hour % 8 === 0) await scene.apply(route(`shop-${hour}`, { path: `/shop-${hour}` }));
    await scene.pass(seenMs);
    const different = differences(looking.metrics());
    if (different.length > 0) problems.push(`hour ${hour}: ${different.join()}\n${looking.report()}`);
    scene.crash();
    await scene.pass(3_600_000 - seenMs);
    scene.start();
  }
  const report = looking.report();
  if (!report.includes(`only looks, for 1 d`)) problems.push(report);
  problems.push(...looking.writes(), ...scene.problems());
  return { seed: 0, problems, lines: report.split('\n'), virtualMs: hours * 3_600_000 };
}

export function differences(metrics: ReadonlyMap<string, number>): readonly string[] {
  return [...metrics].flatMap(([name, value]) =>
    /^trellis_shadow_(?:steps|writes)/.test(name) ? [`${name} ${value}`] : [],
  );
}
