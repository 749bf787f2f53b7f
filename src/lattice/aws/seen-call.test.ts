import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { GetServiceCommand } from '@aws-sdk/client-vpc-lattice';
import type { Clock } from '../../ports/clock.ts';
import { WireError } from '../../ports/wire.ts';
import type { Wire, WireResponse } from '../../ports/wire.ts';
import { createLatticeClient } from './client.ts';
import type { SeenCall } from './seen-call.ts';

suite('a client tells of every call and of every request', () => {
  test('one that worked has the status of its answer, and no code', async () => {
    const seen = await afterCall(answering(200, {}, '{"id":"svc-1"}'));
    assert.deepEqual(seen, [
      { what: 'request', ...get, statusCode: 200, errorCode: '', seconds: 0.25 },
      { what: 'call', ...get, statusCode: 200, errorCode: '', seconds: 0.25 },
    ]);
  });

  test('one that AWS refused has AWS’s code', async () => {
    const headers = { 'x-amzn-errortype': 'ThrottlingException' };
    const seen = await afterCall(answering(429, headers, '{"message":"slower"}'));
    assert.deepEqual(seen.map(briefly), ['request 429 ThrottlingException', 'call 429 ThrottlingException']);
  });

  test('one that nobody answered has no status', async () => {
    const seen = await afterCall(async () => Promise.reject(new WireError('reset')));
    assert.deepEqual(seen.map(briefly), ['request 0 internal', 'call 0 internal']);
  });

  test('one that never left has made no request', async () => {
    const seen = await afterCall(answering(200, {}, '{}'), async () =>
      Promise.reject(new Error('no credentials here')),
    );
    assert.deepEqual(seen.map(briefly), ['call 0 internal']);
  });
});

const get = { service: 'VPC Lattice', operation: 'GetService' } as const;

function briefly({ what, statusCode, errorCode }: SeenCall): string {
  return `${what} ${statusCode} ${errorCode}`;
}

function answering(status: number, headers: WireResponse['headers'], body: string): Wire {
  return async () => Promise.resolve({ status, headers, body: Buffer.from(body) });
}

/** Each call takes a quarter of a second. */
async function afterCall(
  wire: Wire,
  credentials = async () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b' }),
): Promise<readonly SeenCall[]> {
  let at = 1_000;
  const clock: Clock = {
    now: () => at,
    monotonic: () => at,
    sleep: async () => new Promise(() => undefined),
  };
  const seen: SeenCall[] = [];
  const client = createLatticeClient({
    wire: async (request, signal) => {
      at += 250;
      return await wire(request, signal);
    },
    endpoint: 'http://lattice.test',
    region: 'us-west-2',
    credentials,
    clock,
    seeCall: (call) => seen.push(call),
  });
  await client
    .send(new GetServiceCommand({ serviceIdentifier: 'svc-0123456789abcdef0' }))
    .catch(() => undefined);
  return seen;
}
