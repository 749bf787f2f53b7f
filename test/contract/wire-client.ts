import { operations } from '../../src/local/contract/operations.gen.ts';
import { shapes } from '../../src/local/contract/shapes.gen.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { administer, isAdminCall } from './admin-client.ts';
import type { LatticeClient, Reply } from './replay.ts';
import { signedCall } from './signed.ts';

/**
 * Calls an operation as the service model says it looks on the wire, and shows everything that comes back. Throws when
 * it is an error that the model does not declare for the operation.
 */
export function wireClient(wire: Wire, pause: () => Promise<void>): LatticeClient {
  return {
    pause,
    call: async (operation, input, account = 'AKIDEXAMPLE') => {
      if (isAdminCall(operation)) return await administer(wire, operation, input);
      const row = Object.entries(operations).find(([name]) => name === operation)?.[1];
      const shape = row === undefined ? undefined : shapes[row.input];
      if (row === undefined || shape?.type !== 'structure')
        throw new Error(`there is no operation ${operation}`);
      const at = (location: string | undefined) =>
        Object.entries(input).filter(([name]) => shape.members[name]?.location === location);
      const path = at('uri').reduce<string>(
        (uri, [name, value]) => uri.replace(`{${name}}`, encodeURIComponent(String(value))),
        row.uri,
      );
      const query = at('querystring').flatMap(([name, value]) =>
        [value].flat().map((each) => `${name}=${encodeURIComponent(String(each))}`),
      );
      const hasBody = Object.values(shape.members).some(({ location }) => location === undefined);
      const reply = await send(wire, account, {
        method: row.method,
        target: query.length === 0 ? path : `${path}?${query.join('&')}`,
        body: hasBody ? JSON.stringify(Object.fromEntries(at(undefined))) : '',
      });
      const { error } = reply;
      const declared: readonly string[] = row.errors;
      // Denial is common to all actions of AWS.
      if (error !== undefined && error !== 'AccessDeniedException' && !declared.includes(error)) {
        throw new Error(`${operation} answered ${error}, which the service model does not declare for it`);
      }
      return reply;
    },
  };
}

export interface RawCall {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

/** One request with the credential of an access key. */
export async function send(
  wire: Wire,
  accessKeyId: string,
  { method, target, body }: RawCall,
): Promise<Reply> {
  const headers = signedCall(
    { method, target, body, headers: { 'content-type': 'application/json' } },
    { accessKeyId },
  );
  const response = await wire(
    { method, target, headers, body: Buffer.from(body) },
    new AbortController().signal,
  );
  const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
  const error = response.headers['x-amzn-errortype'];
  return {
    status: response.status,
    ...(error === undefined ? {} : { error }),
    body: text === '' ? '' : parsed(text),
  };
}

function parsed(text: string): unknown {
  return JSON.parse(text);
}
