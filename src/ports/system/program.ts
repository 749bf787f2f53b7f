import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { RunProgram } from '../program.ts';

/** Runs a program without input. Kills it when the signal is aborted, and rejects with the signal's reason. */
export const systemProgram: RunProgram = async ({ argv: [file, ...args], env }, signal) => {
  signal.throwIfAborted();
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk;
    });
  }
  return await new Promise((resolve, reject) => {
    child.once('error', (error) => {
      if (signal.aborted) reject(signal.reason);
      else if (child.pid === undefined) resolve({ code: 127, stdout: '', stderr: error.message });
    });
    child.once('close', (code, ended) => {
      resolve({ code: code ?? 128 + (ended === null ? 0 : constants.signals[ended]), ...said });
    });
  });
};
