import { within } from '../ports/deadline.ts';
import { bytesOf } from '../ports/wire.ts';
import type { WireResponse } from '../ports/wire.ts';
import type { KubeClientOptions } from './client.ts';
import { MalformedResponse, statusErrorOf } from './errors.ts';
import { textOf } from './text.ts';

export interface CallRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body?: RequestBody;
  readonly accept?: string;
}

export interface RequestBody {
  readonly type: string;
  readonly value: unknown;
}

/** How a client talks over its wire: credentials, deadline, errors. */
export interface Caller {
  /** Resolves with the JSON of the answer if it is a success. */
  readonly call: (request: CallRequest, signal: AbortSignal) => Promise<unknown>;
  /** Resolves with the body of a successful answer as soon as it begins; the signal ends the body too, and is the stream's own. */
  readonly open: (request: CallRequest, signal: AbortSignal) => Promise<WireResponse['body']>;
}

export function callerOf(options: KubeClientOptions): Caller {
  const { wire, basePath = '', token, clock, userAgent, callTimeoutMs = 30_000 } = options;

  async function send(request: CallRequest, signal: AbortSignal): Promise<WireResponse> {
    const bearer = await token?.(signal);
    let response = await sendAs(bearer, request, signal);
    if (response.status === 401 && token !== undefined) {
      const other = await token(signal, bearer);
      if (other !== bearer) {
        await bytesOf(response.body);
        response = await sendAs(other, request, signal);
      }
    }
    if (response.status >= 200 && response.status < 300) return response;
    throw statusErrorOf(nameOf(request), response, textOf(await bytesOf(response.body)));
  }

  async function sendAs(
    bearer: string | undefined,
    { method, target, body, accept = 'application/json' }: CallRequest,
    signal: AbortSignal,
  ): Promise<WireResponse> {
    const authorization = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    const contentType = body === undefined ? {} : { 'content-type': body.type };
    return await wire(
      {
        method,
        target: basePath + target,
        headers: { accept, 'user-agent': userAgent, ...authorization, ...contentType },
        body: body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body.value)),
      },
      signal,
    );
  }

  return {
    call: async (request, signal) =>
      within(clock, callTimeoutMs, signal, async (signal) => {
        const { body } = await send(request, signal);
        return parseJson(nameOf(request), textOf(await bytesOf(body)));
      }),
    open: async (request, signal) =>
      within(clock, callTimeoutMs, signal, async (until) => {
        const { body } = await send(request, AbortSignal.any([signal, until]));
        return body;
      }),
  };
}

function nameOf({ method, target }: CallRequest): string {
  return `${method} ${target}`;
}

function parseJson(name: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new MalformedResponse(`${name} was answered with something that is not JSON`);
  }
}
