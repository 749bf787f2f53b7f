import * as sdk from '@aws-sdk/client-vpc-lattice';
import { HttpResponse } from '@smithy/core/protocols';
import type { HttpRequest } from '@smithy/core/protocols';
import { isRecord } from '../../src/local/contract/validate.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { administer, isAdminCall } from './admin-client.ts';
import type { Pages } from './line-client.ts';
import type { LatticeClient, Reply } from './replay.ts';
import { regionName } from './world.ts';

/** The SDK for JavaScript as it is, with our wire where its HTTP client would be. */
export function sdkOver(wire: Wire, accessKeyId = 'AKIDEXAMPLE'): sdk.VPCLatticeClient {
  return new sdk.VPCLatticeClient({
    region: regionName,
    endpoint: 'http://lattice.test',
    credentials: { accessKeyId, secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: HttpRequest) => {
        const query = Object.entries(request.query).flatMap(([name, value]) =>
          [value ?? ''].flat().map((each) => `${name}=${encodeURIComponent(each)}`),
        );
        const reply = await wire(
          {
            method: request.method,
            target: query.length === 0 ? request.path : `${request.path}?${query.join('&')}`,
            headers: lowered(request.headers),
            body: bytes(request.body),
          },
          new AbortController().signal,
        );
        const body = await bytesOf(reply.body);
        return {
          response: new HttpResponse({ statusCode: reply.status, headers: { ...reply.headers }, body }),
        };
      },
    },
  });
}

/** Pages of lists as the SDK's paginators give them. */
export function sdkPages(wire: Wire): Pages {
  return async (operation, input, pageSize) => {
    const paginate: unknown = Reflect.get(sdk, `paginate${operation}`);
    if (typeof paginate !== 'function') throw new Error(`the SDK has no paginate${operation}`);
    const found: unknown[] = [];
    for await (const page of paginate({ client: sdkOver(wire), pageSize }, input)) found.push(page);
    return found;
  };
}

/** Calls operations through the SDK's commands; what comes back is what a user of the SDK sees. */
export function sdkClient(wire: Wire, pause: () => Promise<void>): LatticeClient {
  return {
    pause,
    call: async (operation, input, account): Promise<Reply> => {
      if (isAdminCall(operation)) return await administer(wire, operation, input);
      const client = sdkOver(wire, account);
      const command: unknown = Reflect.get(sdk, `${operation}Command`);
      if (typeof command !== 'function') throw new Error(`the SDK has no ${operation}Command`);
      try {
        const { $metadata, ...output } = await client.send(Reflect.construct(command, [input]));
        return { status: Number($metadata.httpStatusCode), body: asJson(output) };
      } catch (error) {
        if (!(error instanceof sdk.VPCLatticeServiceException)) throw error;
        const members = Object.entries(error).filter(([name]) => !/^(?:\$.*|name|stack|Message)$/.test(name));
        return {
          status: Number(error.$metadata.httpStatusCode),
          error: error.name,
          body: asJson({ message: error.message, ...Object.fromEntries(members) }),
        };
      }
    },
  };
}

/** Dates as text, members without a value left out; an empty answer is the empty text that is on the wire. */
function asJson(output: object): unknown {
  const json: unknown = JSON.parse(JSON.stringify(output));
  return isRecord(json) && Object.keys(json).length === 0 ? {} : json;
}

function lowered(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function bytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : '');
}
