import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lineClient } from './line-client.ts';
import type { LineClient, LineWorld } from './line-client.ts';
import { hasPython, pythonEnvironment } from './python-environment.ts';
import { regionName } from './world.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('cli-client.py', import.meta.url));
/** Has the command send also what it would complain about itself. */
const settings = fileURLToPath(new URL('cli-client.ini', import.meta.url));

/** Longest that one run of the command line may take, in milliseconds. */
const deadline = 20_000;

/** What the aws command needs so that it talks to a local VPC Lattice. */
export function cliEnvironment(url: string): Record<string, string> {
  return {
    ...pythonEnvironment(),
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: regionName,
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
}

/** Calls through the main function of the aws command, with its arguments. It shows no status, and of an error the message. */
export function cliClient(url: string, world: LineWorld): LineClient {
  const env = { ...cliEnvironment(url), AWS_CONFIG_FILE: settings };
  return lineClient({ command: 'python3', args: [script], env, shows }, world);
}

function shows(member: string, body: string): boolean {
  return body === 'output' || member === 'message';
}

/** Whether the command is one of Python, and so can stay in one process. */
export async function hasCliOfPython(): Promise<boolean> {
  return await hasPython('import awscli.clidriver');
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
