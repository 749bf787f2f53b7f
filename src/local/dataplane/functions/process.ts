import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Clock } from '../../../ports/clock.ts';
import { DeadlineExceeded, within } from '../../../ports/deadline.ts';
import type { Log } from '../../../ports/log.ts';
import type { FunctionCall, Outcome } from './call.ts';
import type { HandlerFile } from './place.ts';
import { pythonRuntime } from './python-runtime.ts';

export interface FunctionProcessOptions {
  readonly arn: string;
  readonly place: HandlerFile;
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A handler in a process of its own, which it has loaded once. It takes one call at a time, as Lambda's do, and ends when
 * our end of its input does. What it prints goes to the log.
 */
export class FunctionProcess {
  readonly #options: FunctionProcessOptions;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #writtenAt: number;
  #hear: ((line: string) => void) | undefined;
  #isOver = false;

  constructor(options: FunctionProcessOptions) {
    const { arn, place, log } = options;
    this.#options = options;
    this.#writtenAt = writtenAt(place);
    const [program = '', ...args] = commandOf(place);
    this.#child = spawn(program, [...args, place.file, place.handler], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environmentOf(options), ...place.environment },
    });
    const { stdin, stdout, stderr } = this.#child;
    stdin?.on('error', () => undefined);
    for (const printed of [stdout, stderr]) {
      if (printed === null) continue;
      createInterface({ input: printed }).on('line', (line) => log.info(line, { function: arn }));
    }
    const answers = this.#child.stdio[3];
    if (answers instanceof Readable) {
      answers.on('error', () => undefined);
      createInterface({ input: answers }).on('line', (line) => this.#hear?.(line));
    }
    this.#ended = new Promise((resolve) => {
      const end = (why: string): void => {
        this.#isOver = true;
        resolve(why);
      };
      this.#child.once('error', (error) => end(`it cannot be started: ${error.message}`));
      this.#child.once('exit', (code, signal) =>
        end(`its process ended with ${signal ?? `exit code ${code}`}`),
      );
    });
  }

  /** Whether it can take another call: it lives, and its file is the one that it loaded. */
  get isFit(): boolean {
    return !this.#isOver && writtenAt(this.#options.place) === this.#writtenAt;
  }

  /** One that takes too long is ended. */
  async call({ arn, requestId, event }: FunctionCall): Promise<Outcome> {
    const { clock, place } = this.#options;
    const ms = place.timeoutSeconds * 1000;
    const answered = new Promise<Outcome>((resolve) => {
      this.#hear = (line) => resolve(outcomeIn(line));
    });
    const context = { requestId, arn, deadline: clock.now() + ms };
    this.#child.stdin?.write(`${JSON.stringify({ event, context })}\n`);
    const ended = this.#ended.then((why): Outcome => ({ kind: 'failed', why }));
    try {
      return await within(clock, ms, new AbortController().signal, async () =>
        Promise.race([answered, ended]),
      );
    } catch (error) {
      this.#child.kill('SIGKILL');
      this.#isOver = true;
      if (!(error instanceof DeadlineExceeded)) throw error;
      return { kind: 'failed', why: `it timed out after ${place.timeoutSeconds} s` };
    } finally {
      this.#hear = undefined;
    }
  }

  /** Resolves when it is gone; a call that it has is not waited for. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** Beside this file, from a clone as TypeScript and from a package as JavaScript. */
const nodeRuntime = new URL(
  import.meta.url.endsWith('.ts') ? 'node-runtime.ts' : 'node-runtime.js',
  import.meta.url,
).pathname;

function commandOf({ language }: HandlerFile): readonly string[] {
  return language === 'node' ? [process.execPath, nodeRuntime] : ['python3', '-u', '-c', pythonRuntime];
}

/** As Lambda has it for every function. */
function environmentOf({ arn, place, region }: FunctionProcessOptions): Readonly<Record<string, string>> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: arn.split(':')[6] ?? '',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    _HANDLER: `${basename(place.file).replace(/\.\w+$/, '')}.${place.handler}`,
  };
}

/** 0 while it is not there. */
function writtenAt({ file }: HandlerFile): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function outcomeIn(line: string): Outcome {
  const said: unknown = JSON.parse(line);
  if (typeof said !== 'object' || said === null) return { kind: 'failed', why: 'it said nothing' };
  if ('failed' in said) return { kind: 'failed', why: String(said.failed) };
  return { kind: 'answered', payload: 'payload' in said ? said.payload : undefined };
}
