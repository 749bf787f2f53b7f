import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAsSeen, readStory } from './readme.ts';

test('a story is its prose, and its sh blocks with what is seen after them', () => {
  const story = readStory(
    [
      '# Title',
      'One',
      'two.',
      '',
      '```sh',
      'ls',
      '```',
      '```text',
      'a',
      '```',
      '```yaml',
      'x: 1',
      '```',
    ].join('\n'),
  );
  assert.deepEqual(story, {
    title: 'Title',
    parts: [
      { kind: 'prose', text: 'One two.' },
      { kind: 'step', line: 5, typed: 'ls', seen: 'a' },
    ],
  });
});

test('an ellipsis stands for anything within a line, and alone for any number of lines', () => {
  assert.ok(isAsSeen('pod/a-1   Running\n', 'pod/a-… Running'));
  assert.ok(isAsSeen('x\ny\nz', '…\nz'));
  assert.ok(isAsSeen('z', '…\nz'));
  assert.ok(isAsSeen('z', 'z\n…'));
  assert.ok(!isAsSeen('y\nz', 'z'));
  assert.ok(!isAsSeen('pod/b-1 Running', 'pod/a-… Running'));
});

test('a text block that follows no sh block is refused with its line', () => {
  assert.throws(() => readStory('```text\na\n```'), /line 1/);
});
