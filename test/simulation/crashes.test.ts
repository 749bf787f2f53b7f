import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crashAt, smallWorlds } from './crashes.ts';
import { crashWhileMoving, moves } from './moving.ts';

/** `CRASH=3/17 npm run simulation` runs that crash alone. The soak runs them all. */
const only = process.env['CRASH']?.split('/').map(Number);
/** `MOVE=3/17 npm run simulation` runs that crash alone, while routes move. */
const onlyMove = process.env['MOVE']?.split('/').map(Number);
/** Calls of a small world; which of them a controller survives is another one in each world. */
const stride = 37;

test('a controller that dies after any call of its own leaves nothing that the next one does not put right', async () => {
  const seeds = only === undefined ? Array.from({ length: smallWorlds }, (_, i) => i + 1) : only.slice(0, 1);
  for (const seed of seeds) {
    const call = only?.[1] ?? 1 + ((seed * stride) % 100);
    const { problems, lines } = await crashAt(seed, call);
    assert.deepEqual(
      problems.slice(0, 10),
      [],
      `CRASH=${seed}/${call} npm run simulation\n${only === undefined ? '' : lines.join('\n')}`,
    );
  }
});

test('a controller that dies while routes come to be in other services loses no request of theirs', async () => {
  for (const [move, call] of onlyMove === undefined ? await someOfMoves() : [onlyMove]) {
    const { problems, lines } = await crashWhileMoving(move ?? 0, call);
    assert.deepEqual(
      problems.slice(0, 10),
      [],
      `MOVE=${move}/${call} npm run simulation\n${onlyMove === undefined ? '' : lines.join('\n')}`,
    );
  }
});

/** Early, when something new is being made, and late, when the old is let go. */
async function someOfMoves(): Promise<readonly (readonly [move: number, call: number])[]> {
  const some: (readonly [number, number])[] = [];
  for (const move of moves.keys()) {
    const { calls } = await crashWhileMoving(move);
    for (const part of [0.3, 0.85]) some.push([move, Math.ceil(part * calls)]);
  }
  return some;
}
