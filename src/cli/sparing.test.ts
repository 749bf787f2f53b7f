import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../ports/clock.ts';
import { giveBack } from './sparing.ts';

/** What is asked for while so much is resident, a look after the other. */
async function asked(looks: readonly number[]): Promise<readonly string[]> {
  const left = [...looks];
  const said: string[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: async (ms) => {
      if (left.length === 0) throw new Error('the end');
      said.push(`${ms}`);
    },
  };
  const collecting = {
    resident: () => left.shift() ?? 0,
    thoroughly: (is: boolean) => {
      said.push(is ? 'thoroughly' : 'as usual');
    },
  };
  await assert.rejects(giveBack(collecting, clock, new AbortController().signal), /the end/u);
  return said;
}

test('memory is given back when there is a fifth more than there was least', async () => {
  assert.deepEqual(await asked([120, 100, 119]), ['1000', '1000', '1000']);
  assert.deepEqual((await asked([120, 100, 120, 110])).slice(3), ['thoroughly', '2000', 'as usual']);
});

test('what is left then is what the next growth is held against', async () => {
  const once = ['1000', '1000', 'thoroughly', '2000', 'as usual'];
  assert.deepEqual(await asked([100, 200, 200, 239]), [...once, '1000']);
  assert.deepEqual(await asked([100, 200, 200, 240, 200]), [
    ...once,
    '1000',
    'thoroughly',
    '2000',
    'as usual',
  ]);
});
