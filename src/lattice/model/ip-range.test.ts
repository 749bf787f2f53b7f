import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers, isIn, overlap } from './ip-range.ts';

test('an address is in the ranges that share its first bits', () => {
  assert.ok(isIn('10.0.255.1', '10.0.0.0/16'));
  assert.ok(isIn('192.0.2.1', '0.0.0.0/0'));
  assert.ok(!isIn('10.1.0.1', '10.0.0.0/16'));
  assert.ok(isIn('2001:db8:0:12::7', '2001:db8::/48'));
  assert.ok(!isIn('2001:db9::7', '2001:db8::/48'));
});

test('addresses of one family are in no range of the other, and malformed ones in none', () => {
  assert.ok(!isIn('10.0.0.1', '::/0'));
  assert.ok(!isIn('::1', '0.0.0.0/0'));
  for (const wrong of ['', '10.0.0', '10.0.0.256', 'a.example', '1::2::3', '1:2:3']) {
    assert.ok(!isIn(wrong, '0.0.0.0/0') && !isIn(wrong, '::/0'), wrong);
  }
  for (const wrong of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/x', '/8'])
    assert.ok(!isIn('10.0.0.1', wrong), wrong);
});

test('a range covers a smaller one, and overlaps with both', () => {
  assert.ok(covers('169.254.0.0/16', '169.254.171.0/24'));
  assert.ok(!covers('169.254.171.0/24', '169.254.0.0/16'));
  assert.ok(overlap('169.254.171.0/24', '169.254.0.0/16'));
  assert.ok(!overlap('169.254.171.0/24', '10.0.0.0/8'));
});
