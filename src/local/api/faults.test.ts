import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { administer } from '../../../test/contract/admin-client.ts';
import { signedCall } from '../../../test/contract/signed.ts';
import { send } from '../../../test/contract/wire-client.ts';
import { latticeWorld, standingClock } from '../../../test/contract/world.ts';
import { systemClock } from '../../ports/system/clock.ts';
import { serveHttp } from '../../ports/system/http-server.ts';
import { WireError } from '../../ports/wire.ts';
import type { Wire } from '../../ports/wire.ts';
import { isRecord } from '../contract/validate.ts';
import { parseFaults } from './fault-words.ts';
import { createFaults } from './faults.ts';

const key = 'AKIDEXAMPLE';
const create = { method: 'POST', target: '/servicenetworks', body: '{"name":"net","clientToken":"once"}' };

suite('faults that an operator asks for', () => {
  test('lose an answer after the call took effect, so that its repetition finds it done', async () => {
    const { wire } = latticeWorld(standingClock());
    await ask(wire, { operation: 'CreateServiceNetwork', effect: 'loseAnswer', times: 1 });
    await assert.rejects(send(wire, key, create), WireError);
    assert.equal((await send(wire, key, create)).status, 201);
    assert.deepEqual(await calls(wire), [
      { operation: 'CreateServiceNetwork', changed: true, status: 0, fault: 'loseAnswer' },
      { operation: 'CreateServiceNetwork', changed: false, status: 201, fault: undefined },
    ]);
  });

  test('lose a request before it took effect', async () => {
    const { wire, region } = latticeWorld(standingClock());
    await ask(wire, { operation: 'CreateServiceNetwork', effect: 'loseRequest', times: 1 });
    await assert.rejects(send(wire, key, create), WireError);
    assert.equal(region.state().serviceNetworks.size, 0);
  });

  test('hit what has a name, or an id, and nothing else', async () => {
    const { wire, region } = latticeWorld(standingClock());
    for (const name of ['net', 'other']) {
      await send(wire, key, { ...create, body: JSON.stringify({ name }) });
    }
    const [net, other] = [...region.state().serviceNetworks.keys()];
    const read = async (id: string | undefined): Promise<unknown> =>
      (await send(wire, key, { method: 'GET', target: `/servicenetworks/${id}`, body: '' })).status;
    await ask(wire, { operation: 'GetServiceNetwork', effect: 'error', resource: 'net', times: 1 });
    assert.deepEqual([await read(other), await read(net), await read(net)], [200, 500, 200]);
    await ask(wire, { operation: '*', effect: 'throttle', resource: other ?? '' });
    assert.deepEqual([await read(net), await read(other)], [200, 429]);
  });

  test('answer late by the time asked for', async () => {
    const clock = standingClock();
    const { wire } = latticeWorld(clock);
    await ask(wire, { operation: '*', effect: 'delay', ms: 500 });
    let isAnswered = false;
    const answer = send(wire, key, create).then((reply) => {
      isAnswered = true;
      return reply;
    });
    await clock.advance(499);
    assert.equal(isAnswered, false);
    await clock.advance(1);
    assert.equal((await answer).status, 201);
  });

  test('tell the client when to come again', async () => {
    const { wire } = latticeWorld(standingClock());
    await ask(wire, { operation: '*', effect: 'throttle', retryAfterSeconds: 3 });
    const request = {
      method: 'GET',
      target: '/services',
      headers: signedCall({ method: 'GET', target: '/services' }, { accessKeyId: key }),
      body: new Uint8Array(),
    };
    const { status, headers } = await wire(request, new AbortController().signal);
    assert.deepEqual([status, headers['retry-after']], [429, '3']);
  });

  test('break the connection when an answer is lost over HTTP', async () => {
    const { wire, region } = latticeWorld(systemClock);
    const log = { debug: ignore, info: ignore, warn: ignore, error: assert.fail, with: () => log };
    const server = await serveHttp(wire, { host: '127.0.0.1', port: 0, log });
    try {
      await ask(wire, { operation: '*', effect: 'loseAnswer' });
      const call = { method: 'GET', target: '/services', headers: { host: new URL(server.url).host } };
      const headers = signedCall(call, { accessKeyId: key, now: Date.now() });
      await assert.rejects(fetch(`${server.url}/services`, { headers }));
    } finally {
      await server.close();
      region.close();
    }
  });

  test('hit a share of the calls', () => {
    const draws = [0.1, 0.6, 0.3];
    const faults = createFaults(
      () => draws.shift() ?? 0,
      [{ operation: '*', effect: { kind: 'error' }, share: 0.5 }],
    );
    const call = { operation: 'ListServices', account: '111111111111' };
    assert.deepEqual(
      [1, 2, 3].map(() => faults.take(call)?.kind),
      ['error', undefined, 'error'],
    );
  });

  test('are about one resource, by id or in an ARN', () => {
    const faults = createFaults(
      () => 0,
      [{ operation: 'GetService', effect: { kind: 'error' }, resource: 'svc-1' }],
    );
    const about = (resource: string): unknown =>
      faults.take({ operation: 'GetService', account: '111111111111', resource });
    assert.deepEqual(
      ['svc-1', 'arn:aws:vpc-lattice:us-west-2:1:service/svc-1', 'svc-2'].map(
        (each) => about(each) !== undefined,
      ),
      [true, true, false],
    );
  });
});

suite('faults on a command line', () => {
  test('name operation, effect, number and times', () => {
    assert.deepEqual(parseFaults('CreateService=throttle/2*3, *=delay/200,DeleteService@shop=failed*1'), [
      {
        kind: 'answer',
        fault: { operation: 'CreateService', effect: { kind: 'throttle', retryAfterSeconds: 2 }, times: 3 },
      },
      { kind: 'answer', fault: { operation: '*', effect: { kind: 'delay', ms: 200 } } },
      {
        kind: 'end',
        trouble: {
          operation: 'DeleteService',
          resource: 'shop',
          end: 'failed',
          failure: { code: 'InternalFailure', message: 'An operator asked for this failure.' },
          times: 1,
        },
      },
    ]);
  });

  test('that make no sense are named', () => {
    assert.match(complaint('CreateService'), /^CreateService is no fault; one looks like /);
    assert.match(complaint('CreateService=explode'), /"effect" is one of delay, .*, not "explode"/);
  });
});

function ignore(): void {}

function complaint(text: string): string {
  const read = parseFaults(text);
  return typeof read === 'string' ? read : '';
}

async function ask(wire: Wire, fault: Readonly<Record<string, unknown>>): Promise<void> {
  const { status, body } = await administer(wire, 'POST faults', fault);
  assert.equal(status, 204, JSON.stringify(body));
}

async function calls(wire: Wire): Promise<readonly unknown[]> {
  const { body } = await administer(wire, 'GET calls', {});
  assert.ok(isRecord(body) && Array.isArray(body['calls']));
  return body['calls'].map((call: unknown) => {
    assert.ok(isRecord(call));
    const { operation, changed, status, fault } = call;
    return { operation, changed, status, fault };
  });
}
