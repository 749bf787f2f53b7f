import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { isRecord } from '../../src/local/contract/validate.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { administer, isAdminCall } from './admin-client.ts';
import type { LatticeClient, Reply } from './replay.ts';

/** Every page of a list, each of so many items, as a client's own paginator gives them. */
export type Pages = (
  operation: string,
  input: Readonly<Record<string, unknown>>,
  pageSize: number,
) => Promise<readonly unknown[]>;

/** A client in a process of its own. */
export interface LineClient extends LatticeClient {
  readonly pages: Pages;
  /** Ends the process behind it. */
  close(): void;
}

export interface LineProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the program shows a member of a body; all unless told. */
  readonly shows?: (member: string, body: 'output' | 'error') => boolean;
}

/** Where the program's calls go, and how time passes there. */
export interface LineWorld {
  /** What operators do goes over it. */
  readonly wire: Wire;
  readonly pause: () => Promise<void>;
}

/** Calls through a program that reads calls, and writes replies, as lines of JSON. */
export function lineClient(
  { command, args, env, shows = () => true }: LineProgram,
  { wire, pause }: LineWorld,
): LineClient {
  const child = spawn(command, args, {
    ...(env === undefined ? {} : { env }),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (call: Readonly<Record<string, unknown>>): Promise<Reply> => {
    child.stdin.write(`${JSON.stringify(call)}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error(`${command} ended at ${String(call['operation'])}`);
    const reply = replyIn(JSON.parse(line.value));
    const kind = reply.error === undefined ? 'output' : 'error';
    return { ...reply, shows: (member) => shows(member, kind) };
  };
  return {
    pause,
    close: () => child.stdin.end(),
    call: async (operation, input, account = 'AKIDEXAMPLE') =>
      isAdminCall(operation)
        ? await administer(wire, operation, input)
        : await ask({ operation, input, account }),
    pages: async (operation, input, pageSize) => {
      const { body, error } = await ask({ operation, input, account: 'AKIDEXAMPLE', pageSize });
      if (!Array.isArray(body)) throw new Error(`${operation} gives no pages but ${error ?? 'nothing'}`);
      return body;
    },
  };
}

function replyIn(json: unknown): Reply {
  if (!isRecord(json) || !('body' in json)) throw new Error('the program says something else');
  const { status, error, body, complaint } = json;
  if (typeof complaint === 'string') throw new Error(complaint);
  return {
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof error === 'string' ? { error } : {}),
    body,
  };
}
