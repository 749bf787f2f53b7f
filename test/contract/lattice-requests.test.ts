import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire, WireRequest } from '../../src/ports/wire.ts';
import { send } from './wire-client.ts';
import { signedCall } from './signed.ts';
import { latticeWorld, quiet, standingClock } from './world.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { createLatticeApi } from '../../src/local/api/api.ts';

const key = 'AKIDEXAMPLE';

suite('requests that no client of AWS would send get an answer like that of AWS', () => {
  test('without a signature the call is refused before anything else is looked at', async () => {
    const { wire } = latticeWorld(standingClock());
    const reply = await bare(wire, { method: 'GET', target: '/services', headers: {} });
    assert.deepEqual(reply, {
      status: 403,
      type: 'MissingAuthenticationTokenException',
      body: { message: 'Missing Authentication Token' },
    });
  });

  test('a signature without a credential scope is incomplete', async () => {
    const { wire } = latticeWorld(standingClock());
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=key, SignedHeaders=host, Signature=0' };
    const reply = await bare(wire, { method: 'GET', target: '/services', headers });
    assert.equal(reply.status, 400);
    assert.equal(reply.type, 'IncompleteSignatureException');
  });

  test('a credential for another region or service is refused and says which ones there are', async () => {
    const { wire } = latticeWorld(standingClock());
    for (const [scope, word] of [
      ['eu-west-1/vpc-lattice', 'us-west-2'],
      ['us-west-2/s3', "'vpc-lattice'"],
    ] as const) {
      const [region = '', service = ''] = scope.split('/');
      const call = { method: 'GET', target: '/services' };
      const headers = signedCall(call, { accessKeyId: key, region, service });
      const reply = await bare(wire, { ...call, headers });
      assert.equal(reply.type, 'InvalidSignatureException');
      assert.ok(JSON.stringify(reply.body).includes(word));
    }
  });

  test('regions of one process have nothing in common', async () => {
    const clock = standingClock();
    const one = latticeWorld(clock).region;
    const other = latticeWorld(clock, { region: 'eu-west-1' }).region;
    const wire = createLatticeApi([one, other], { clock, random: seededRandom(2), log: quiet });
    const post = async (region: string) => {
      const call = { method: 'POST', target: '/servicenetworks', body: '{"name":"net"}' };
      const headers = signedCall(call, { accessKeyId: key, region });
      const request = { ...call, headers, body: Buffer.from(call.body) };
      return (await wire(request, new AbortController().signal)).status;
    };
    assert.deepEqual(
      [await post('us-west-2'), await post('us-west-2'), await post('eu-west-1')],
      [201, 409, 201],
    );
    const arns = [one, other].map((region) => [...region.state().serviceNetworks.values()][0]?.arn);
    assert.match(arns.join(' '), /:us-west-2:\d+:servicenetwork\/\S+ .*:eu-west-1:\d+:servicenetwork\//);
  });

  test('a path of no operation is unknown', async () => {
    const { wire } = latticeWorld(standingClock());
    for (const target of [
      '/',
      '/service',
      '/services/',
      '/services/a/b',
      '/services/svc/listeners/l/rules/r/x',
    ]) {
      const reply = await send(wire, key, { method: 'GET', target, body: '' });
      assert.equal(reply.status, 404, target);
      assert.equal(reply.error, 'UnknownOperationException');
    }
  });

  for (const [what, target, body] of [
    ['JSON that ends early', '/services', '{"name":'],
    ['JSON that is no object', '/services', '[]'],
    ['a member of the wrong type', '/services', '{"name":7}'],
    ['text where a number belongs', '/services', '{"name":"shop","idleTimeoutSeconds":"60"}'],
    ['a query that is not percent-encoded', '/services?maxResults=%zz', ''],
    ['a number that is none', '/services?maxResults=ten', ''],
    ['a label that is not percent-encoded', '/services/%ff', ''],
  ] as const) {
    test(`${what} cannot be parsed`, async () => {
      const { wire } = latticeWorld(standingClock());
      const reply = await send(wire, key, { method: body === '' ? 'GET' : 'POST', target, body });
      assert.equal(reply.status, 400);
      assert.equal(reply.error, 'ValidationException');
      assert.ok(JSON.stringify(reply.body).includes('"reason":"cannotParse"'), JSON.stringify(reply.body));
    });
  }

  test('a body of eleven megabytes is too large', async () => {
    const { wire } = latticeWorld(standingClock());
    const body = JSON.stringify({ name: 'x'.repeat(11 * 1024 * 1024) });
    const reply = await send(wire, key, { method: 'POST', target: '/services', body });
    assert.deepEqual([reply.status, reply.error], [413, 'RequestEntityTooLargeException']);
  });

  test('a body just below that is refused in few words', async () => {
    const { wire } = latticeWorld(standingClock());
    const body = JSON.stringify({ name: 'x'.repeat(9 * 1024 * 1024) });
    const reply = await send(wire, key, { method: 'POST', target: '/services', body });
    assert.equal(reply.error, 'ValidationException');
    assert.ok(JSON.stringify(reply.body).length < 1_000);
  });

  test('a union with no member or with two is refused', async () => {
    const { wire } = latticeWorld(standingClock());
    for (const action of ['{}', '{"fixedResponse":{"statusCode":404},"forward":{"targetGroups":[]}}']) {
      const body = `{"name":"http","protocol":"HTTP","defaultAction":${action}}`;
      const target = '/services/svc-00000000000000000/listeners';
      const reply = await send(wire, key, { method: 'POST', target, body });
      assert.equal(reply.error, 'ValidationException');
      assert.match(JSON.stringify(reply.body), /at 'defaultAction' .* exactly one of: /);
    }
  });

  test('members that nobody knows, and nulls, are passed over', async () => {
    const { wire } = latticeWorld(standingClock());
    const body = '{"name":"net","authType":null,"colour":"green"}';
    const reply = await send(wire, key, { method: 'POST', target: '/servicenetworks', body });
    assert.equal(reply.status, 201);
  });

  test('an answer carries a request id, and a 204 has no body', async () => {
    const { wire } = latticeWorld(standingClock());
    const created = await send(wire, key, {
      method: 'POST',
      target: '/servicenetworks',
      body: '{"name":"net"}',
    });
    const { id } = idOf(created.body);
    const deletion = { method: 'DELETE', target: `/servicenetworks/${id}` };
    const headers = signedCall(deletion, { accessKeyId: key });
    const response = await wire(
      { ...deletion, headers, body: new Uint8Array() },
      new AbortController().signal,
    );
    assert.equal(response.status, 204);
    assert.match(response.headers['x-amzn-requestid'] ?? '', /^[0-9a-f-]{36}$/);
    assert.equal((await bytesOf(response.body)).length, 0);
  });
});

suite('the admin paths', () => {
  test('show every call with what it changed, and forget them when told', async () => {
    const { wire } = latticeWorld(standingClock());
    const create = {
      method: 'POST',
      target: '/servicenetworks',
      body: '{"name":"net","clientToken":"once"}',
    };
    const { id } = idOf((await send(wire, key, create)).body);
    await send(wire, key, create);
    await send(wire, key, { method: 'GET', target: '/services/svc-00000000000000000', body: '' });
    const { body } = await bare(wire, { method: 'GET', target: '/_trellis/calls', headers: {} });
    const all = callsIn(body);
    const caller = 'arn:aws:iam::000000000000:user/AKIDEXAMPLE';
    for (const call of all) {
      assert.deepEqual([call['service'], call['caller']], ['vpc-lattice', caller]);
      assert.equal(typeof call['durationMs'], 'number');
    }
    const calls = all.map(({ operation, resource, mutating, changed, status }) => ({
      operation,
      resource,
      mutating,
      changed,
      status,
    }));
    assert.deepEqual(calls, [
      { operation: 'CreateServiceNetwork', resource: id, mutating: true, changed: true, status: 201 },
      { operation: 'CreateServiceNetwork', resource: id, mutating: true, changed: false, status: 201 },
      {
        operation: 'GetService',
        resource: 'svc-00000000000000000',
        mutating: false,
        changed: false,
        status: 404,
      },
    ]);
    await bare(wire, { method: 'DELETE', target: '/_trellis/calls', headers: {} });
    const after = await bare(wire, { method: 'GET', target: '/_trellis/calls', headers: {} });
    assert.deepEqual(after.body, { calls: [] });
  });

  test('change a quota for everybody or for one account, and refuse one that does not exist', async () => {
    const { wire } = latticeWorld(standingClock());
    const put = async (json: object): Promise<unknown> =>
      (await send(wire, key, { method: 'PUT', target: '/_trellis/quotas', body: JSON.stringify(json) }))
        .status;
    const create = async (name: string, account: string): Promise<unknown> => {
      const body = JSON.stringify({ name });
      return (await send(wire, account, { method: 'POST', target: '/servicenetworks', body })).status;
    };
    const [rich, poor] = ['111111111111', '222222222222'] as const;
    assert.equal(await put({ values: { 'L-9CAD07FB': 0 } }), 200);
    assert.equal(await put({ values: { 'L-9CAD07FB': 1 }, account: rich }), 200);
    assert.deepEqual(
      await Promise.all([create('one', rich), create('two', rich), create('one', poor)]),
      [201, 402, 402],
    );
    assert.equal(await put({ values: { 'L-00000000': 1 } }), 400);
  });

  test('give the state away, and take it back in another process', async () => {
    const first = latticeWorld(standingClock());
    await send(first.wire, key, { method: 'POST', target: '/services', body: '{"name":"shop"}' });
    const { body } = await bare(first.wire, { method: 'GET', target: '/_trellis/export', headers: {} });
    const second = latticeWorld(standingClock());
    await send(second.wire, key, { method: 'POST', target: '/services', body: '{"name":"other"}' });
    await send(second.wire, key, { method: 'POST', target: '/servicenetworks', body: '{"name":"net"}' });
    const put = { method: 'PUT', target: '/_trellis/import', body: JSON.stringify(body) };
    assert.equal((await send(second.wire, key, put)).status, 204);
    const list = { method: 'GET', target: '/services', body: '' };
    const [left, right] = await Promise.all([send(first.wire, key, list), send(second.wire, key, list)]);
    assert.match(JSON.stringify(left.body), /"name":"shop"/);
    assert.deepEqual(right.body, left.body);
    assert.equal(second.region.state().serviceNetworks.size, 0);
    const again = { method: 'POST', target: '/services', body: '{"name":"shop"}' };
    assert.equal((await send(second.wire, key, again)).error, 'ConflictException');
  });

  for (const [what, body, complaint] of [
    ['that is no JSON', '{"regions":', /The body is what GET export gave/],
    ['that is something else', '[1,2]', /The body is what GET export gave/],
    ['of another version', '{"regions":[{"format":"trellis-lattice-state/0"}]}', /of this version/],
    [
      'of another region',
      (state: string) => state.replaceAll('us-west-2', 'eu-west-1'),
      /There is no region eu-west-1 here; there are us-west-2/,
    ],
    ['that lost a table', (state: string) => state.replace('"services"', '"servicez"'), /it has no services/],
  ] as const) {
    test(`take nothing back ${what}, and leave what is there`, async () => {
      const { wire, region } = latticeWorld(standingClock());
      await send(wire, key, { method: 'POST', target: '/services', body: '{"name":"shop"}' });
      const before = region.state();
      const exported = await bare(wire, { method: 'GET', target: '/_trellis/export', headers: {} });
      const given = typeof body === 'string' ? body : body(JSON.stringify(exported.body));
      const reply = await send(wire, key, { method: 'PUT', target: '/_trellis/import', body: given });
      assert.equal(reply.status, 400);
      assert.match(JSON.stringify(reply.body), complaint);
      assert.equal(region.state(), before);
    });
  }

  test('show the state as JSON', async () => {
    const { wire } = latticeWorld(standingClock());
    await send(wire, key, { method: 'POST', target: '/servicenetworks', body: '{"name":"net"}' });
    const { body } = await bare(wire, { method: 'GET', target: '/_trellis/state', headers: {} });
    assert.match(JSON.stringify(body), /"serviceNetworks":\{"sn-[0-9a-f]{17}":\{"id":"sn-[0-9a-f]{17}"/);
  });
});

interface BareReply {
  readonly status: number;
  readonly type?: string;
  readonly body: unknown;
}

async function bare(wire: Wire, request: Omit<WireRequest, 'body'>): Promise<BareReply> {
  const response = await wire({ ...request, body: new Uint8Array() }, new AbortController().signal);
  const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  const type = response.headers['x-amzn-errortype'];
  return { status: response.status, ...(type === undefined ? {} : { type }), body };
}

function idOf(body: unknown): { readonly id: string } {
  assert.ok(typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string');
  return { id: body.id };
}

function callsIn(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  assert.ok(typeof body === 'object' && body !== null && 'calls' in body && Array.isArray(body.calls));
  return body.calls.map((call: unknown) => {
    assert.ok(typeof call === 'object' && call !== null);
    return { ...call };
  });
}
