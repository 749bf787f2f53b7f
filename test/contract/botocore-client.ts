import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isRecord } from '../../src/local/contract/validate.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { administer, isAdminCall } from './admin-client.ts';
import type { LatticeClient, Reply } from './replay.ts';
import { regionName } from './world.ts';

const script = fileURLToPath(new URL('botocore-client.py', import.meta.url));

export interface BotocoreClient extends LatticeClient {
  /** Ends the process behind it. */
  close(): void;
}

/** Calls through a process that has botocore; what operators do goes over the wire. */
export function botocoreClient(url: string, wire: Wire, pause: () => Promise<void>): BotocoreClient {
  const child = spawn('python3', [script, url, regionName], {
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pause,
    close: () => child.stdin.end(),
    call: async (operation, input, account = 'AKIDEXAMPLE'): Promise<Reply> => {
      if (isAdminCall(operation)) return await administer(wire, operation, input);
      child.stdin.write(`${JSON.stringify({ operation, input, account })}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error(`botocore ended at ${operation}`);
      return replyIn(JSON.parse(line.value));
    },
  };
}

/** Whether there is a botocore, that of the aws command included. */
export async function hasBotocore(): Promise<boolean> {
  const either = 'try:\n  import awscli.botocore\nexcept ImportError:\n  import botocore';
  try {
    await promisify(execFile)('python3', ['-c', either], { env: environment() });
    return true;
  } catch {
    return false;
  }
}

function replyIn(json: unknown): Reply {
  if (!isRecord(json) || typeof json['status'] !== 'number') throw new Error('botocore says something else');
  const { status, error, body } = json;
  return { status, ...(typeof error === 'string' ? { error } : {}), body };
}

/** The aws command of ours stands beside a folder of its Python packages. */
function environment(): Record<string, string> {
  const PATH = process.env['PATH'] ?? '';
  const folders = PATH.split(delimiter).flatMap((folder) => {
    try {
      accessSync(join(folder, 'aws'), constants.X_OK);
      return [join(dirname(realpathSync(join(folder, 'aws'))), '../aws')];
    } catch {
      return [];
    }
  });
  return {
    PATH,
    PYTHONPATH: folders.join(delimiter),
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: '/nonexistent',
  };
}
