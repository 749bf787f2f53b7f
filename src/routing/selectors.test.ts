import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selects } from './selectors.ts';

const labels = { team: 'hotel', stage: 'live' };

test('an absent selector selects nothing and an empty one everything', () => {
  assert.ok(!selects(undefined, labels));
  assert.ok(selects({}, {}));
});

test('labels and expressions must all hold', () => {
  assert.ok(selects({ matchLabels: { team: 'hotel' } }, labels));
  assert.ok(!selects({ matchLabels: { team: 'hotel', stage: 'test' } }, labels));
  const isLive = { key: 'stage', operator: 'In', values: ['live', 'test'] };
  assert.ok(selects({ matchLabels: { team: 'hotel' }, matchExpressions: [isLive] }, labels));
  assert.ok(!selects({ matchLabels: { team: 'resort' }, matchExpressions: [isLive] }, labels));
});

test('each operator answers as in the rest of Kubernetes', () => {
  assert.ok(answers('Exists', 'team') && !answers('Exists', 'owner'));
  assert.ok(answers('DoesNotExist', 'owner') && !answers('DoesNotExist', 'team'));
  assert.ok(answers('NotIn', 'owner', ['x']) && answers('NotIn', 'team', ['x']));
  assert.ok(!answers('NotIn', 'team', ['hotel']) && !answers('In', 'owner', ['x']));
});

test('an operator that nobody knows selects nothing', () => {
  assert.ok(!selects({ matchExpressions: [{ key: 'team', operator: 'Like', values: ['h'] }] }, labels));
});

function answers(operator: string, key: string, values: readonly string[] = []): boolean {
  return selects({ matchExpressions: [{ key, operator, values }] }, labels);
}
