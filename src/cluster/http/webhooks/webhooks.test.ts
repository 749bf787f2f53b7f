import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, test } from 'node:test';
import { systemClock } from '../../../ports/system/clock.ts';
import { systemLog } from '../../../ports/system/log.ts';
import { systemRandom } from '../../../ports/system/random.ts';
import { bytesOf } from '../../../ports/wire.ts';
import { createApiServer } from '../../api-server.ts';
import type { ApiServer } from '../../api-server.ts';
import { isObject, listAt, objectAt, textAt } from '../../schema/json.ts';
import type { Json, JsonObject } from '../../schema/json.ts';

/** What a webhook of a test answers to a request, after the uid; a text is no JSON at all. */
type Behaviour = (request: JsonObject) => Promise<JsonObject | string>;

interface Sent {
  readonly code: number;
  readonly body: JsonObject;
  readonly warning: string;
}

interface World {
  readonly api: ApiServer;
  readonly asked: JsonObject[];
  readonly send: (method: string, path: string, body?: Json) => Promise<Sent>;
  /** Registers a webhook for the pods and ConfigMaps of everybody, unless told. */
  readonly register: (sort: 'Mutating' | 'Validating', hook?: JsonObject) => Promise<void>;
}

function world(behaviour: Behaviour): World {
  const asked: JsonObject[] = [];
  const api = createApiServer({
    clock: systemClock,
    random: systemRandom,
    log: systemLog('silent', 'test'),
    openWire: () => async (message, signal) => {
      const review: unknown = JSON.parse(Buffer.from(message.body).toString('utf8'));
      const request = isObject(review) ? objectAt(review, 'request') : {};
      asked.push(request);
      const gone = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('gone')));
      });
      const answer = await Promise.race([behaviour(request), gone]);
      const body =
        typeof answer === 'string'
          ? answer
          : JSON.stringify({
              apiVersion: 'admission.k8s.io/v1',
              kind: 'AdmissionReview',
              response: { uid: textAt(request, 'uid'), ...answer },
            });
      return { status: 200, headers: {}, body: Buffer.from(body) };
    },
  });
  const send: World['send'] = async (method, path, body) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const response = await api.wire(
      {
        method,
        target: path,
        headers: { 'content-type': type },
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      },
      new AbortController().signal,
    );
    const parsed: unknown = JSON.parse(Buffer.from(await bytesOf(response.body)).toString('utf8'));
    return {
      code: response.status,
      body: isObject(parsed) ? parsed : {},
      warning: response.headers['warning'] ?? '',
    };
  };
  let count = 0;
  return {
    api,
    asked,
    send,
    register: async (sort, hook = {}) => {
      count += 1;
      const { code, body } = await send(
        'POST',
        `/apis/admissionregistration.k8s.io/v1/${sort.toLowerCase()}webhookconfigurations`,
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: `${sort}WebhookConfiguration`,
          metadata: { name: `hooks-${count}` },
          webhooks: [
            {
              name: 'look.example.com',
              clientConfig: { url: 'https://127.0.0.1:9443/look' },
              rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
              admissionReviewVersions: ['v1'],
              sideEffects: 'None',
              ...hook,
            },
          ],
        },
      );
      assert.equal(code, 201, textAt(body, 'message'));
    },
  };
}

const maps = '/api/v1/namespaces/default/configmaps';
const map = (name: string, data: JsonObject = {}, labels: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data,
});
const allow: Behaviour = async () => ({ allowed: true });
const patch = (...operations: readonly JsonObject[]): JsonObject => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
});

const nameRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

async function noRace(): Promise<void> {
  // Nobody else writes.
}

describe('admission webhooks', () => {
  test('a mutating one changes what is kept, and sees the object with its presets', async () => {
    const { send, register, asked } = world(async () =>
      patch({ op: 'add', path: '/data/added', value: 'yes' }),
    );
    await register('Mutating');
    const { code, body } = await send('POST', maps, map('a', { given: '1' }));
    assert.deepEqual([code, body['data']], [201, { given: '1', added: 'yes' }]);
    const [request = {}] = asked;
    assert.deepEqual(
      [request['operation'], request['namespace'], request['name'], request['dryRun'], request['oldObject']],
      ['CREATE', 'default', 'a', false, null],
    );
    assert.deepEqual(request['resource'], { group: '', version: 'v1', resource: 'configmaps' });
    assert.equal(textAt(request, 'options', 'kind'), 'CreateOptions');
  });

  test('a validating one refuses in its own words, and what it refuses is not kept', async () => {
    const { send, register } = world(async () => ({
      allowed: false,
      status: { message: 'not today', code: 403, reason: 'Forbidden' },
    }));
    await register('Validating');
    const { code, body } = await send('POST', maps, map('a'));
    assert.equal(code, 403);
    assert.equal(body['message'], 'admission webhook "look.example.com" denied the request: not today');
    assert.equal((await send('GET', `${maps}/a`)).code, 404);
  });

  test('a refusal without a word is still a refusal', async () => {
    const { send, register } = world(async () => ({ allowed: false }));
    await register('Validating');
    const { code, body } = await send('POST', maps, map('a'));
    assert.deepEqual(
      [code, body['message']],
      [400, 'admission webhook "look.example.com" denied the request without explanation'],
    );
  });

  test('updates and deletions are asked about with what was, and warnings reach the writer', async () => {
    const { send, register, asked } = world(async () => ({ allowed: true, warnings: ['mind the gap'] }));
    await send('POST', maps, map('a', { x: '1' }));
    await register('Validating');
    const updated = await send('PATCH', `${maps}/a`, { data: { x: '2' } });
    assert.equal(updated.warning, '299 - "mind the gap"');
    assert.equal((await send('DELETE', `${maps}/a`)).code, 200);
    assert.deepEqual(
      asked.map((request) => [
        request['operation'],
        textAt(request, 'oldObject', 'data', 'x'),
        textAt(request, 'object', 'data', 'x'),
      ]),
      [
        ['UPDATE', '1', '2'],
        ['DELETE', '2', ''],
      ],
    );
  });

  test('selectors and conditions say who is asked about what', async () => {
    const { send, register, asked } = world(allow);
    await register('Validating', {
      objectSelector: { matchLabels: { watched: 'yes' } },
      namespaceSelector: {
        matchExpressions: [
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
        ],
      },
      matchConditions: [
        { name: 'big', expression: "request.operation == 'CREATE' && object.data.size() > 1" },
      ],
    });
    const watched = { watched: 'yes' };
    await send('POST', maps, map('unwatched', { a: '1', b: '2' }));
    await send('POST', maps, map('small', { a: '1' }, watched));
    await send(
      'POST',
      '/api/v1/namespaces/kube-system/configmaps',
      map('elsewhere', { a: '1', b: '2' }, watched),
    );
    await send('POST', maps, map('asked', { a: '1', b: '2' }, watched));
    assert.deepEqual(
      asked.map((request) => request['name']),
      ['asked'],
    );
  });

  test('a hook is asked about a subresource only when it says so', async () => {
    const { send, register, asked } = world(allow);
    await register('Validating', {
      rules: [
        {
          operations: ['UPDATE'],
          apiGroups: ['apps'],
          apiVersions: ['*'],
          resources: ['deployments/status'],
        },
      ],
    });
    const labels = { app: 'a' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const path = '/apis/apps/v1/namespaces/default/deployments';
    await send('POST', path, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: { selector: { matchLabels: labels }, template },
    });
    await send('PATCH', `${path}/a`, { spec: { replicas: 2 } });
    assert.equal((await send('PATCH', `${path}/a/status`, { status: { replicas: 1 } })).code, 200);
    assert.deepEqual(
      asked.map((request) => request['subResource']),
      ['status'],
    );
  });

  test('one that fails stops the write, unless its failures are to be ignored', async () => {
    const failing = world(async () => 'no JSON');
    await failing.register('Validating');
    const { code, body } = await failing.send('POST', maps, map('a'));
    assert.equal(code, 500);
    assert.match(
      textAt(body, 'message'),
      /^Internal error occurred: failed calling webhook "look\.example\.com": /u,
    );
    const ignored = world(async () => {
      throw new Error('connection refused');
    });
    await ignored.register('Validating', { failurePolicy: 'Ignore' });
    assert.equal((await ignored.send('POST', maps, map('a'))).code, 201);
  });

  test('one that takes too long is not waited for', async () => {
    const { send, register } = world(async () => await new Promise(() => undefined));
    await register('Validating', { timeoutSeconds: 1 });
    const { code, body } = await send('POST', maps, map('a'));
    assert.equal(code, 500);
    assert.match(
      textAt(body, 'message'),
      /failed to call webhook: Post "https:\/\/127\.0\.0\.1:9443\/look\?timeout=1s": context deadline exceeded/u,
    );
  });

  test('a dry run is told as one', async () => {
    const { send, register, asked } = world(allow);
    await register('Validating');
    assert.equal((await send('POST', `${maps}?dryRun=All`, map('a'))).code, 201);
    assert.deepEqual(
      asked.map((request) => request['dryRun']),
      [true],
    );
  });

  test('a registration that makes no sense is refused in the words of Kubernetes', async () => {
    const { send } = world(allow);
    const rules = [
      { operations: ['X'], apiGroups: [], apiVersions: ['*', 'a'], resources: ['a/b', '*', 'a'] },
    ];
    const matchConditions = [
      { name: 'b c', expression: 'object.x' },
      { name: 'd', expression: '1' },
    ];
    const { code, body } = await send(
      'POST',
      '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'h' },
        webhooks: [
          {
            name: 'ab',
            clientConfig: { url: 'http://a/b' },
            sideEffects: 'Some',
            rules,
            matchConditions,
            timeoutSeconds: 40,
          },
        ],
      },
    );
    assert.equal(code, 422);
    const said = listAt(body, 'details', 'causes').map(
      (cause) => `${textAt(cause, 'field')}: ${textAt(cause, 'message')}`,
    );
    assert.deepEqual(said.toSorted(), [
      'webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1',
      'webhooks[0].clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]',
      'webhooks[0].matchConditions[0].expression: Invalid value: "object.x": must evaluate to bool but got dyn',
      `webhooks[0].matchConditions[0].name: Invalid value: "b c": ${nameRule}`,
      'webhooks[0].matchConditions[1].expression: Invalid value: "1": must evaluate to bool but got int',
      'webhooks[0].name: Invalid value: "ab": should be a domain with at least three segments separated by dots',
      'webhooks[0].rules[0].apiGroups: Required value',
      `webhooks[0].rules[0].apiVersions: Invalid value: ["*","a"]: if '*' is present, must not specify other API versions`,
      'webhooks[0].rules[0].operations[0]: Unsupported value: "X": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
      `webhooks[0].rules[0].resources: Invalid value: ["a/b","*","a"]: if '*' is present, must not specify other resources without subresources`,
      'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
      'webhooks[0].timeoutSeconds: Invalid value: 40: the timeout value must be between 1 and 30 seconds',
    ]);
  });

  test('an update that somebody overtakes while a hook is asked begins again', async () => {
    let overtake = noRace;
    const { send, register, asked } = world(async () => {
      await overtake();
      return { allowed: true };
    });
    await send('POST', maps, map('a', { x: '1' }));
    await register('Mutating', {
      rules: [{ operations: ['UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
    });
    overtake = async () => {
      overtake = noRace;
      await send('PATCH', `${maps}/a`, { data: { y: '1' } });
    };
    const { body } = await send('PATCH', `${maps}/a`, { data: { x: '2' } });
    assert.deepEqual(body['data'], { x: '2', y: '1' });
    assert.equal(asked.length, 3);
  });

  test('a patch that makes nonsense of the object is refused like nonsense of anybody', async () => {
    const { send, register } = world(async () =>
      patch({ op: 'replace', path: '/data', value: { 'b d': '1' } }),
    );
    await register('Mutating');
    const { code, body } = await send('POST', maps, map('a'));
    assert.equal(code, 422);
    assert.match(textAt(body, 'message'), /ConfigMap "a" is invalid: data\[b d\]/u);
  });
});
