import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { UserError, valuesOf } from './command.ts';
import type { Values } from './command.ts';
import { lattice } from './commands/lattice.ts';
import { up } from './commands/up.ts';
import { limitArguments, limitsIn } from './lattice-conditions.ts';

/** What `trellis lattice` is asked for by what `trellis up` is. */
function passedOn(values: Values): Values {
  const line = limitArguments(values);
  const pairs = line.flatMap((word, i) => (i % 2 === 0 ? [[word.slice(2), line[i + 1] ?? '']] : []));
  return valuesOf(lattice, Object.fromEntries(pairs), {});
}

suite('what bounds traffic', () => {
  test('is as at AWS unless told', () => {
    for (const command of [lattice, up])
      assert.deepEqual(limitsIn(valuesOf(command, {}, {})), { timeScale: 1 });
    assert.deepEqual(limitsIn(passedOn(valuesOf(up, {}, {}))), { timeScale: 1 });
  });

  test('is the same for trellis up and for the lattice that it starts', () => {
    const values = valuesOf(up, { 'time-scale': '1e-2', 'service-rate': '50' }, {});
    assert.deepEqual(limitsIn(passedOn(values)), { timeScale: 0.01, requestsPerSecond: 50 });
  });

  test('is refused in a sentence when it makes no sense, by trellis up before it starts anything', () => {
    const wrong: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
      [{ 'time-scale': '0' }, /^--time-scale is a number above 0, up to 1, not 0\.$/],
      [{ 'time-scale': 'slow' }, /not slow\.$/],
      [{ 'service-rate': '0.5' }, /^--service-rate is a whole number .* not 0\.5\.$/],
    ];
    for (const [options, sentence] of wrong) {
      assert.throws(
        () => limitArguments(valuesOf(up, options, {})),
        (error: unknown) => error instanceof UserError && sentence.test(error.message),
      );
    }
  });
});
