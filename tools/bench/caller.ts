import { systemClock } from '../../src/ports/system/clock.ts';
import { httpClient } from '../../src/ports/system/http-client.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire, WireRequest } from '../../src/ports/wire.ts';
import { signedCall } from '../../test/contract/signed.ts';

/** A call before it is signed. */
export interface Call {
  readonly method: string;
  readonly target: string;
  readonly body?: object;
}

/** Somebody who makes many calls at once to one server. */
export interface Caller {
  /** All calls in any order, so many at a time; signed before the first is made. Gives what they answered. */
  readonly all: (calls: readonly Call[], onBegin?: () => void) => Promise<readonly unknown[]>;
  readonly close: () => Promise<void>;
}

const together = 16;

export function callerOf(url: string): Caller {
  const client = httpClient({ origin: url });
  return callerOver(client.wire, { host: new URL(url).host, close: async () => client.close() });
}

/** The same of a server that is a function. */
export function callerOver(
  wire: Wire,
  { host, close }: { readonly host: string; readonly close: () => Promise<void> },
): Caller {
  return {
    close,
    all: async (calls, onBegin = () => undefined) => {
      const requests = calls.map((call) => signed(call, host));
      const answers: unknown[] = [];
      onBegin();
      let next = 0;
      const work = async (): Promise<void> => {
        for (let at = next++; at < requests.length; at = next++) {
          const request = requests[at];
          if (request === undefined) return;
          const { status, body } = await wire(request, new AbortController().signal);
          const text = Buffer.from(await bytesOf(body)).toString('utf8');
          if (status >= 300) throw new Error(`${request.method} ${request.target}: ${status} ${text}`);
          answers[at] = text === '' ? undefined : JSON.parse(text);
        }
      };
      await Promise.all(Array.from({ length: together }, work));
      return answers;
    },
  };
}

function signed({ method, target, body }: Call, host: string): WireRequest {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = signedCall(
    { method, target, body: text, headers: { host, 'content-type': 'application/json' } },
    { accessKeyId: 'bench', now: systemClock.now() },
  );
  return { method, target, headers, body: Buffer.from(text) };
}
