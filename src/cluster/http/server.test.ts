import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../../test/simulation/seeded-random.ts';
import { virtualTime } from '../../../test/simulation/virtual-clock.ts';
import type { VirtualTime } from '../../../test/simulation/virtual-clock.ts';
import { systemLog } from '../../ports/system/log.ts';
import { bytesOf } from '../../ports/wire.ts';
import type { Wire } from '../../ports/wire.ts';
import { createApiServer } from '../api-server.ts';
import { isObject, listAt, numberAt, textAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';

interface World {
  readonly time: VirtualTime;
  readonly wire: Wire;
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
}

interface Reply {
  readonly status: number;
  readonly body: JsonObject;
  readonly text: string;
}

function world(options: { readonly token?: string; readonly seed?: number } = {}): World {
  const random = seededRandom(options.seed ?? 1);
  const time = virtualTime(random);
  const token = options.token === undefined ? {} : { token: options.token };
  const { wire } = createApiServer({
    clock: time.clock(),
    random,
    log: systemLog('silent', 'test'),
    ...token,
  });
  const ask: World['ask'] = async (method, path, body, headers = {}) => {
    const sent = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const request = {
      method,
      target: path,
      headers: { 'content-type': 'application/json', ...headers },
      body: Buffer.from(sent),
    };
    const response = await wire(request, new AbortController().signal);
    const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
    return { status: response.status, text, body: text.startsWith('{') ? objectIn(text) : {} };
  };
  return { time, wire, ask };
}

function objectIn(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : {};
}

const maps = '/api/v1/namespaces/default/configmaps';

function map(name: string, labels: Readonly<Record<string, string>> = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } };
}

/** What a watch says until it ends, as `TYPE name`. */
async function watched(
  { wire }: World,
  query: string,
  stop = new AbortController(),
): Promise<readonly string[]> {
  const request = { method: 'GET', target: `${maps}?watch=1&${query}`, headers: {}, body: new Uint8Array() };
  const response = await wire(request, stop.signal);
  const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const event = objectIn(line);
      return `${textAt(event, 'type')} ${textAt(event, 'object', 'metadata', 'name')}`.trim();
    });
}

function metadataAs(name: string): Readonly<Record<string, string>> {
  const as = `as=${name};g=meta.k8s.io;v=v1`;
  return { accept: `application/vnd.kubernetes.protobuf;${as},application/json;${as},application/json` };
}

describe('watching', () => {
  test('gives metadata alone to who asks for that, in lists, objects and events', async () => {
    const here = world();
    await here.ask('POST', maps, { ...map('a'), data: { x: 'y' } });
    const { body: list } = await here.ask('GET', maps, undefined, metadataAs('PartialObjectMetadataList'));
    const { body: one } = await here.ask('GET', `${maps}/a`, undefined, metadataAs('PartialObjectMetadata'));
    const { text } = await here.time.run(
      here.ask('GET', `${maps}?watch=1&timeoutSeconds=1`, undefined, metadataAs('PartialObjectMetadata')),
    );
    assert.equal(textAt(list, 'kind'), 'PartialObjectMetadataList');
    assert.deepEqual(listAt(list, 'items'), [one]);
    assert.deepEqual(Object.keys(one), ['kind', 'apiVersion', 'metadata']);
    assert.deepEqual(objectIn(text), { type: 'ADDED', object: one });
  });

  test('begins with what is there, and follows what changes', async () => {
    const here = world();
    await here.ask('POST', maps, map('a'));
    const watching = watched(here, 'timeoutSeconds=10');
    await here.time.pass(1000);
    await here.ask(
      'PATCH',
      `${maps}/a`,
      { data: { x: 'y' } },
      { 'content-type': 'application/merge-patch+json' },
    );
    await here.ask('POST', maps, map('b'));
    await here.ask('DELETE', `${maps}/a`);
    assert.deepEqual(await here.time.run(watching), ['ADDED a', 'MODIFIED a', 'ADDED b', 'DELETED a']);
    assert.equal(here.time.elapsed, 10_000);
  });

  test('shows what a selector chooses: an object that leaves it is deleted, one that enters is added', async () => {
    const here = world();
    const from = (await here.ask('POST', maps, map('a', { on: 'yes' }))).body;
    const version = textAt(from, 'metadata', 'resourceVersion');
    const watching = watched(here, `labelSelector=on%3Dyes&timeoutSeconds=5&resourceVersion=${version}`);
    for (const on of ['no', 'yes', 'no']) {
      const patch = { metadata: { labels: { on } } };
      await here.ask('PATCH', `${maps}/a`, patch, { 'content-type': 'application/merge-patch+json' });
    }
    assert.deepEqual(await here.time.run(watching), ['DELETED a', 'ADDED a', 'DELETED a']);
  });

  test('gives bookmarks to those who ask, once a minute and at the end of a list', async () => {
    const here = world();
    await here.ask('POST', maps, map('a'));
    const list =
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=150';
    assert.deepEqual(await here.time.run(watched(here, list)), [
      'ADDED a',
      'BOOKMARK',
      'BOOKMARK',
      'BOOKMARK',
    ]);
  });

  test('ends when its client goes', async () => {
    const here = world();
    const stop = new AbortController();
    const watching = watched(here, '', stop);
    here.time.schedule(2500, () => stop.abort(new Error('gone')));
    assert.deepEqual(await here.time.run(watching), []);
    assert.equal(here.time.elapsed, 2500);
  });

  test('refuses to begin in the future', async () => {
    const { status, body } = await world().ask('GET', `${maps}?watch=1&resourceVersion=99999`);
    assert.equal(status, 504);
    assert.match(textAt(body, 'message'), /Too large resource version: 99999/u);
  });
});

describe('lists', () => {
  test('go on page by page from the revision they began with', async () => {
    const here = world();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await here.ask('POST', maps, map(name));
    const first = (await here.ask('GET', `${maps}?limit=2`)).body;
    assert.equal(numberAt(first, 'metadata', 'remainingItemCount'), 3);
    await here.ask('DELETE', `${maps}/d`);
    await here.ask('POST', maps, map('bb'));
    const names: string[] = [];
    let page = first;
    for (;;) {
      names.push(...listAt(page, 'items').map((item) => textAt(item, 'metadata', 'name')));
      const next = textAt(page, 'metadata', 'continue');
      if (next === '') break;
      page = (await here.ask('GET', `${maps}?limit=2&continue=${next}`)).body;
    }
    assert.deepEqual(names, ['a', 'b', 'c', 'd', 'e']);
  });
});

describe('what should not have been sent', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const bodies: Readonly<Record<string, readonly [body: string, type: string]>> = {
    'half a document': ['{"apiVersion": "v1", ', 'application/json'],
    'no JSON': ['<xml/>', 'application/json'],
    'a number': ['5', 'application/json'],
    'a deep list': [deep, 'application/json'],
    'a deep object': [`{"kind":"ConfigMap","apiVersion":"v1","x":${deep}}`, 'application/json'],
    'deep YAML': ['['.repeat(20_000), 'application/yaml'],
    'YAML that grows': [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key, at) => `${key}: &${key} [${`*${'abcdefg'[at]},`.repeat(9)}]`).join('\n')}`,
      'application/yaml',
    ],
    'no YAML': ['a: [b', 'application/yaml'],
    'no protobuf': ['k8s\0\xff\xff\xff', 'application/vnd.kubernetes.protobuf'],
    'a wrong type everywhere': ['{"kind":5,"apiVersion":[],"metadata":"x"}', 'application/json'],
    'a wrong metadata': ['{"kind":"ConfigMap","apiVersion":"v1","metadata":[]}', 'application/json'],
    'wrong labels': [
      '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","labels":[1]}}',
      'application/json',
    ],
    'another type': ['{}', 'text/html'],
  };
  for (const [what, [body, type]] of Object.entries(bodies)) {
    test(`${what} is refused with a Status`, async () => {
      const here = world();
      for (const [method, path] of [
        ['POST', maps],
        ['PUT', `${maps}/a`],
      ] as const) {
        const reply = await here.ask(method, path, body, { 'content-type': type });
        assert.ok(
          reply.status >= 400 && reply.status < 500,
          `${method}: ${reply.status} ${reply.text.slice(0, 200)}`,
        );
        assert.equal(textAt(reply.body, 'kind'), 'Status');
      }
    });
  }

  const patches = [
    '{',
    '5',
    '[]',
    '[5]',
    '[{"op":"add"}]',
    '{"metadata":5}',
    '{"metadata":{"labels":[]}}',
    '{"__proto__":{"x":1}}',
    deep,
  ];
  for (const type of [
    'json-patch+json',
    'merge-patch+json',
    'strategic-merge-patch+json',
    'apply-patch+yaml',
  ]) {
    test(`${type} that is none never breaks the server`, async () => {
      const here = world();
      await here.ask('POST', maps, map('a'));
      for (const patch of patches) {
        const reply = await here.ask('PATCH', `${maps}/a?fieldManager=m`, patch, {
          'content-type': `application/${type}`,
        });
        assert.ok(reply.status < 500, `${patch.slice(0, 40)}: ${reply.status} ${reply.text.slice(0, 200)}`);
      }
      assert.equal((await here.ask('GET', `${maps}/a`)).status, 200);
      assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
    });
  }

  const paths = [
    '/api/v1/namespaces/default/configmaps/..%2f..%2fsecrets',
    '/api/v1/namespaces/%2e%2e/configmaps',
    '/api/v1/namespaces/default/configmaps/%ff',
    '/api/v1/namespaces/default/configmaps/a%00b',
    '/api/v1//namespaces',
    '//',
    '/apis/__proto__/v1/x',
    '/api/v1/constructor',
    '/openapi/v3/apis/__proto__/v1',
  ];
  for (const path of paths) {
    test(`GET ${path} leads nowhere`, async () => {
      const { status } = await world().ask('GET', path);
      assert.ok(status >= 400 && status < 500, String(status));
    });
  }

  test('a client without the token is not let in', async () => {
    const here = world({ token: 'secret' });
    const { status, body } = await here.ask('GET', '/api/v1/namespaces');
    assert.deepEqual([status, textAt(body, 'reason')], [401, 'Unauthorized']);
    const right = await here.ask('GET', '/api/v1/namespaces', undefined, { authorization: 'Bearer secret' });
    assert.equal(right.status, 200);
  });
});

/** A field of a protobuf message that has a length. */
function field(number: number, ...content: readonly (string | number)[]): readonly number[] {
  const bytes = content.flatMap((one) => (typeof one === 'string' ? [...Buffer.from(one)] : [one]));
  return [(number << 3) | 2, bytes.length, ...bytes];
}

describe('protobuf', () => {
  test('a namespace as kubectl sends it is created', async () => {
    const here = world();
    const metadata = field(1, ...field(1, 'shop'), ...field(2), ...field(8));
    const envelope = [
      ...field(1, ...field(1, 'v1'), ...field(2, 'Namespace')),
      ...field(2, ...metadata, ...field(2), ...field(3, ...field(1))),
    ];
    const body = Buffer.from([0x6b, 0x38, 0x73, 0, ...envelope]);
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    const request = { method: 'POST', target: '/api/v1/namespaces', headers, body };
    const response = await here.wire(request, new AbortController().signal);
    assert.equal(response.status, 201);
    const { body: made } = await here.ask('GET', '/api/v1/namespaces/shop');
    assert.equal(textAt(made, 'status', 'phase'), 'Active');
  });
});

test('the same seed gives the same bytes', async () => {
  assert.deepEqual(await toldFrom(7), await toldFrom(7));
});

async function toldFrom(seed: number): Promise<readonly string[]> {
  const here = world({ seed });
  const texts = [(await here.ask('POST', maps, { ...map('x'), metadata: { generateName: 'x-' } })).text];
  await here.time.pass(90_000);
  for (const path of [maps, '/api/v1/services', '/apis', '/openapi/v3'])
    texts.push((await here.ask('GET', path)).text);
  return texts;
}
