import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../src/ports/system/temporary-folder.ts';

export interface Typed {
  readonly exitCode: number;
  /** Standard output and standard error as a terminal would show them. */
  readonly output: string;
}

/** One bash session: variables and `cd` carry over from command to command, as for a person at a terminal. */
export interface Shell {
  /** Types a block as it stands. Rejects when it has not ended within `ms`. */
  type(block: string, ms: number): Promise<Typed>;
  close(): void;
}

const endMark = '\u001e';

const ignored = (): void => undefined;

/** Opens a session in `cwd` that has sourced `envFile`. */
export function openShell(cwd: string, envFile: string): Shell {
  const scratch = temporaryFolder('story');
  const bash = spawn('bash', ['--noprofile', '--norc'], {
    cwd,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  let heard = '';
  let onData = ignored;
  bash.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk;
    onData();
  });
  bash.on('exit', () => onData());
  bash.stdin.write(`exec 2>&1\nsource '${envFile}'\n`);

  return {
    type: async (block, ms) => {
      const file = join(scratch, 'block.sh');
      writeFileSync(file, `${block}\n`);
      heard = '';
      bash.stdin.write(`source '${file}' </dev/null; printf '${endMark}%d${endMark}' "$?"\n`);
      return await new Promise<Typed>((resolve, reject) => {
        const late = setTimeout(() => {
          reject(new Error(`still running after ${ms / 1000} s; so far it printed:\n${heard}`));
        }, ms);
        onData = () => {
          const [output = '', exitCode, end] = heard.split(endMark);
          const ended = end !== undefined;
          if (!ended && bash.exitCode === null && bash.signalCode === null) return;
          clearTimeout(late);
          if (ended) resolve({ exitCode: Number(exitCode), output });
          else reject(new Error(`the shell itself ended; it had printed:\n${heard}`));
        };
      });
    },
    close: () => {
      if (bash.pid !== undefined && bash.exitCode === null) process.kill(-bash.pid, 'SIGKILL');
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
