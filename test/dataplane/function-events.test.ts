/** What functions are told, by real Envoy: events of both structures. Their form is that of the user guide and of the data classes of AWS Lambda Powertools. */
import assert from 'node:assert/strict';
import { after, before, suite } from 'node:test';
import { isRecord } from '../../src/kinds/record.ts';
import { signedHeaders } from '../auth/sign.ts';
import { functionWorld } from './function-world.ts';
import type { FunctionWorld } from './function-world.ts';
import { sourced } from './sourced.ts';
import type { Answer } from './world.ts';

const vpcArn = 'arn:aws:ec2:us-west-2:123456789012:vpc/vpc-0123456789abcdef0';

suite('events of functions', () => {
  let scene: FunctionWorld;
  before(async () => {
    scene = await functionWorld();
  });
  after(async () => scene.close());

  const networkArn = (): string | undefined =>
    scene.world.region.state().serviceNetworks.get(scene.world.networkId)?.arn;

  async function signed(name: string): Promise<Answer> {
    const key = { accessKeyId: '111122223333', secretAccessKey: 'local' };
    const { host: _, ...headers } = await signedHeaders({ ...key, host: `${name}.example.com` });
    return scene.call(name, { headers: { ...headers, 'x-amzn-lattice-identity': 'Principal=root' } });
  }

  sourced('guide: lambda-functions', 'the first structure of events has one value per name', async () => {
    const { headers, ...event } = await scene.told('first', {
      method: 'POST',
      path: '/a//b%2fc/..?x=1&x=2&y=a%20b+c&z&%zz=1',
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-list': ['a', 'b'],
        'x-amzn-requestid': 'mine',
        te: 'trailers',
      },
      body: 'grüezi',
    });
    assert.deepEqual(event, {
      raw_path: '/a//b%2fc/..?x=1&x=2&y=a%20b+c&z&%zz=1',
      method: 'POST',
      query_string_parameters: { x: '2', y: 'a b+c', z: '', '%zz': '1' },
      body: 'grüezi',
      is_base64_encoded: false,
    });
    assert.ok(isRecord(headers));
    const { 'x-forwarded-for': client, ...rest } = headers;
    assert.match(String(client), /^[\d.]+$/);
    assert.deepEqual(rest, {
      host: 'first.example.com',
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '7',
      'x-list': 'a, b',
      'x-forwarded-port': '80',
      'x-forwarded-proto': 'http',
      'x-amzn-requestid': 'mine',
      'x-amzn-lattice-network': `SourceVpcArn=${vpcArn}`,
      'x-amzn-lattice-target': `ServiceArn=${scene.services.get('first')?.arn}; ServiceNetworkArn=${networkArn()}; TargetGroupArn=${scene.groups.get('first')?.arn}`,
    });
  });

  sourced(
    'guide: lambda-functions',
    'the second structure of events has lists, and tells where a call came through',
    async () => {
      const before = Date.now();
      const { headers, requestContext, ...event } = await scene.told('second', {
        method: 'PURGE',
        path: '/a?x=1&x=2',
        headers: { 'content-type': 'application/json', 'x-list': ['a', 'b'] },
        body: '{"a":1}',
      });
      assert.deepEqual(event, {
        version: '2.0',
        path: '/a?x=1&x=2',
        method: 'PURGE',
        queryStringParameters: { x: ['1', '2'] },
        body: '{"a":1}',
        isBase64Encoded: false,
      });
      assert.ok(isRecord(headers) && isRecord(requestContext));
      assert.deepEqual(headers['x-list'], ['a', 'b']);
      assert.deepEqual(headers['host'], ['second.example.com']);
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('x-amzn-lattice-')),
        [],
      );
      const { timeEpoch, ...context } = requestContext;
      assert.deepEqual(context, {
        serviceNetworkArn: networkArn(),
        serviceArn: scene.services.get('second')?.arn,
        targetGroupArn: scene.groups.get('second')?.arn,
        identity: { sourceVpcArn: vpcArn },
        region: 'us-west-2',
      });
      assert.match(String(timeEpoch), /^\d{16}$/);
      assert.ok(Math.abs(Number(timeEpoch) / 1000 - before) < 60_000);
    },
  );

  sourced(
    'guide: lambda-functions',
    'a body that is no text, or compressed, comes as Base64; without one there is none',
    async () => {
      const bytes = Buffer.from([0, 1, 254, 255]);
      const encoded = { body: bytes.toString('base64'), is_base64_encoded: true };
      const types = ['image/png', 'application/octet-stream', 'application/jsonp', undefined];
      for (const type of types) {
        const headers = type === undefined ? {} : { 'content-type': type };
        const { body, is_base64_encoded } = await scene.told('first', {
          method: 'POST',
          headers,
          body: bytes,
        });
        assert.deepEqual({ body, is_base64_encoded }, encoded, type);
      }
      const compressed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const event = await scene.told('first', { method: 'POST', headers: compressed, body: bytes });
      assert.equal(event['is_base64_encoded'], true);
      for (const type of ['text/html', 'Application/XML; charset=x', 'application/javascript']) {
        const plain = await scene.told('first', {
          method: 'POST',
          headers: { 'content-type': type },
          body: 'plain',
        });
        assert.equal(plain['body'], 'plain', type);
      }
      const none = await scene.told('first');
      assert.deepEqual([none['body'], none['is_base64_encoded']], ['', false]);
      const second = await scene.told('second');
      assert.equal(
        'body' in second || 'isBase64Encoded' in second || 'queryStringParameters' in second,
        false,
      );
    },
  );

  sourced(
    'guide: lambda-functions',
    'who signed is told to functions of both structures, and to other targets',
    async () => {
      const target = await scene.world.target((request, response) =>
        response.end(JSON.stringify(request.headers)),
      );
      const pods = scene.world.service('pods', 'pods.example.com');
      const group = scene.world.group('pods');
      scene.world.register(group, target);
      scene.world.listener(pods, [[group, 1]]);
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
      });
      const guarded = ['first', 'second', 'pods'] as const;
      const idOf = (name: string): string =>
        name === 'pods' ? pods.id : (scene.services.get(name)?.id ?? '');
      for (const name of guarded) {
        scene.world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: idOf(name), policy } });
        scene.world.done({
          op: 'UpdateService',
          input: { serviceIdentifier: idOf(name), authType: 'AWS_IAM' },
        });
      }
      await scene.world.settle();
      const arn = 'arn:aws:iam::111122223333:user/111122223333';
      const identity = `Principal=${arn}; PrincipalOrgID=; PrincipalOrgPath=; SessionName=; Type=AWS_IAM`;
      const pod = JSON.parse((await signed('pods')).body);
      assert.equal(pod['x-amzn-lattice-identity'], identity);
      const first = JSON.parse((await signed('first')).body);
      assert.equal(first.event.headers['x-amzn-lattice-identity'], identity);
      const second = JSON.parse((await signed('second')).body);
      assert.deepEqual(second.event.requestContext.identity, {
        sourceVpcArn: vpcArn,
        type: 'AWS_IAM',
        principal: arn,
      });
      const anonymous = await scene.told('second');
      assert.ok(isRecord(anonymous['requestContext']));
      assert.deepEqual(anonymous['requestContext']['identity'], { sourceVpcArn: vpcArn });
      for (const name of guarded) {
        scene.world.done({ op: 'UpdateService', input: { serviceIdentifier: idOf(name), authType: 'NONE' } });
      }
      await scene.world.settle();
    },
  );
});
