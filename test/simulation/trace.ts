import { hash } from 'node:crypto';
import type { Log } from '../../src/ports/log.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import type { WireRequest, WireResponse } from '../../src/ports/wire.ts';

/** Everything that happened in one run, a line each, and all that was wrong with it. */
export interface Trace {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
  note(text: string): void;
  /** What must not be; the first is what a person should look at. */
  problem(text: string): void;
  call(who: string, request: WireRequest, response: WireResponse): void;
  /** For a process: an error that it logs is a bug of ours. */
  log(who: string): Log;
}

export function createTrace(now: () => number, options: { readonly verbose: boolean }): Trace {
  const lines: string[] = [];
  const problems: string[] = [];
  const note = (text: string): void => void lines.push(`${now().toFixed(3)} ${text}`);
  const problem = (text: string): void => {
    if (problems.length < 50) problems.push(`at ${(now() / 1000).toFixed(3)} s: ${text}`);
    note(`PROBLEM ${text}`);
  };
  const log = (who: string): Log => ({
    debug: (event, fields) => {
      if (!options.verbose) return;
      note(`${who}: ${event} ${textOf(typeof fields === 'function' ? fields() : fields)}`);
    },
    info: (event, fields) => {
      if (options.verbose) note(`${who}: ${event} ${textOf(fields)}`);
    },
    warn: (event, fields) => note(`${who}: ${event} ${textOf(fields)}`),
    error: (event, fields) => problem(`${who}: ${event} ${textOf(fields)}`),
    with: () => log(who),
  });
  return {
    lines,
    problems,
    note,
    problem,
    call: (who, { method, target, body }, response) => {
      const answer = response.body instanceof Uint8Array ? digest(response.body) : 'stream';
      const detail = options.verbose && body.length > 0 ? ` ${Buffer.from(body).toString()}` : '';
      note(`${who} ${method} ${target} ${digest(body)} -> ${response.status} ${answer}${detail}`);
    },
    log,
  };
}

/** The JSON of an answer. */
export async function jsonOf({ body }: WireResponse): Promise<unknown> {
  const value: unknown = JSON.parse(Buffer.from(await bytesOf(body)).toString());
  return value;
}

function digest(bytes: Uint8Array): string {
  return bytes.length === 0 ? '-' : hash('md5', bytes, 'base64url').slice(0, 8);
}

function textOf(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify(fields, (_, value: unknown) =>
    value instanceof Error ? (value.stack ?? value.message) : value,
  );
}
