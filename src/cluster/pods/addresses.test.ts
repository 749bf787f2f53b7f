import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Addresses, BadCidr } from './addresses.ts';

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
