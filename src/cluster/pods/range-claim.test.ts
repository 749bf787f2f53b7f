import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimRange, RangeTaken } from './range-claim.ts';

test('a range is one node’s at a time', async () => {
  const first = await claimRange('127.95.8.0/24', '127.95.8.0');
  await assert.rejects(claimRange('127.95.8.0/24', '127.95.8.0'), RangeTaken);
  first.release();
  const second = await claimRange('127.95.8.0/24', '127.95.8.0');
  second.release();
});

test('a range whose addresses are elsewhere is refused with a sentence', async () => {
  await assert.rejects(claimRange('192.0.2.0/24', '192.0.2.0'), /not this machine's/);
});
