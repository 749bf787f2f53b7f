import { execFile } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** For a Python that finds the packages of the aws command: ours stands beside a folder of them. */
export function pythonEnvironment(): Record<string, string> {
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

/** Whether Python runs a line such as an import. */
export async function hasPython(line: string): Promise<boolean> {
  try {
    await run('python3', ['-c', line], { env: pythonEnvironment() });
    return true;
  } catch {
    return false;
  }
}
