/** What objects and events say, and when. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, gateway, parameters, route } from './scene.ts';

const missing = { spec: { rules: [{ backendRefs: [{ name: 'nowhere', port: 80 }] }] } };
const present = { spec: { rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }] } };

for (const [how, fault] of [
  ['answers nothing', 'swallowed'],
  ['refuses every connection', 'refused'],
] as const) {
  test(`what the Gateway API says of a route is on it within a second while AWS ${how}`, async () => {
    const scene = await begin({
      fate: (side) => ({
        requestMs: 5,
        responseMs: 5,
        ...(side === 'lattice' ? { fault: { kind: fault } } : {}),
      }),
    });
    await scene.apply(parameters({}), gateway());
    await scene.settle();
    await scene.apply(route('shop', { path: '/' }));
    await scene.pass(1_000);
    assert.deepEqual(await scene.conditions('HTTPRoute'), [
      'Accepted=True Programmed=False ResolvedRefs=True',
    ]);
    await scene.patch('HTTPRoute', 'shop', missing);
    await scene.pass(1_000);
    assert.deepEqual(await scene.conditions('HTTPRoute'), [
      'Accepted=True Programmed=False ResolvedRefs=False',
    ]);
    assert.deepEqual(scene.mutations(), []);
  });
}

test('what is told again in the same words is one event that is counted', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/' }));
  for (const body of [missing, present, missing, present, missing]) {
    await scene.patch('HTTPRoute', 'shop', body);
    await scene.settle();
  }
  const events = await scene.events();
  const about = events.filter(({ message }) => message.includes('nowhere'));
  assert.deepEqual(
    about.map(({ count }) => count),
    [3],
  );
  assert.ok((about[0]?.last ?? '') > (about[0]?.first ?? ''));
  assert.deepEqual(scene.problems(), []);
});

test('what was written one after the other stands until the watch, which is seconds late, has come so far', async () => {
  const scene = await begin({
    fate: (_, { target }) => ({ requestMs: 5, responseMs: target.includes('watch=true') ? 3_000 : 5 }),
  });
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/' }));
  await scene.settle();
  assert.deepEqual(await scene.conditions('HTTPRoute'), ['Accepted=True Programmed=True ResolvedRefs=True']);
  const refused = scene.lines().filter((line) => / kube PATCH .*httproutes.* -> 409 /.test(line));
  assert.deepEqual(refused, []);
});
