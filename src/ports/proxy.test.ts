import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyFrom } from './proxy.ts';

const corporate = { HTTPS_PROXY: 'http://proxy:3128', http_proxy: 'proxy:8080' };

test('the scheme decides which variable counts, and a proxy without scheme is an http one', () => {
  assert.deepEqual(proxyFrom(corporate, 'https://api.example:6443'), { proxy: 'http://proxy:3128' });
  assert.deepEqual(proxyFrom(corporate, 'http://api.example'), { proxy: 'http://proxy:8080' });
  assert.deepEqual(proxyFrom({}, 'https://api.example:6443'), {});
});

test('this machine is never reached through a proxy', () => {
  for (const host of ['localhost', '127.0.0.1', '127.64.0.9', '[::1]']) {
    assert.deepEqual(proxyFrom(corporate, `https://${host}:6443`), {}, host);
  }
});

const excepted: readonly (readonly [string, string, boolean])[] = [
  ['*', 'https://api.example', true],
  ['example', 'https://api.example', true],
  ['.example', 'https://api.example', true],
  ['*.example', 'https://api.example', true],
  ['.api.example', 'https://api.example', false],
  ['ample', 'https://api.example', false],
  ['other, api.example ', 'https://api.example', true],
  ['api.example:6443', 'https://api.example:6443', true],
  ['api.example:6443', 'https://api.example', false],
  ['api.example:443', 'https://api.example', true],
  ['10.0.0.7', 'https://10.0.0.7:6443', true],
  ['10.0.0.0/8', 'https://10.9.9.9', true],
  ['10.0.0.0/8', 'https://11.0.0.1', false],
  ['10.0.0.0/8', 'https://api.example', false],
  ['fd00::/8', 'https://[fd00::1]:443', true],
  ['fd00::1', 'https://[fd00::1]', true],
  ['10.0.0.7:443', 'https://10.0.0.7', true],
  ['10.0.0.0/99', 'https://10.0.0.1', false],
];

for (const [list, address, isExcepted] of excepted) {
  test(`NO_PROXY ${list} ${isExcepted ? 'covers' : 'does not cover'} ${address}`, () => {
    const { proxy } = proxyFrom({ ...corporate, NO_PROXY: list }, address);
    assert.equal(proxy === undefined, isExcepted);
  });
}
