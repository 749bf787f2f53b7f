import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../../ports/system/clock.ts';

/**
 * The program that runs a Node handler: a call is a line of JSON on its input, the answer to it a line on descriptor 3. It
 * ends with its input.
 */
const [, , file = '', name = ''] = process.argv;
const answers = createWriteStream('', { fd: 3 });
const loading = load();
loading.catch(() => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await call(line).then(
    (payload) => JSON.stringify({ payload }),
    (error: unknown) => JSON.stringify({ failed: describe(error) }),
  );
  answers.write(`${answer}\n`);
}
process.exit();

type Handler = (
  event: unknown,
  context: object,
  callback: (error: unknown, payload?: unknown) => void,
) => unknown;

async function load(): Promise<Handler> {
  const module: unknown = await import(pathToFileURL(file).href);
  const handler = memberOf(module, name) ?? memberOf(memberOf(module, 'default'), name);
  if (!isHandler(handler)) throw new Error(`${file} exports no function called ${name}`);
  return handler;
}

/** A handler that takes three arguments may answer by the last of them. */
async function call(line: string): Promise<unknown> {
  const handler = await loading;
  const said: unknown = JSON.parse(line);
  const context = contextOf(memberOf(said, 'context'));
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, payload?: unknown): void =>
      error === null || error === undefined ? resolve(payload) : reject(error);
    const result = handler(memberOf(said, 'event'), context, callback);
    if (handler.length < 3 || result instanceof Promise) resolve(result);
  });
}

function contextOf(given: unknown): object {
  const arn = String(memberOf(given, 'arn'));
  const functionName = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? '';
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: '128',
    awsRequestId: String(memberOf(given, 'requestId')),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Number(memberOf(given, 'deadline')) - systemClock.now(),
  };
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
