import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { resultReader } from './results.ts';
import type { Result } from './results.ts';

interface SuiteRun {
  /** The suite's program. */
  readonly program: string;
  readonly kubeconfig: string;
  /** The names that clients of Lattice know; /etc/hosts for the suite, which is one. */
  readonly hosts: string;
  /** Where everything goes that it prints. */
  readonly log: string;
  readonly flags: Readonly<Record<string, string>>;
  /** Some tests by name; all when empty. */
  readonly only: readonly string[];
  /** How many tests and parts of tests, of those that are made for it. */
  readonly atOnce: number;
  readonly onResult: (result: Result) => void;
  readonly signal: AbortSignal;
}

/** How each test ended that did. Rejects when none did. */
export async function runSuite(run: SuiteRun): Promise<readonly Result[]> {
  const { program, kubeconfig, hosts, log, flags, only, atOnce, onResult, signal } = run;
  const chosen = only.length === 0 ? '' : `/^(${only.join('|')})$`;
  const script = 'mount --bind "$1" /etc/hosts && shift && exec "$@"';
  const args = [
    '--mount',
    '--propagation',
    'private',
    '--',
    'sh',
    '-c',
    script,
    'sh',
    hosts,
    program,
    '-test.v=test2json',
    // Its own limit of ten minutes is too short.
    '-test.timeout=0',
    `-test.parallel=${atOnce}`,
    `-test.run=^TestConformance$${chosen}`,
    ...Object.entries(flags).map(([name, value]) => `-${name}=${value}`),
  ];
  const child = spawn('unshare', args, {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const gone = once(child, 'close');
  const output = createWriteStream(log);
  child.stderr.pipe(output, { end: false });
  const read = resultReader();
  const results: Result[] = [];
  for await (const line of createInterface(child.stdout)) {
    output.write(`${line}\n`);
    const result = read(line);
    if (result === undefined) continue;
    results.push(result);
    onResult(result);
  }
  await gone;
  output.end();
  if (results.length === 0) throw new Error(`the suite ran no test; ${log} says why`);
  return results;
}
