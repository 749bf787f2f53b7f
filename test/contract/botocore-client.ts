import { fileURLToPath } from 'node:url';
import { lineClient } from './line-client.ts';
import type { LineClient, LineWorld } from './line-client.ts';
import { hasPython, pythonEnvironment } from './python-environment.ts';
import { regionName } from './world.ts';

const script = fileURLToPath(new URL('botocore-client.py', import.meta.url));

/** Calls through botocore, the SDK under boto3. */
export function botocoreClient(url: string, world: LineWorld): LineClient {
  const args = [script, url, regionName];
  return lineClient({ command: 'python3', args, env: pythonEnvironment() }, world);
}

/** Whether there is a botocore, that of the aws command included. */
export async function hasBotocore(): Promise<boolean> {
  return await hasPython('try:\n  import awscli.botocore\nexcept ImportError:\n  import botocore');
}
