import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingLog } from '../../test/kube/recording-log.ts';
import type { HeldBy, Step } from '../lattice/plan/step.ts';
import { announcing } from './announcing.ts';

function scene() {
  const { log, lines } = recordingLog();
  const announce = announcing(log, { isShadow: false });
  return { lines, saw: (...steps: readonly Step[]) => announce({ steps, conclusions: { writes: [] } }) };
}

const common = {
  key: 'service/cart',
  type: 'service',
  for: [],
  because: 'so it is',
  lane: 'demand',
} as const;

function held(by: HeldBy): Step {
  return { op: 'hold', by, ...common };
}

test('what nobody accounts for, or somebody has to confirm, is told once', () => {
  const { lines, saw } = scene();
  saw({ op: 'orphan', ...common }, held('brake'));
  saw({ op: 'orphan', ...common }, held('brake'));
  assert.equal(lines.length, 1);
});

test('what is being found out waits for nobody', () => {
  const { lines, saw } = scene();
  saw(held('question'), { op: 'keep', ...common });
  assert.deepEqual(lines, []);
});

test('that nothing waits any more is told, too', () => {
  const { lines, saw } = scene();
  saw(held('pause'));
  saw();
  assert.equal(lines.length, 2);
});
