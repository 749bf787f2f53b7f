import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { suite, test } from 'node:test';
import { startGuarded } from './guarded-child.ts';

suite('a guarded child', () => {
  test('tells its lines, its own process id, and how it ended', async () => {
    const lines: string[] = [];
    const script = 'echo "I am $$"; echo said >&2; exit 7';
    const child = await startGuarded('/bin/sh', ['-c', script], (line) => lines.push(line));
    assert.deepEqual(await child.exited, { code: 7, signal: null });
    assert.deepEqual(lines, [`I am ${child.pid}`, 'said']);
  });

  test('that cannot be started ends at once and says why', async () => {
    const lines: string[] = [];
    const child = await startGuarded('/nowhere/envoy', [], (line) => lines.push(line));
    assert.equal((await child.exited).code, 127);
    assert.match(lines.join('\n'), /nowhere\/envoy/);
  });

  test('ends with its parent, also when that is killed', async () => {
    const module = JSON.stringify(new URL('guarded-child.ts', import.meta.url).href);
    const script = `const { startGuarded } = await import(${module});
      const child = await startGuarded('/bin/sleep', ['60'], () => undefined);
      console.log(child.pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => {
      createInterface({ input: parent.stdout }).once('line', (line) => resolve(Number(line)));
    });
    assert.ok(isAlive(pid));
    parent.kill('SIGKILL');
    const deadline = AbortSignal.timeout(5_000);
    while (isAlive(pid)) {
      deadline.throwIfAborted();
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
