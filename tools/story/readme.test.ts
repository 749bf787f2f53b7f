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

test('a number that chance makes of another is near it', () => {
  for (const seen of ['20 of a', '3 of a', '42 of a']) assert.ok(isAsSeen(seen, 'about 20 of a'), seen);
  for (const seen of ['43 of a', 'x of a', '20 of b']) assert.ok(!isAsSeen(seen, 'about 20 of a'), seen);
  assert.ok(isAsSeen('20 a.b, 180 c', 'about 20 a.b, about 180 …'));
  assert.ok(!isAsSeen('20 a.b, 20 c', 'about 20 a.b, about 180 …'));
  assert.ok(!isAsSeen('20 axb', 'about 20 a.b'));
  assert.ok(isAsSeen('about time: 3 of 4', 'about time: about 5 …'));
});

test('a text block that follows no sh block is refused with its line', () => {
  assert.throws(() => readStory('```text\na\n```'), /line 1/);
});
