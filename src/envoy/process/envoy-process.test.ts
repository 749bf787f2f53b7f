import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { TestContext } from 'node:test';
import { quiet } from '../../../test/contract/world.ts';
import { systemClock } from '../../ports/system/clock.ts';
import { EnvoyFailed, EnvoyProcess } from './envoy-process.ts';

/** Starts a shell script in place of Envoy, and gives why that failed. */
async function failureOf(t: TestContext, script: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'no-envoy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'envoy');
  writeFileSync(path, script, { mode: 0o755 });
  const options = { path, concurrency: 1, clock: systemClock, log: quiet, nodeId: 'test' };
  const start = EnvoyProcess.start(
    { ...options, serveConfiguration: async () => Promise.resolve() },
    AbortSignal.timeout(10_000),
  );
  const failure = await start.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof EnvoyFailed, String(failure));
  return failure.message;
}

suite('an Envoy that ends before it serves', () => {
  test('is explained by what it said', async (t) => {
    const script = `#!/bin/sh\nprintf 'critical\\tthe sky is falling\\n' >&2; exit 3\n`;
    assert.equal(await failureOf(t, script), 'Envoy ended with 3; it said: the sky is falling');
  });

  test('and whose trouble is known tells what to do', async (t) => {
    const script = `#!/bin/sh\necho "envoy: version 'GLIBC_2.38' not found" >&2; exit 1\n`;
    assert.match(await failureOf(t, script), /^This Envoy was built for a newer system.*glibc 2\.31/);
  });

  test('or is no program for this machine, is told too', async (t) => {
    assert.match(
      await failureOf(t, '#!/nowhere/interpreter\n'),
      /^Envoy ended with 12[67]; it said: .*envoy/,
    );
  });
});
