import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startProcess } from './process.ts';
import { createReaper } from './reaper.ts';

const env = { PATH: process.env['PATH'] ?? '' };

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'trellis-test-'));
}

async function untilGone(pid: number): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) {
    if (!isAlive(pid)) return;
    await delay(10);
  }
  assert.fail(`process ${pid} is still there`);
}

/** A zombie, which only waits for init to notice, is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('what a process leaves behind ends with it', async () => {
  const reaper = createReaper(temporaryFolder());
  const running = startProcess(
    { argv: ['/bin/sh', '-c', 'sleep 60 & echo $!; exit 4'], env, cwd: '/' },
    reaper,
  );
  const chunks: Buffer[] = [];
  running.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  running.stderr.resume();
  assert.deepEqual(await running.exited, { code: 4, signal: undefined });
  await untilGone(Number(Buffer.concat(chunks).toString('utf8')));
  await reaper.close();
});

test('a program that is not there is an exit with a sentence', async () => {
  const reaper = createReaper(temporaryFolder());
  const { exited } = startProcess({ argv: ['/no/such/program'], env, cwd: '/' }, reaper);
  const { code, problem } = await exited;
  assert.equal(code, 127);
  assert.match(problem ?? '', /"\/no\/such\/program" is not on this machine/);
  await reaper.close();
});

test('a runner that is killed leaves no process and no folder', async () => {
  const folder = temporaryFolder();
  const program = `
    import { startProcess } from ${JSON.stringify(new URL('process.ts', import.meta.url).href)};
    import { createReaper } from ${JSON.stringify(new URL('reaper.ts', import.meta.url).href)};
    const reaper = createReaper(${JSON.stringify(folder)});
    const start = () => startProcess({ argv: ['/bin/sh', '-c', 'echo $$; sleep 60'], env: {}, cwd: '/' }, reaper);
    const kept = start();
    const ended = start();
    ended.stdout.resume();
    ended.kill();
    await ended.exited;
    kept.stdout.pipe(process.stdout);
  `;
  const runner = spawn(process.execPath, ['--input-type=module', '-e', program], { env });
  const [first] = await runner.stdout.take(1).toArray();
  const pid = Number(String(first));
  assert.ok(pid > 0);
  runner.kill('SIGKILL');
  await untilGone(pid);
  for (let turn = 0; turn < 300 && existsSync(folder); turn += 1) await delay(10);
  assert.ok(!existsSync(folder));
});
