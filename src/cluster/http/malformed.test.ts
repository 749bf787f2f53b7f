/** What strangers send: refused with the right Status, nothing of it kept, nothing lost. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { systemClock } from '../../ports/system/clock.ts';
import { serveHttp } from '../../ports/system/http-server.ts';
import { systemLog } from '../../ports/system/log.ts';
import { systemRandom } from '../../ports/system/random.ts';
import { bytesOf } from '../../ports/wire.ts';
import { createApiServer } from '../api-server.ts';
import { isObject, textAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import { duplicateFields } from './duplicate-fields.ts';

const log = systemLog('silent', 'test');
const api = createApiServer({ clock: systemClock, random: systemRandom, log, token: 'right' });
const maps = '/api/v1/namespaces/default/configmaps';
const json = 'application/json';

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string;
  readonly body?: string | Uint8Array;
}

async function send(sent: Sent): Promise<{ readonly code: number; readonly body: JsonObject }> {
  const { method = 'POST', path = maps, type = json, accept = '*/*', token = 'right', body = '' } = sent;
  const headers = { 'content-type': type, accept, authorization: `Bearer ${token}` };
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const response = await api.wire(
    { method, target: path, headers, body: bytes },
    new AbortController().signal,
  );
  const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
  const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : { message: text };
  return { code: response.status, body: isObject(parsed) ? parsed : {} };
}

const map = (data: unknown, name = 'x'): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
const pod = (prefix: string, depth: number): string => `${prefix.repeat(depth)}1${'}'.repeat(depth)}`;

interface Refusal extends Sent {
  readonly code: number;
  readonly says: RegExp;
}

const refusals: Readonly<Record<string, Refusal>> = {
  'a body of ten megabytes': {
    body: map({ a: 'x'.repeat(1e7) }),
    code: 413,
    says: /^Request entity too large: limit is 3145728$/u,
  },
  'a ConfigMap of more than a megabyte': {
    body: map({ a: 'x'.repeat(1048577) }),
    code: 422,
    says: /\[\]: Too long: may not be more than 1048576 bytes/u,
  },
  'a ConfigMap that is too large in bytes only': {
    body: map({ a: 'é'.repeat(600_000) }),
    code: 422,
    says: /Too long/u,
  },
  'lists in lists without end': { body: '['.repeat(1e6), code: 400, says: /json parse error/u },
  'objects in objects': {
    body: `{"apiVersion":"v1","kind":"ConfigMap","data":${pod('{"a":', 1e5)}}`,
    code: 400,
    says: /nested too deeply/u,
  },
  'YAML in brackets without end': {
    body: `a: ${'['.repeat(1e5)}`,
    type: 'application/yaml',
    code: 400,
    says: /exceeded max depth/u,
  },
  'YAML whose aliases explode': {
    body: [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map(
          (name, at) =>
            `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'.charAt(at)}`).join()}]`,
        ),
    ].join('\n'),
    type: 'application/yaml',
    code: 400,
    says: /Excessive alias count/u,
  },
  'a label called __proto__': {
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","labels":{"__proto__":"y"}}}',
    code: 422,
    says: /Invalid value: \\?"__proto__\\?"/u,
  },
  'text that is no JSON': { body: '{"kind":', code: 400, says: /unexpected end of JSON input/u },
  'bytes that are no text': {
    body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    code: 400,
    says: /invalid character/u,
  },
  'a type that nobody reads': {
    body: map({}),
    type: 'multipart/form-data; boundary=x',
    code: 415,
    says: /accepted media types include/u,
  },
  'protobuf that is none': {
    body: Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(1000, 0xff)]),
    type: 'application/vnd.kubernetes.protobuf',
    code: 400,
    says: /protobuf/u,
  },
  'protobuf that nests without end': {
    body: Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(100_000, 0x0a)]),
    type: 'application/vnd.kubernetes.protobuf',
    code: 400,
    says: /protobuf/u,
  },
  'a wish for HTML': { method: 'GET', accept: 'text/html', code: 406, says: /^406: Not Acceptable/u },
  'a wrong token': { method: 'GET', token: 'wrong', code: 401, says: /^Unauthorized$/u },
  'a path out of the namespace': {
    method: 'GET',
    path: `${maps}/..%2f..%2fsecrets`,
    code: 400,
    says: /invalid resource name/u,
  },
  'a path with dots': {
    method: 'GET',
    path: '/api/v1/namespaces/default/../../nodes',
    code: 400,
    says: /invalid resource name/u,
  },
  'a path with a null': { method: 'GET', path: `${maps}/a%00b`, code: 400, says: /invalid resource name/u },
  'a path that cannot be decoded': {
    method: 'GET',
    path: `${maps}/%ff%zz`,
    code: 400,
    says: /invalid URL escape/u,
  },
  'a name that is a path': { body: map({}, '../../etc'), code: 422, says: /metadata\.name: Invalid value/u },
  'a resource called __proto__': {
    method: 'GET',
    path: '/api/v1/__proto__',
    code: 404,
    says: /could not find the requested resource/u,
  },
  'a group called constructor': {
    method: 'GET',
    path: '/apis/constructor/v1/toString',
    code: 404,
    says: /404 page not found/u,
  },
  'a token to go on with that is none': {
    method: 'GET',
    path: `${maps}?limit=1&continue=junk`,
    code: 400,
    says: /continue key is not valid/u,
  },
  'a patch of too many operations': {
    method: 'PATCH',
    path: `${maps}/kept`,
    type: 'application/json-patch+json',
    body: JSON.stringify(
      Array.from({ length: 10_001 }, (_, at) => ({ op: 'add', path: `/data/k${at}`, value: '1' })),
    ),
    code: 400,
    says: /allowed maximum operations in a JSON patch is 10000/u,
  },
  'a document that says a field twice, strictly': {
    body: map({}).replace('"data":{}', '"data":{"a":"1","a":"2"}'),
    path: `${maps}?fieldValidation=Strict`,
    code: 400,
    says: /strict decoding error: duplicate field "data\.a"$/u,
  },
};

describe('malformed input', () => {
  for (const [what, { code, says, ...sent }] of Object.entries(refusals)) {
    test(`${what} is answered with ${code}`, async () => {
      await send({ body: map({ is: 'safe' }, 'kept') });
      const revision = api.revision();
      const { code: got, body } = await send(sent);
      assert.equal(got, code, JSON.stringify(body).slice(0, 500));
      assert.match(textAt(body, 'message'), says);
      assert.equal(api.revision(), revision);
      assert.equal(textAt((await send({ method: 'GET', path: `${maps}/kept` })).body, 'data', 'is'), 'safe');
    });
  }

  test('keys that mean something to JavaScript are only keys, in every sort of write', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    await send({
      body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"p"},"data":{"__proto__":"1","constructor":"2"}}',
    });
    const writes = [
      {
        type: 'application/merge-patch+json',
        body: '{"data":{"__proto__":"3"},"__proto__":{"polluted":"1"}}',
      },
      {
        type: 'application/strategic-merge-patch+json',
        body: '{"data":{"__proto__":"4"},"__proto__":{"polluted":"1"}}',
      },
      { type: 'application/json-patch+json', body: '[{"op":"add","path":"/data/__proto__","value":"5"}]' },
    ];
    for (const write of writes)
      assert.equal((await send({ method: 'PATCH', path: `${maps}/p`, ...write })).code, 200);
    const { body } = await send({ method: 'GET', path: `${maps}/p` });
    assert.deepEqual(
      Object.entries(body['data'] ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      [
        ['__proto__', '5'],
        ['constructor', '2'],
      ],
    );
    assert.equal(Object.getOwnPropertyNames(Object.prototype).length, before);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  });

  test('fields given twice are found wherever they are, and texts that look like them are not', () => {
    const text = String.raw`{"a":{"b":[{"c":1,"c":2},{"c":"{\"c\":1,"}],"b":3},"a":null,"x,\"a\"":"\\"}`;
    assert.deepEqual(duplicateFields(text), ['a.b[0].c', 'a.b', 'a']);
  });

  test(
    'clients that never finish what they say are let go, and disturb nobody',
    { timeout: 40_000 },
    async () => {
      const server = await serveHttp(api.wire, { host: '127.0.0.1', port: 0, log, patience: 500 });
      const closed: Promise<void>[] = [];
      const trickles: NodeJS.Timeout[] = [];
      for (let count = 0; count < 20; count += 1) {
        const socket = connect(server.port, '127.0.0.1', () =>
          socket.write('GET /healthz HTTP/1.1\r\nhost: a\r\n'),
        );
        socket.on('error', () => undefined).resume();
        trickles.push(setInterval(() => socket.write('x: y\r\n'), 100));
        closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
      }
      const response = await fetch(`${server.url}/readyz`, { headers: { authorization: 'Bearer right' } });
      assert.equal(await response.text(), 'ok');
      await Promise.all(closed);
      for (const trickle of trickles) clearInterval(trickle);
      await server.close();
    },
  );
});
