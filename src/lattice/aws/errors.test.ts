import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConflictException, ThrottlingException } from '@aws-sdk/client-vpc-lattice';
import { DeadlineExceeded } from '../../ports/deadline.ts';
import { WireError } from '../../ports/wire.ts';
import { classify, isLost } from './errors.ts';

const $metadata = { httpStatusCode: 403, requestId: 'r-1' };

function named(name: string, message: string, httpStatusCode: number): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

test('a denied call names the permission that is missing', () => {
  const { cause, message } = classify(
    named('AccessDeniedException', 'User is not authorized', 403),
    'BatchUpdateRule',
  );
  assert.equal(cause, 'denied');
  assert.match(message, /needs the permission vpc-lattice:UpdateRule/);
});

test('a message that names the permission itself stays as it is', () => {
  const text = 'not authorized to perform: vpc-lattice:CreateService';
  assert.equal(classify(named('AccessDeniedException', text, 403), 'CreateService').message, text);
});

test('bad credentials are said to be that', () => {
  assert.match(
    classify(named('ExpiredTokenException', 'expired', 403), 'GetService').message,
    /have expired/,
  );
});

test('a conflict carries what AWS names, and did not happen', () => {
  const error = classify(
    new ConflictException({ message: 'taken', resourceId: 'svc-1', resourceType: 'SERVICE', $metadata }),
    'CreateService',
  );
  assert.equal(error.cause, 'conflict');
  assert.equal(error.resourceId, 'svc-1');
  assert.equal(error.requestId, 'r-1');
  assert.equal(isLost(error), false);
});

test('a throttled call says how long AWS asks to wait', () => {
  const error = classify(
    new ThrottlingException({ message: 'slow down', retryAfterSeconds: 3, $metadata }),
    'CreateService',
  );
  assert.equal(error.retryAfterMs, 3_000);
  assert.equal(isLost(error), false);
});

test('of a call that nobody answered, or with a fault, it is not known whether it worked', () => {
  for (const error of [
    new WireError('gone'),
    new DeadlineExceeded(4_000),
    named('InternalServerException', 'oops', 500),
    named('Odd', 'bad gateway', 502),
  ]) {
    assert.equal(isLost(classify(error, 'CreateService')), true, error.name);
  }
});
