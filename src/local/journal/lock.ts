import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Another process has the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** There is no such folder, and none can be made. */
export class FolderUnusable extends Error {
  override readonly name = 'FolderUnusable';
}

/** Takes a folder for this process alone; what it gives lets go of it. The lock of a process that is no more is taken over. */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  await made(path);
  const file = join(path, 'lock');
  for (;;) {
    try {
      const lock = await open(file, 'wx');
      await lock.writeFile(String(process.pid));
      await lock.close();
      return async () => {
        await rm(file, { force: true });
      };
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (Number.isInteger(holder) && holder > 0 && holder !== process.pid && isAlive(holder)) {
      throw new FolderInUse(`${path} is in use by process ${holder}; stop it, or choose another folder.`);
    }
    await rm(file, { force: true });
  }
}

async function made(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FolderUnusable(`${path} cannot be made: ${why}. Choose another folder.`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
