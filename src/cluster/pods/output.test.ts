import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Output } from './output.ts';

function textOf(lines: readonly { readonly bytes: Uint8Array }[]): string {
  return Buffer.concat(lines.map(({ bytes }) => bytes)).toString('utf8');
}

test('lines are kept with the time and the stream they came from, however the chunks fell', () => {
  let now = 1;
  const output = new Output(1000, () => now);
  output.write('stdout', Buffer.from('one\ntw'));
  now = 2;
  output.write('stderr', Buffer.from('oops\n'));
  output.write('stdout', Buffer.from('o\nrest'));
  output.end();
  assert.deepEqual(
    output.kept().lines.map(({ time, stream, bytes }) => [time, stream, Buffer.from(bytes).toString('utf8')]),
    [
      [1, 'stdout', 'one\n'],
      [2, 'stderr', 'oops\n'],
      [2, 'stdout', 'two\n'],
      [2, 'stdout', 'rest'],
    ],
  );
});

test('the oldest lines are forgotten first', () => {
  const output = new Output(100, () => 0);
  for (let line = 0; line < 50; line += 1) output.write('stdout', Buffer.from(`line ${line}\n`));
  const text = textOf(output.kept().lines);
  assert.ok(text.length <= 100);
  assert.ok(text.endsWith('line 48\nline 49\n'));
});

test('a follower misses nothing that comes after where it began, and ends with the output', async () => {
  const output = new Output(1000, () => 0);
  output.write('stdout', Buffer.from('before\n'));
  const { next } = output.kept();
  output.write('stdout', Buffer.from('between\n'));
  const seen: string[] = [];
  const following = (async () => {
    for await (const lines of output.follow(next, new AbortController().signal)) seen.push(textOf(lines));
  })();
  await Promise.resolve();
  output.write('stdout', Buffer.from('after\n'));
  output.end();
  await following;
  assert.equal(seen.join(''), 'between\nafter\n');
});
