import { spawn } from 'node:child_process';

interface Run {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Ends the program, and what it started. */
  readonly signal: AbortSignal;
}

/** How long a program may take to end when asked to. */
const patience = 5000;

/**
 * Runs a program in front of the user, and says whether it ended with 0. What ends us ends it first.
 */
export async function runProgram({ argv, env, signal }: Run): Promise<boolean> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const pass = (name: NodeJS.Signals): void => void child.kill(name);
  const end = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), patience).unref();
  };
  process.on('SIGTERM', pass).on('SIGHUP', pass).on('SIGINT', outlive);
  signal.addEventListener('abort', end);
  try {
    return await new Promise<boolean>((resolve) => {
      child.once('error', (error) => {
        console.error(`${command} does not start: ${error.message}`);
        resolve(false);
      });
      child.once('exit', (code) => resolve(code === 0));
    });
  } finally {
    process.off('SIGTERM', pass).off('SIGHUP', pass).off('SIGINT', outlive);
    signal.removeEventListener('abort', end);
  }
}

function outlive(): void {
  // Ctrl-C reaches the program too; we end when it has.
}
