import type { Clock } from '../../../ports/clock.ts';
import { DeadlineExceeded, within } from '../../../ports/deadline.ts';
import { httpClient } from '../../../ports/system/http-client.ts';
import type { HttpClient } from '../../../ports/system/http-client.ts';
import { bytesOf, WireError } from '../../../ports/wire.ts';
import type { FunctionCall, Outcome } from './call.ts';
import type { Emulator } from './place.ts';

/** Calls functions that somebody else runs, such as a container with Lambda's Runtime Interface Emulator. */
export class EmulatorCaller {
  readonly #url: URL;
  readonly #http: HttpClient;
  readonly #clock: Clock;
  readonly #timeoutSeconds: number;

  constructor({ url, timeoutSeconds }: Emulator, clock: Clock) {
    this.#url = new URL(url);
    this.#http = httpClient({ origin: this.#url.origin });
    this.#clock = clock;
    this.#timeoutSeconds = timeoutSeconds;
  }

  async call({ event }: FunctionCall): Promise<Outcome> {
    const { pathname, search } = this.#url;
    const request = {
      method: 'POST',
      target: pathname + search,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(event)),
    };
    const never = new AbortController().signal;
    try {
      return await within(this.#clock, this.#timeoutSeconds * 1000, never, async (signal) => {
        const { status, headers, body } = await this.#http.wire(request, signal);
        const text = Buffer.from(await bytesOf(body)).toString('utf8');
        const isError = status !== 200 || headers['x-amz-function-error'] !== undefined;
        return isError ? { kind: 'failed', why: `${status} ${text}` } : answerIn(text);
      });
    } catch (error) {
      if (error instanceof DeadlineExceeded) {
        return { kind: 'failed', why: `it timed out after ${this.#timeoutSeconds} s` };
      }
      if (error instanceof WireError) return { kind: 'failed', why: error.message };
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#http.close();
  }
}

/** An emulator says 200 also when the function failed: then there is nothing but the error. */
function answerIn(text: string): Outcome {
  try {
    const payload: unknown = JSON.parse(text);
    const failed =
      typeof payload === 'object' && payload !== null && 'errorType' in payload && !('statusCode' in payload);
    return failed ? { kind: 'failed', why: text } : { kind: 'answered', payload };
  } catch {
    return { kind: 'failed', why: `it answered what is no JSON: ${text.slice(0, 200)}` };
  }
}
