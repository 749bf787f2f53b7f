/** What an account may have, and who says so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SceneOptions } from './scene.ts';
import { begin, gateway, object, parameters } from './scene.ts';

const rulesPerListener = 'L-CF78395E';
const raised: NonNullable<SceneOptions['account']> = ({ foreign }) => {
  foreign({ op: 'SetQuotas', input: { of: 'everybody', values: { [rulesPerListener]: 12 } } });
};

const elevenRules = object('HTTPRoute', 'shop', {
  parentRefs: [{ name: 'main' }],
  rules: Array.from({ length: 11 }, (_, i) => ({
    matches: [{ path: { type: 'PathPrefix', value: `/${i}` } }],
    backendRefs: [{ name: 'shop', port: 80 }],
  })),
});

const denied: SceneOptions['fate'] = (side, { headers }) => {
  const isQuotas = side === 'lattice' && headers['x-amz-target']?.startsWith('ServiceQuotas') === true;
  const response = { status: 400, headers: {}, body: Buffer.from('{"__type":"AccessDeniedException"}') };
  const fault = { kind: 'answer', when: 'before', response } as const;
  return { requestMs: 5, responseMs: 5, ...(isQuotas ? { fault } : {}) };
};

const fits = ['Accepted=True Programmed=True ResolvedRefs=True'];
const refused = ['Accepted=False Programmed=False ResolvedRefs=True'];

test('a quota that AWS has raised is asked for, and counts', async () => {
  const scene = await begin({ asksQuotas: true, account: raised });
  await scene.apply(parameters({}), gateway(), elevenRules);
  await scene.settle();
  assert.deepEqual(await scene.conditions('HTTPRoute'), fits);
  assert.deepEqual(scene.problems(), []);
});

test('where it may not be asked for, the default counts, and what the operator says', async () => {
  const scene = await begin({ asksQuotas: true, account: raised, fate: denied });
  await scene.apply(parameters({}), gateway(), elevenRules);
  await scene.settle();
  assert.deepEqual(await scene.conditions('HTTPRoute'), refused);
  assert.match(await scene.told('HTTPRoute'), /LATTICE_QUOTAS/);

  await scene.restart({ quotas: { rulesPerListener: 12 } });
  assert.deepEqual(await scene.conditions('HTTPRoute'), fits);
});

test('a quota that is raised later is found within the hour', async () => {
  const scene = await begin({ asksQuotas: true });
  await scene.apply(parameters({}), gateway(), elevenRules);
  await scene.settle();
  assert.deepEqual(await scene.conditions('HTTPRoute'), refused);
  raised({ foreign: scene.foreign });
  await scene.pass(3_700_000);
  assert.deepEqual(await scene.conditions('HTTPRoute'), fits);
});
