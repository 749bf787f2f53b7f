/** A world with functions behind services of their names: of Node, of Python, behind an emulator, and none at all. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionPlace } from '../../src/local/dataplane/functions/place.ts';
import { isRecord } from '../../src/kinds/record.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { present, trafficWorld } from './world.ts';
import type { Answer, Call, TrafficWorld } from './world.ts';

export const arnOf = (name: string) => `arn:aws:lambda:us-west-2:123456789012:function:${name}`;

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
        headers: { 'Content-Type': 'image/png', 'x-list': ['a', 'b'], Connection: 'close', 'x-number': 7, constructor: 'c', 'set-cookie': ['a=1', 'b=2'], 'content-length': '1' },
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

export interface FunctionWorld {
  readonly world: TrafficWorld;
  /** By the name of the function. */
  readonly services: ReadonlyMap<string, Service>;
  readonly groups: ReadonlyMap<string, TargetGroup>;
  /** The file of the handlers of Node. */
  readonly nodeFile: string;
  /** What the emulator was asked. */
  readonly emulated: readonly { readonly url: string; readonly body: string }[];
  readonly call: (name: string, sent?: Omit<Call, 'host'>) => Promise<Answer>;
  /** The event that a function heard. */
  readonly told: (name: string, sent?: Omit<Call, 'host'>) => Promise<Record<string, unknown>>;
  readonly close: () => Promise<void>;
}

export async function functionWorld(): Promise<FunctionWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'functions-'));
  const nodeFile = join(folder, 'hello.mjs');
  const services = new Map<string, Service>();
  const groups = new Map<string, TargetGroup>();
  const emulated: { readonly url: string; readonly body: string }[] = [];
  const emulator = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      emulated.push({ url: request.url ?? '', body });
      const { path } = JSON.parse(body);
      if (path === '/throw') response.end('{"errorType":"Runtime.Error","errorMessage":"no"}');
      else response.end(JSON.stringify({ statusCode: 200, body: 'from the emulator' }));
    });
  });
  await new Promise<void>((resolve) => {
    emulator.listen(0, '127.0.0.1', resolve);
  });
  const address = emulator.address();
  const port = typeof address === 'object' ? present(address ?? undefined).port : 0;
  writeFileSync(nodeFile, nodeHandler);
  writeFileSync(join(folder, 'hello.py'), pythonHandler);
  const inFile = { kind: 'file', environment: {} } as const;
  const node = (handler: string, timeoutSeconds = 900): FunctionPlace => ({
    ...inFile,
    language: 'node',
    file: nodeFile,
    handler,
    timeoutSeconds,
  });
  const places = new Map<string, FunctionPlace>([
    [arnOf('first'), node('handler')],
    [arnOf('hasty'), node('handler', 1)],
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
  const world = await trafficWorld({ standIns: { functions: places, addresses: new Map() } });
  const add = (name: string, version?: 'V1' | 'V2', arn = arnOf(name)): void => {
    const service = world.service(name, `${name}.example.com`);
    const config = version === undefined ? {} : { config: { lambdaEventStructureVersion: version } };
    const group = world.done({ op: 'CreateTargetGroup', input: { name, type: 'LAMBDA', ...config } });
    const input = { targetGroupIdentifier: group.id, targets: [{ id: arn }] };
    world.done({ op: 'RegisterTargets', input });
    world.listener(service, [[group, 1]]);
    services.set(name, service);
    groups.set(name, group);
  };
  add('first');
  add('hasty');
  add('second', 'V2', arnOf('second:live'));
  for (const name of ['callback', 'missing', 'python', 'emulated', 'down', 'unknown']) add(name, 'V2');
  await world.settle();
  const call: FunctionWorld['call'] = async (name, sent = {}) =>
    world.call({ host: `${name}.example.com`, ...sent });
  return {
    world,
    services,
    groups,
    nodeFile,
    emulated,
    call,
    told: async (name, sent = {}) => {
      const { status, body } = await call(name, sent);
      assert.equal(status, 200, body);
      const said: unknown = JSON.parse(body);
      assert.ok(isRecord(said) && isRecord(said['event']));
      return { ...said['event'] };
    },
    close: async () => {
      await world.close();
      emulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}
