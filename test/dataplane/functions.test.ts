/** Functions as targets, by real Envoy: what they are told, and what becomes of what they answer. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { FunctionPlace } from '../../src/local/dataplane/functions/place.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { signedHeaders } from '../auth/sign.ts';
import { isRecord } from '../../src/kinds/record.ts';
import { present, trafficWorld } from './world.ts';
import type { Answer, Call, TrafficWorld } from './world.ts';

const arnOf = (name: string) => `arn:aws:lambda:us-west-2:123456789012:function:${name}`;
const vpcArn = 'arn:aws:ec2:us-west-2:123456789012:vpc/vpc-0123456789abcdef0';

/** Does what the path says; tells the event otherwise. */
const nodeHandler = `
const big = 6_300_000;
export const handler = async (event, context) => {
  const path = (event.raw_path ?? event.path).split('?')[0];
  switch (path) {
    case '/throw': throw new Error('no');
    case '/exit': process.exit(3);
    case '/text': return 'hello';
    case '/no-status': return { body: 'x' };
    case '/bad-status': return { statusCode: 99 };
    case '/bad-header': return { statusCode: 200, headers: { 'x-split': 'a\\r\\nx-other: b' } };
    case '/too-large': return { statusCode: 200, body: 'x'.repeat(big) };
    case '/slow': return new Promise((resolve) => setTimeout(resolve, 60_000));
    case '/made':
      return {
        statusCode: 201,
        headers: { 'Content-Type': 'image/png', 'x-list': ['a', 'b'], Connection: 'close', 'x-number': 7, 'content-length': '1' },
        isBase64Encoded: true,
        body: Buffer.from([0, 255, 128]).toString('base64'),
      };
    case '/nothing': return { statusCode: 204 };
    case '/not-modified': return { statusCode: 304, headers: { etag: '"1"' } };
    default:
      return {
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ event, arn: context.invokedFunctionArn, name: process.env.AWS_LAMBDA_FUNCTION_NAME, pid: process.pid }),
      };
  }
};
export const other = (event, context, callback) => callback(null, { statusCode: 200, body: 'called back' });
`;

const pythonHandler = `
import json

def handler(event, context):
    if event["path"] == "/throw":
        raise ValueError("no")
    return {
        "statusCode": 200,
        "body": json.dumps({"event": event, "arn": context.invoked_function_arn, "left": context.get_remaining_time_in_millis()}),
    }
`;

suite('functions as targets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'functions-'));
  let world: TrafficWorld;
  const services = new Map<string, Service>();
  const groups = new Map<string, TargetGroup>();
  const emulated: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] =
    [];
  const emulator = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      emulated.push({ url: request.url ?? '', headers: request.headers, body });
      const { path } = JSON.parse(body);
      if (path === '/throw') response.end('{"errorType":"Runtime.Error","errorMessage":"no"}');
      else response.end(JSON.stringify({ statusCode: 200, body: 'from the emulator' }));
    });
  });

  const functionService = (name: string, version?: 'V1' | 'V2', arn = arnOf(name)): void => {
    const service = world.service(name, `${name}.example.com`);
    const config = version === undefined ? {} : { config: { lambdaEventStructureVersion: version } };
    const group = world.done({ op: 'CreateTargetGroup', input: { name, type: 'LAMBDA', ...config } });
    world.done({
      op: 'RegisterTargets',
      input: { targetGroupIdentifier: group.id, targets: [{ id: arn }] },
    });
    world.listener(service, [[group, 1]]);
    services.set(name, service);
    groups.set(name, group);
  };

  before(async () => {
    writeFileSync(join(folder, 'hello.mjs'), nodeHandler);
    writeFileSync(join(folder, 'hello.py'), pythonHandler);
    const inFile = { kind: 'file', environment: {} } as const;
    const node = (handler: string, timeoutSeconds = 900): FunctionPlace => ({
      ...inFile,
      language: 'node',
      file: join(folder, 'hello.mjs'),
      handler,
      timeoutSeconds,
    });
    await new Promise<void>((resolve) => {
      emulator.listen(0, '127.0.0.1', resolve);
    });
    const address = emulator.address();
    const port = typeof address === 'object' ? present(address ?? undefined).port : 0;
    const places = new Map<string, FunctionPlace>([
      [arnOf('first'), node('handler', 1)],
      [arnOf('second'), node('handler')],
      [arnOf('callback'), node('other')],
      [arnOf('missing'), node('nothing')],
      [
        arnOf('python'),
        {
          ...inFile,
          language: 'python',
          file: join(folder, 'hello.py'),
          handler: 'handler',
          timeoutSeconds: 900,
        },
      ],
      [
        arnOf('emulated'),
        {
          kind: 'emulator',
          url: `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`,
          timeoutSeconds: 3,
        },
      ],
      [arnOf('down'), { kind: 'emulator', url: 'http://127.0.0.1:9/', timeoutSeconds: 3 }],
    ]);
    world = await trafficWorld({ standIns: { functions: places, addresses: new Map() } });
    functionService('first');
    functionService('second', 'V2', arnOf('second:live'));
    for (const name of ['callback', 'missing', 'python', 'emulated', 'down', 'unknown'])
      functionService(name, 'V2');
    await world.settle();
  });
  after(async () => {
    await world.close();
    emulator.close();
    rmSync(folder, { recursive: true });
  });

  const call = async (name: string, sent: Omit<Call, 'host'> = {}): Promise<Answer> =>
    world.call({ host: `${name}.example.com`, ...sent });

  async function told(name: string, sent: Omit<Call, 'host'> = {}): Promise<Record<string, unknown>> {
    const { status, body } = await call(name, sent);
    assert.equal(status, 200, body);
    const said: unknown = JSON.parse(body);
    assert.ok(isRecord(said) && isRecord(said['event']));
    return { ...said['event'] };
  }

  async function signed(name: string): Promise<Answer> {
    const key = { accessKeyId: '111122223333', secretAccessKey: 'local' };
    const { host: _, ...headers } = await signedHeaders({ ...key, host: `${name}.example.com` });
    return call(name, { headers: { ...headers, 'x-amzn-lattice-identity': 'Principal=root' } });
  }

  async function pidOf(): Promise<number> {
    return JSON.parse((await call('second')).body).pid;
  }

  test('the first structure of events has one value per name', async () => {
    const { headers, ...event } = await told('first', {
      method: 'POST',
      path: '/a//b%2fc/..?x=1&x=2&y=a%20b+c&z&%zz=1',
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-list': ['a', 'b'],
        'x-amzn-requestid': 'mine',
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
      'x-amzn-lattice-target': `ServiceArn=${services.get('first')?.arn}; ServiceNetworkArn=${networkArn()}; TargetGroupArn=${groups.get('first')?.arn}`,
    });
  });

  const networkArn = (): string | undefined => world.region.state().serviceNetworks.get(world.networkId)?.arn;

  test('the second structure of events has lists, and tells where a call came through', async () => {
    const before = Date.now();
    const { headers, requestContext, ...event } = await told('second', {
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
      serviceArn: services.get('second')?.arn,
      targetGroupArn: groups.get('second')?.arn,
      identity: { sourceVpcArn: vpcArn },
      region: 'us-west-2',
    });
    assert.match(String(timeEpoch), /^\d{16}$/);
    assert.ok(Math.abs(Number(timeEpoch) / 1000 - before) < 60_000);
  });

  test('a body that is no text, or compressed, comes as Base64; without one there is none', async () => {
    const bytes = Buffer.from([0, 1, 254, 255]);
    const encoded = { body: bytes.toString('base64'), is_base64_encoded: true };
    const types = ['image/png', 'application/octet-stream', 'application/jsonp', undefined];
    for (const type of types) {
      const headers = type === undefined ? {} : { 'content-type': type };
      const { body, is_base64_encoded } = await told('first', { method: 'POST', headers, body: bytes });
      assert.deepEqual({ body, is_base64_encoded }, encoded, type);
    }
    const compressed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const event = await told('first', { method: 'POST', headers: compressed, body: bytes });
    assert.equal(event['is_base64_encoded'], true);
    for (const type of ['text/html', 'Application/XML; charset=x', 'application/javascript']) {
      const plain = await told('first', { method: 'POST', headers: { 'content-type': type }, body: 'plain' });
      assert.equal(plain['body'], 'plain', type);
    }
    const none = await told('first');
    assert.deepEqual([none['body'], none['is_base64_encoded']], ['', false]);
    const second = await told('second');
    assert.equal('body' in second || 'isBase64Encoded' in second || 'queryStringParameters' in second, false);
  });

  test('who signed is told to functions of both structures, and to other targets', async () => {
    const target = await world.target((request, response) => response.end(JSON.stringify(request.headers)));
    const pods = world.service('pods', 'pods.example.com');
    const group = world.group('pods');
    world.register(group, target);
    world.listener(pods, [[group, 1]]);
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
    });
    const guarded = ['first', 'second', 'pods'] as const;
    const idOf = (name: string): string => (name === 'pods' ? pods.id : (services.get(name)?.id ?? ''));
    for (const name of guarded) {
      world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: idOf(name), policy } });
      world.done({ op: 'UpdateService', input: { serviceIdentifier: idOf(name), authType: 'AWS_IAM' } });
    }
    await world.settle();
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
    const anonymous = await told('second');
    assert.ok(isRecord(anonymous['requestContext']));
    assert.deepEqual(anonymous['requestContext']['identity'], { sourceVpcArn: vpcArn });
    for (const name of guarded) {
      world.done({ op: 'UpdateService', input: { serviceIdentifier: idOf(name), authType: 'NONE' } });
    }
    await world.settle();
  });

  test('an answer may be bytes, have several lines of a header, and leave out what it does not need', async () => {
    const made = await call('second', { path: '/made' });
    assert.equal(made.status, 201);
    assert.deepEqual([...Buffer.from(made.body, 'latin1')], [0, 255, 128]);
    assert.equal(made.headers['content-type'], 'image/png');
    assert.equal(made.headers['content-length'], '3');
    assert.equal(made.headers['x-list'], 'a, b');
    assert.equal(made.headers['x-number'], '7');
    assert.ok(made.headers['x-amzn-requestid']);
    for (const [path, status] of [
      ['/nothing', 204],
      ['/not-modified', 304],
    ] as const) {
      const answer = await call('second', { path });
      assert.deepEqual([answer.status, answer.body], [status, '']);
    }
    const head = await call('second', { method: 'HEAD', path: '/x' });
    assert.deepEqual([head.status, head.body], [200, '']);
  });

  test('what is no answer is 502, and the next call is answered', async () => {
    const paths = [
      '/throw',
      '/exit',
      '/text',
      '/no-status',
      '/bad-status',
      '/bad-header',
      '/too-large',
      '/slow',
    ];
    for (const path of paths) {
      const { status, body } = await call('first', { path });
      assert.deepEqual({ status, body: body.slice(0, 20) }, { status: 502, body: 'Bad Gateway' }, path);
      assert.equal((await call('first')).status, 200, `after ${path}`);
    }
    for (const name of ['missing', 'down']) assert.equal((await call(name)).status, 502, name);
    assert.equal((await call('unknown')).status, 503);
  });

  test('the access log tells of a function that failed as of a target that does not keep to its protocol', async () => {
    const destinationArn = 'arn:aws:logs:us-west-2:123456789012:log-group:/functions:*';
    const { id = '' } = services.get('second') ?? {};
    world.done({ op: 'CreateAccessLogSubscription', input: { resourceIdentifier: id, destinationArn } });
    await world.settle();
    assert.equal((await call('second', { path: '/throw' })).status, 502);
    const file = join(world.logsDir, 'cloudwatch-logs/123456789012/functions.jsonl');
    const deadline = Date.now() + 5_000;
    while (!existsSync(file)) {
      assert.ok(Date.now() < deadline, 'the line does not come');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const line = JSON.parse(readFileSync(file, 'utf8').split('\n')[0] ?? '');
    assert.deepEqual(
      [line.responseCode, line.failureReason, line.targetGroupArn, line.targetIpPort, line.destinationVpcId],
      [502, 'TargetProtocolError', groups.get('second')?.arn, '-', '-'],
    );
  });

  test('a payload of more than 6 MB is refused, one of almost as much is not', async () => {
    const headers = { 'content-type': 'text/plain' };
    const large = { method: 'POST', headers, body: 'x'.repeat(6_200_000) };
    assert.equal((await call('second', { ...large, path: '/nothing' })).status, 204);
    const tooLarge = await call('second', { ...large, path: '/nothing', body: 'x'.repeat(6_300_000) });
    assert.equal(tooLarge.status, 413);
    const asBase64 = await call('second', { ...large, path: '/nothing', headers: {} });
    assert.equal(asBase64.status, 413);
  });

  test('a handler may be of Python, of another name, or behind an emulator', async () => {
    const python = await call('python', { path: '/p?x=%C3%BC' });
    const said = JSON.parse(python.body);
    assert.equal(said.arn, arnOf('python'));
    assert.deepEqual(said.event.queryStringParameters, { x: ['ü'] });
    assert.ok(said.left > 0 && said.left <= 900_000);
    assert.equal((await call('python', { path: '/throw' })).status, 502);
    assert.equal((await call('callback')).body, 'called back');
    assert.equal((await call('emulated', { path: '/e' })).body, 'from the emulator');
    assert.equal(emulated[0]?.url, '/2015-03-31/functions/function/invocations');
    assert.equal(JSON.parse(emulated[0]?.body ?? '').path, '/e');
    assert.equal((await call('emulated', { path: '/throw' })).status, 502);
  });

  test('calls at the same time have processes of their own, and a changed file is loaded anew', async () => {
    const pids = await Promise.all(Array.from({ length: 4 }, pidOf));
    assert.ok(new Set(pids).size > 1 && new Set(pids).size <= 4, `${new Set(pids).size} processes`);
    const later = new Date(Date.now() + 5_000);
    utimesSync(join(folder, 'hello.mjs'), later, later);
    assert.ok(!pids.includes(await pidOf()));
  });

  test('its target is UNAVAILABLE while the group is in use, since functions are not checked', () => {
    const [target] =
      world.region
        .state()
        .targetGroups.get(groups.get('first')?.id ?? '')
        ?.targets.values() ?? [];
    assert.deepEqual([target?.status, target?.reasonCode], ['UNAVAILABLE', 'HealthCheckNotSupported']);
  });
});
