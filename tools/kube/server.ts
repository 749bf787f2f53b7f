import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program of Kubernetes that runs until it is stopped. */
export interface Server {
  /** Resolves when `probe` holds. Rejects with the end of the log when the program ends before, or the signal fires. */
  readonly until: (probe: () => Promise<boolean>, signal: AbortSignal) => Promise<void>;
  /** Resolves when the program is gone. */
  readonly stop: () => Promise<void>;
}

interface Start {
  readonly program: string;
  readonly flags: Readonly<Record<string, string>>;
  /** Where its log goes. */
  readonly folder: string;
}

const probeEvery = 100;
const patience = 5000;

export function startServer({ program, flags, folder }: Start): Server {
  const name = basename(program);
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'w');
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const child = spawn(program, args, { stdio: ['ignore', output, output] });
  closeSync(output);
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  const gone = once(child, 'close').catch(() => []);
  const running = (): boolean =>
    failure === undefined && child.exitCode === null && child.signalCode === null;

  return {
    until: async (probe, signal) => {
      while (!(await probe())) {
        const trouble = running() ? (signal.aborted ? 'is not ready in time' : undefined) : 'ended';
        if (trouble !== undefined) {
          const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-15).join('\n');
          throw new Error(
            `${name} ${trouble}${failure === undefined ? '' : ` (${failure})`}; its log ends with\n${tail}`,
          );
        }
        await sleep(probeEvery);
      }
    },
    stop: async () => {
      if (!running()) return;
      child.kill('SIGTERM');
      const impatient = setTimeout(() => child.kill('SIGKILL'), patience);
      await gone;
      clearTimeout(impatient);
    },
  };
}
