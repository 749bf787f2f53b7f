import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemLog } from './log.ts';

test('what is expensive to say is not made where nobody reads it', () => {
  systemLog('silent', 'test').debug('pass', () => assert.fail('nobody reads this'));
});
