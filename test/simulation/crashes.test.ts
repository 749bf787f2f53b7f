import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAside } from './aside.ts';
import type { Aside } from './aside.ts';
import { smallWorlds } from './crashes.ts';

/** `CRASH=3/17 npm run simulation` runs that crash alone. The soak runs them all. */
const only = process.env['CRASH']?.split('/').map(Number);
/** Calls of a small world; which of them a controller survives is another one in each world. */
const stride = 37;

let aside: Aside;
before(() => {
  aside = createAside();
});
after(async () => aside.close());

test('a controller that dies after any call of its own leaves nothing that the next one does not put right', async () => {
  const seeds = only === undefined ? Array.from({ length: smallWorlds }, (_, i) => i + 1) : only.slice(0, 1);
  for (const seed of seeds) {
    const call = only?.[1] ?? 1 + ((seed * stride) % 100);
    const { problems, lines } = await aside.crashAt(seed, call);
    assert.deepEqual(
      problems.slice(0, 10),
      [],
      `CRASH=${seed}/${call} npm run simulation\n${only === undefined ? '' : lines.join('\n')}`,
    );
  }
});
