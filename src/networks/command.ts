import { execFile } from 'node:child_process';

/** A command about networks did not do what it was to do. */
export class NetworkCommandFailed extends Error {
  override readonly name = 'NetworkCommandFailed';
}

/** None takes longer, unless the machine is stuck. */
const withinMs = 10_000;

/** Runs `ip`, `nft` or `nsenter` to its end with this input; gives what it prints. */
export async function runNetworkCommand(
  [file, ...args]: readonly [string, ...string[]],
  input = '',
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = execFile(file, args, { timeout: withinMs }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(new NetworkCommandFailed(`${[file, ...args].join(' ')}: ${stderr.trim() || error.message}`));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Runs lines of `ip`, all or up to the first that fails, in a namespace. */
export async function ipIn(namespace: string, lines: readonly string[]): Promise<void> {
  await runNetworkCommand(['ip', '-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`);
}
