/** A controller that only looks, beside another one that does the work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, changedPath, gateway, parameters, route } from './scene.ts';
import { dayInShadow, differences, shadow } from './shadow-day.ts';

const hour = 3_600_000;

test('where nobody else does the work, it logs and reports what it would do, and writes to neither side', async () => {
  const scene = await begin({ settings: shadow });
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/shop' }));
  await scene.settle();
  assert.deepEqual(scene.mutations(), []);
  assert.equal(await scene.told('HTTPRoute'), '{}');
  const said = scene.lines().filter((line) => line.includes('what waits for a person'));
  assert.match(said.at(-1) ?? '', /\+ create {2}service\/http\/default\/shop —/);
  assert.ok(said.length < 20, `${said.length} lines for a world in which little happens`);
  const steps = [...scene.metrics()].filter(([name]) => name.startsWith('trellis_shadow_steps{op="create"'));
  assert.deepEqual(steps.map(([name]) => /type="(\w+)"/.exec(name)?.[1] ?? '').toSorted(), [
    'listener',
    'rule',
    'service',
    'serviceAssociation',
    'serviceNetwork',
    'targetGroup',
    'targets',
    'vpcAssociation',
  ]);
});

test('for a day beside a controller that works it writes to neither side, and sees everything become as it would have made it', async () => {
  const { problems, lines } = await dayInShadow();
  assert.deepEqual(problems, []);
  assert.ok(lines.includes('Nothing in VPC Lattice.'), lines.join('\n'));
});

test('what the other one leaves undone is reported with how long that has been so', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/shop' }));
  await scene.settle();
  const looking = scene.beside(shadow);
  await scene.settle();
  scene.crash();
  await scene.patch('HTTPRoute', 'shop', changedPath('/market'));
  await scene.pass(2 * hour + 60_000);
  assert.match(looking.report(), / 2 h {2}~ update {2}rule\/http\/default\/shop\/80\/\^\/market .* — /);
  assert.deepEqual(differences(looking.metrics()), ['trellis_shadow_steps{op="update",type="rule"} 1']);
  const oldest = looking.metrics().get('trellis_shadow_oldest_seconds{side="lattice"}') ?? 0;
  assert.ok(oldest >= 7_200 && oldest < 7_300, `${oldest} s`);
  assert.deepEqual(looking.writes(), []);
});

test('a plan that is only printed says what would be made of a route that no controller has seen, and writes nothing', async () => {
  const scene = await begin();
  await scene.settle();
  scene.crash();
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/shop' }));
  const before = scene.mutations().length;
  const made = (await scene.preview()).flatMap((line) => /^\+ create {2}(\w+)\/http\//.exec(line)?.[1] ?? []);
  assert.deepEqual(made.toSorted(), ['association', 'group', 'listener', 'rule', 'service', 'targets']);
  assert.equal(scene.mutations().length, before);
  assert.equal(await scene.told('HTTPRoute'), '{}');
  assert.deepEqual(scene.problems(), []);

  scene.start();
  await scene.settle();
  assert.deepEqual(await scene.preview(), []);
});
