/**
 * Runs a command in network and process namespaces of its own: `node tools/kube/in-namespace.ts COMMAND ARG…`.
 *
 * Inside, all addresses of `privateNetworks` are local, so that pods can have addresses that a real API server accepts
 * (it refuses loopback). Nothing inside reaches the outside, and all that was started inside ends with the command,
 * however it ends: the kernel ends a process namespace with its first process. Its temporary files go too. Where the
 * system does not allow that, nothing runs, and it says why. Without a command it only finds out.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const privateNetworks = ['10.64.0.0/14', '169.254.171.0/24'];

const prepare = [
  'ip link set lo up',
  ...privateNetworks.map((network) => `ip route add local ${network} dev lo`),
];

const namespaces = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
// Without root, a user namespace gives the right to make the others, where the system allows it.
const asUser = process.getuid?.() === 0 ? [] : ['--map-root-user'];
const inside = (last: string): readonly string[] => {
  const script = [...prepare, last].join(' && ');
  return [...asUser, ...namespaces, '--', 'sh', '-c', script, 'sh'];
};

/** Why there can be no namespaces here, if so. */
function obstacle(): string | undefined {
  const { error, status, stderr } = spawnSync('unshare', inside('true'), {
    encoding: 'utf8',
    timeout: 10_000,
  });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim();
}

function run(command: readonly string[]): void {
  const scratch = mkdtempSync(join(tmpdir(), 'ns-'));
  const child = spawn('unshare', [...inside('exec "$@"'), ...command], {
    stdio: 'inherit',
    env: { ...process.env, TMPDIR: scratch },
  });
  child.once('error', (error) => {
    console.error(`unshare (of util-linux) does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
  // unshare itself blocks these while it waits; killing it takes everything inside along.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => child.kill('SIGKILL'));
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  });
}

const command = process.argv.slice(2);
const trouble = obstacle();
if (trouble !== undefined) {
  console.error(
    'A real API server refuses pods on loopback addresses, so this runs in network and process namespaces of its own, ' +
      `and they cannot be made here: ${trouble}. It takes root, or a system that allows user namespaces, and unshare ` +
      '(of util-linux) and ip (of iproute2).',
  );
  process.exitCode = 1;
} else if (command.length > 0) {
  run(command);
}
