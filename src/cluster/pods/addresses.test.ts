import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Addresses, BadCidr, besideIn } from './addresses.ts';

test('addresses come in order, without the first and the last of the range', () => {
  const addresses = new Addresses('10.64.0.0/30');
  assert.deepEqual(
    [addresses.take(), addresses.take(), addresses.take()],
    ['10.64.0.1', '10.64.0.2', undefined],
  );
});

test('an address that was released is given again as late as possible', () => {
  const addresses = new Addresses('127.64.0.0/29');
  const first = addresses.take() ?? '';
  addresses.release(first);
  assert.equal(addresses.take(), '127.64.0.2');
});

test('a pod from before a restart keeps its address, if nobody else has it', () => {
  const addresses = new Addresses('127.64.0.0/16');
  assert.equal(addresses.retake('127.64.1.7'), true);
  assert.equal(addresses.retake('127.64.1.7'), false);
  assert.equal(addresses.retake('127.65.0.1'), false);
});

test('a range that is none is refused in a sentence', () => {
  for (const cidr of ['127.64.0.0', '127.64.0.0/33', '127.300.0.0/16', 'fd00::/64']) {
    assert.throws(() => new Addresses(cidr), BadCidr, cidr);
  }
});

test('an address of IPv6 ends with that of IPv4 beside which it is', () => {
  assert.equal(besideIn('fd00:10:64::/64')('10.64.0.1'), 'fd00:10:64::a40:1');
  assert.equal(besideIn('FD00::/96')('10.64.1.0'), 'FD00::a40:100');
  for (const cidr of ['10.64.0.0/16', 'fd00:10:64::', 'fd00::/97', 'fd00:1:2:3:4:5::/96', '::/64']) {
    assert.throws(() => besideIn(cidr), BadCidr, cidr);
  }
});
