import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { operations } from '../../src/local/contract/operations.gen.ts';
import { isRecord } from '../../src/local/contract/validate.ts';
import type { LatticeClient } from './replay.ts';
import { sdkClient, sdkPages } from './sdk-client.ts';
import { threeOfEverything } from './three-of-everything.ts';
import { holdPagesOf } from './through-program.ts';
import { wireClient } from './wire-client.ts';
import { latticeWorld, standingClock } from './world.ts';

type Input = Readonly<Record<string, unknown>>;

suite('every list', () => {
  test('is one of those tested here', async () => {
    const lists = Object.keys(operations).filter((name) => /^List(?!TagsForResource)/.test(name));
    assert.deepEqual(Object.keys((await threeOfEverything(client())).lists).toSorted(), lists);
  });

  test('gives page by page what it gives at once, and a token that no other list takes', async () => {
    const calls = client();
    const lists = Object.entries((await threeOfEverything(calls)).lists);
    const tokens = new Map<string, string>();
    for (const [operation, input] of lists) {
      const whole = await page(calls, operation, input);
      assert.equal(whole.items.length, operation === 'ListRules' ? 4 : 3, operation);
      assert.equal(whole.nextToken, undefined);
      const items: unknown[] = [];
      let nextToken: string | undefined;
      do {
        const next = nextToken === undefined ? {} : { nextToken };
        const some = await page(calls, operation, { ...input, maxResults: 2, ...next });
        items.push(...some.items);
        ({ nextToken } = some);
        if (nextToken !== undefined) tokens.set(operation, nextToken);
      } while (nextToken !== undefined);
      assert.deepEqual(items, whole.items, operation);
    }
    for (const [index, [operation, input]] of lists.entries()) {
      const [other] = lists[(index + 1) % lists.length] ?? [''];
      const reply = await calls.call(operation, { ...input, nextToken: tokens.get(other) }, undefined);
      assert.equal(reply.error, 'ValidationException', operation);
    }
  });

  test('is what the paginator of the SDK for JavaScript finds', async () => {
    const clock = standingClock(Date.now());
    const { wire } = latticeWorld(clock, { latency: 'none' });
    await holdPagesOf(
      sdkPages(wire),
      sdkClient(wire, () => clock.advance(10)),
    );
  });

  test('refuses a page of none and of more than a hundred', async () => {
    const calls = client();
    for (const [operation, input] of Object.entries((await threeOfEverything(calls)).lists)) {
      for (const maxResults of [0, 101]) {
        const { error } = await calls.call(operation, { ...input, maxResults }, undefined);
        assert.equal(error, 'ValidationException', `${operation} ${maxResults}`);
      }
      for (const maxResults of [1, 100]) {
        assert.equal((await calls.call(operation, { ...input, maxResults }, undefined)).status, 200);
      }
    }
  });
});

function client(): LatticeClient {
  const { wire } = latticeWorld(standingClock(), { latency: 'none' });
  return wireClient(wire, async () => undefined);
}

interface Page {
  readonly items: readonly unknown[];
  readonly nextToken: string | undefined;
}

async function page(calls: LatticeClient, operation: string, input: Input): Promise<Page> {
  const { status, body } = await calls.call(operation, input, undefined);
  assert.equal(status, 200, `${operation}: ${JSON.stringify(body)}`);
  assert.ok(isRecord(body) && Array.isArray(body['items']));
  const { items, nextToken } = body;
  return { items, nextToken: typeof nextToken === 'string' ? nextToken : undefined };
}
