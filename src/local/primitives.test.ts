import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { systemPrimitives } from './primitives.ts';

test('our HMAC is that of the platform, for keys and messages of any length', () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, fc.oneof(bytes, fc.string({ unit: 'binary' })), (key, message) => {
      const expected = createHmac('sha256', key).update(message).digest();
      assert.deepEqual(Buffer.from(systemPrimitives.hmacSha256(key, message)), expected);
    }),
  );
});
