import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LatticeClient, Reply } from './replay.ts';
import { regionName } from './world.ts';

const run = promisify(execFile);

/** Longest that one run of the command line may take, in milliseconds. */
const deadline = 20_000;

/** What a shell needs so that the aws command talks to a local VPC Lattice. */
export function cliEnvironment(url: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: regionName,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
}

/** Calls operations by running `aws vpc-lattice`. A status is not among what it shows. */
export function cliClient(url: string, pause: () => Promise<void>): LatticeClient {
  return {
    pause,
    call: async (operation, input, account): Promise<Reply> => {
      const command = operation.replaceAll(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
      const args = ['vpc-lattice', command, '--cli-input-json', JSON.stringify(input)];
      const env = {
        ...cliEnvironment(url),
        ...(account === undefined ? {} : { AWS_ACCESS_KEY_ID: account }),
      };
      try {
        const { stdout } = await run('aws', args, { env, timeout: deadline });
        const body: unknown = stdout.trim() === '' ? '' : JSON.parse(stdout);
        return { body };
      } catch (error) {
        const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
        const [, name, message] = /An error occurred \((\w+)\) when calling[^:]*: (.*)/.exec(text) ?? [];
        if (name === undefined) throw error;
        return { error: name, body: { message } };
      }
    },
  };
}

/** Whether the command is on this machine. */
export async function hasCli(): Promise<boolean> {
  try {
    await run('aws', ['--version'], { timeout: deadline });
    return true;
  } catch {
    return false;
  }
}
